#pragma once

#include "app/options.h"
#include "audit/log.h"
#include "audit/log_api.h"
#include "base/clock.h"
#include "console/console.h"
#include "identity/api.h"
#include "identity/attempt_limiter.h"
#include "identity/authenticator.h"
#include "identity/directory.h"
#include "identity/factor_enrolment.h"
#include "identity/invitations.h"
#include "identity/members.h"
#include "identity/open_sessions.h"
#include "identity/operators.h"
#include "identity/password.h"
#include "identity/password_resets.h"
#include "identity/passwords.h"
#include "identity/personal_keys.h"
#include "identity/second_factor.h"
#include "identity/secret_key.h"
#include "identity/session.h"
#include "identity/tenants.h"
#include "launch/change_api.h"
#include "launch/change_book.h"
#include "launch/drift_watch.h"
#include "launch/execution_book.h"
#include "launch/execution_view.h"
#include "launch/incident_book.h"
#include "launch/notice_book.h"
#include "launch/plan.h"
#include "launch/policy_keeper.h"
#include "launch/report_book.h"
#include "launch/roles.h"
#include "launch/synthetic_load.h"
#include "ledger/anchor.h"
#include "ledger/books.h"
#include "ledger/integrity_watch.h"
#include "ledger/journal.h"
#include "ledger/posting.h"
#include "net/event_stream.h"
#include "net/lanes.h"
#include "net/mailer.h"
#include "net/router.h"
#include "net/server.h"
#include "net/web_bundle.h"
#include "ops/follower.h"
#include "pg/pool.h"
#include "telemetry/health.h"
#include "telemetry/http_metrics.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"
#include "telemetry/pool_metrics.h"
#include "telemetry/throttle.h"

namespace accubooks::app {

/// Everything that serves, wired: members stand in the order in which they depend on each other, so
/// that they are destroyed the other way round. Opens no connection and no socket by itself.
struct Service {
    struct Options {
        std::size_t lanes = 1;
        pg::Endpoint app{};
        pg::Endpoint ops{};
        pg::PoolSettings app_pool{};
        pg::PoolSettings ops_pool{};
        ledger::PosterLimits posting{};
        telemetry::Level log_level = telemetry::Level::info;
        ops::Identity identity{};
        std::optional<ops::Sight> settings{};     // what the pool's were taken from
        std::filesystem::path identity_folder{};  // of secret.key; empty: there is none
        std::int64_t tenants_per_person = 0;
        std::filesystem::path audit_folder{};  // of log.key; empty: this instance signs nothing
        launch::Plan plan = launch::default_plan();
        std::filesystem::path launch_folder{};  // of policy.json
        net::Mailer::Settings mail{};
        std::shared_ptr<const net::WebBundle> web{};  // none: it isn't built
    };
    explicit Service(const Options& options);

    base::SystemClock clock;
    telemetry::Log log;
    telemetry::Metrics metrics;
    telemetry::Health health;
    telemetry::HttpMetrics api_metrics;
    telemetry::HttpMetrics operations_metrics;
    telemetry::PoolMetrics app_metrics;
    telemetry::PoolMetrics ops_metrics;
    telemetry::StatementMetrics statement_metrics;
    telemetry::Throttle troubles;  // lines about what ails the database's machine
    net::Lanes lanes;
    pg::Pool app;  // tenants' work
    pg::Pool ops;  // platform, health
    accubooks::ops::Follower settings;
    audit::Log audit_log;
    identity::PasswordHasher hasher;
    identity::AttemptLimiter limiter;
    identity::Directory directory;
    identity::Members members;
    identity::OpenSessions open_sessions;
    identity::Passwords passwords;
    identity::Invitations invitations;
    net::Mailer mailer;
    identity::PasswordResets password_resets;
    identity::Tenants tenants;
    identity::Operators operators;
    identity::SecretKey secret_key;
    identity::SecondFactor second_factor;
    identity::FactorEnrolment factor_enrolment;
    identity::PersonalKeys personal_keys;
    launch::Roles launch_roles;
    identity::SignIn sign_in;
    identity::Authenticator authenticator;
    ledger::BooksCache books;
    ledger::Poster poster;
    ledger::Journal journal;
    ledger::HeadAnchor head_anchor;
    ledger::IntegrityWatch integrity_watch;
    audit::LogApi audit_api;
    const launch::Plan plan;
    launch::PolicyKeeper policy_keeper;
    launch::DriftWatch drift_watch;
    launch::ChangeBook changes;
    launch::IncidentBook incidents;
    launch::ExecutionBook executions;
    net::Lanes view_lane{1};    // judging what was measured doesn't hold requests up
    net::Lanes import_lane{1};  // nor does reading files
    launch::ExecutionViews execution_views;
    launch::ReportBook launch_reports;
    launch::NoticeBook launch_notices;
    launch::SyntheticLoad synthetic_load;
    net::StreamCap streams;
    console::Console console;
    audit::Disk evidence_disk;
    const launch::EvidencePlace evidence_place;
    net::Router api;
    net::Router operations;
};

/// What the exception of a handler means to its client, who asked by `method`.
base::Error error_of(const std::exception_ptr& thrown, net::Method method);

}  // namespace accubooks::app
