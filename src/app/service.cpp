#include "app/service.h"

#include <fmt/format.h>

#include "app/this_build.h"
#include "console/console_api.h"
#include "identity/factor_api.h"
#include "identity/keys_api.h"
#include "interchange/export_api.h"
#include "interchange/import_api.h"
#include "launch/backup_attestations.h"
#include "launch/change_api.h"
#include "launch/change_log.h"
#include "launch/incident_store.h"
#include "launch/known_keys.h"
#include "launch/plan.h"
#include "launch/roles_api.h"
#include "ledger/founding_api.h"
#include "ledger/integrity_api.h"
#include "ledger/journal_api.h"
#include "net/ops_routes.h"
#include "net/web_routes.h"
#include "ops/backup_api.h"
#include "ops/fingerprint_api.h"
#include "ops/health_metrics_api.h"
#include "ops/pool_config_api.h"
#include "reports/reports_api.h"
#include "telemetry/process_metrics.h"

namespace accubooks::app {
namespace {

constexpr std::size_t kHashingThreads = 1;
constexpr std::size_t kHashesWaitingMax = 64;
constexpr std::size_t kStreamsPerUser = 4;
constexpr std::size_t kStreamsMax = 64;
constexpr std::size_t kAccountsCachedMax = 2'000'000;

telemetry::PoolSample sample_of(const pg::PoolStatus& status) {
    std::vector<std::pair<std::string_view, std::uint64_t>> closed;
    closed.reserve(pg::kCloseReasons);
    for (std::size_t reason = 0; reason < pg::kCloseReasons; ++reason) {
        closed.emplace_back(
            to_string(static_cast<pg::CloseReason>(reason)), status.closed.at(reason)
        );
    }
    return {
        .idle = status.idle,
        .used = status.used,
        .max = status.settings.max,
        .idle_max = status.settings.max,
        .idle_min = status.settings.min,
        .pending = status.waiting,
        .timeouts = status.timeouts,
        .used_time = status.used_time,
        .max_time = status.max_time,
        .leaks = status.leaks,
        .connect_failures = status.connect_failures,
        .no_room = status.no_room,
        .closed = std::move(closed),
    };
}

/// What is looked up for a scrape, besides the pools.
void add_service_metrics(
    telemetry::Metrics& metrics,
    const ledger::Poster& poster,
    const ledger::BooksCache& books,
    const ops::Follower& settings
) {
    const auto queue = metrics.gauge(
        "accubooks_job_queue_depth", "Work that waits or is under way.", {{"queue", "posting"}}
    );
    const auto lookups = [&metrics](const char* result) {
        return metrics.counter(
            "accubooks_cache_lookups_total",
            "Looks for something kept in memory.",
            {{"cache", "books"}, {"result", result}}
        );
    };
    std::vector<telemetry::Gauge> generations;
    for (const auto& [key, value] : ops::presets(ops::Takes::live)) {
        generations.push_back(metrics.gauge(
            "accubooks_config_generation",
            "Revision whose value of the setting is in force here.",
            {{"param", key}}
        ));
    }
    metrics.at_scrape([&poster,
                       &books,
                       &settings,
                       queue,
                       hits = lookups("hit"),
                       misses = lookups("miss"),
                       generations = std::move(generations)] {
        queue.set(static_cast<double>(poster.depth()));
        hits.raise_to(static_cast<double>(books.hits()));
        misses.raise_to(static_cast<double>(books.misses()));
        const auto revision = static_cast<double>(settings.in_force().revision);
        for (const telemetry::Gauge& generation : generations) {
            generation.set(revision);
        }
    });
}

void log_leak(const telemetry::Log& log, const pg::PoolLeak& leak) {
    using telemetry::LogField;
    const auto held = std::chrono::duration_cast<std::chrono::milliseconds>(leak.lent_for);
    log.write(
        telemetry::Level::warning,
        leak.is_taken_away ? "a connection was taken away from a request that kept it too long"
                           : "a request keeps a connection for too long",
        {LogField{"request_id", std::string_view{leak.request_id}},
         LogField{"tenant_id", leak.tenant ? leak.tenant->value : std::int64_t{0}},
         LogField{"statement", std::string_view{leak.statement}},
         LogField{"held_ms", std::int64_t{held.count()}}}
    );
}

/// What an operator must see to, though each request that meets it is only told to try again.
std::string_view trouble_of(std::string_view sqlstate) {
    if (sqlstate == "53100") {
        return "the database's disk is full: what needs room is refused until there is some";
    }
    if (sqlstate == "53200") {
        return "the database is out of memory";
    }
    if (sqlstate == "58030") {
        return "the database can't read or write its files";
    }
    return {};
}

/// All outlive the pool.
pg::PoolObserver observer_of(
    const telemetry::PoolMetrics& pool,
    telemetry::StatementMetrics& statements,
    telemetry::Throttle& troubles,
    const telemetry::Log& log
) {
    using std::chrono::nanoseconds;
    return {
        .created = [&pool](nanoseconds took) { pool.created(took); },
        .waited = [&pool](nanoseconds took) { pool.waited(took); },
        .used = [&pool](nanoseconds took) { pool.used(took); },
        .in_use = [&pool](std::uint32_t count) { pool.in_use(count); },
        .statement =
            [&statements,
             &troubles,
             &log](std::string_view statement, nanoseconds took, std::string_view error) {
                statements.observe(statement, took, error);
                const std::string_view trouble = trouble_of(error);
                if (!trouble.empty() && troubles.pass(error, std::chrono::steady_clock::now())) {
                    log.write(telemetry::Level::error, trouble, {{"sqlstate", error}});
                }
            },
        .leaked = [&log](const pg::PoolLeak& leak) { log_leak(log, leak); },
        .warned = [&log](std::string_view line) { log.write(telemetry::Level::warning, line); },
    };
}

/// Books that aren't as they must be are a P0, one as long as it is open.
base::Task<void> open_p0(
    Service& service, std::vector<ledger::Breach> breaches, base::Deadline deadline
) {
    std::string title = fmt::format("Integrity: {}", breaches.front().detail);
    if (breaches.size() > 1) {
        title += fmt::format(" (and {} more)", breaches.size() - 1);
    }
    const base::Instant now = service.clock.now();
    launch::Incident incident{
        .severity = launch::Severity::p0,
        .title = std::move(title),
        .trigger = "integrity",
        .opened_by = "instance " + service.settings.in_force().instance,
        .detected_at = now,
        .opened_at = now,
    };
    auto lease = co_await service.ops.acquire(deadline);
    co_await launch::open_unless_open(*lease, std::move(incident), deadline);
}

/// The settings of the tenants' pool that a plan may govern, as the pool has them.
accubooks::ops::Values pool_sizes_of(const pg::Pool& pool) {
    const pg::PoolSettings in_effect = pool.status().settings;
    return {
        {"database.pool.min", std::int64_t{in_effect.min}},
        {"database.pool.max", std::int64_t{in_effect.max}},
    };
}

/// Who may see the audit log: a person with a role in the launch, by personal token or session.
base::Task<base::Result<std::string>> actor_of(Service& service, const net::Request& request) {
    AB_CO_TRY(person, co_await service.authenticator.person(request));
    const launch::RoleBook book = co_await service.launch_roles.book(request.deadline);
    if (book.roles_of(person.user.user_id, service.clock.now()).empty()) {
        co_return base::refuse(
            base::ErrorKind::forbidden,
            "launch.role_missing",
            "Only who holds a role of the launch sees its audit log."
        );
    }
    co_return std::move(person.actor);
}

/// What the launch calls the roles that a person holds in it.
base::Task<std::vector<std::string>> launch_roles_of(
    Service& service, base::Uuid user, base::Deadline deadline
) {
    const launch::RoleBook book = co_await service.launch_roles.book(deadline);
    const auto roles = book.roles_of(user, service.clock.now());
    std::vector<std::string> names;
    names.reserve(roles.size());
    for (const launch::RoleName role : roles) {
        names.emplace_back(to_string(role));
    }
    co_return names;
}

}  // namespace

Service::Service(const Options& options)
    : log{clock, options.log_level},
      health{clock, metrics},
      api_metrics{metrics, "api"},
      operations_metrics{metrics, "operations"},
      app_metrics{metrics, "tenants"},
      ops_metrics{metrics, "operations"},
      statement_metrics{metrics},
      lanes{options.lanes},
      app{lanes.executor(0),
          "tenants",
          options.app,
          options.app_pool,
          observer_of(app_metrics, statement_metrics, troubles, log)},
      ops{lanes.executor(0),
          "operations",
          options.ops,
          options.ops_pool,
          observer_of(ops_metrics, statement_metrics, troubles, log)},
      settings{
          {.on = lanes.executor(0),
           .endpoint = options.ops,
           .clock = clock,
           .log = log,
           .health = health,
           .apply = [this](const ops::Values& live) -> base::Result<void> {
               AB_TRY(version, app.resize(ops::pool_settings(live)));
               return {};
           }},
          options.identity,
          options.settings
      },
      audit_log{{
          .on = lanes.executor(0),
          .ops = ops,
          .clock = clock,
          .log = log,
          .folder =
              options.audit_folder.empty() ? std::nullopt : std::optional{options.audit_folder},
      }},
      hasher{kHashingThreads, kHashesWaitingMax},
      directory{ops, hasher, clock, base::system_random()},
      members{ops, clock},
      open_sessions{ops, clock},
      passwords{ops, hasher, limiter, clock},
      invitations{ops, hasher, clock, base::system_random()},
      mailer{options.mail},
      password_resets{{
          .on = lanes.executor(0),
          .ops = ops,
          .hasher = hasher,
          .mailer = mailer,
          .clock = clock,
          .random = base::system_random(),
          .failed = [this](
                        std::string_view what, std::string_view why
                    ) { log.write(telemetry::Level::warning, what, {{"error", why}}); },
      }},
      tenants{ops, options.tenants_per_person},
      operators{ops, clock},
      secret_key{options.identity_folder, base::system_random()},
      second_factor{ops, secret_key, clock, base::system_random()},
      factor_enrolment{second_factor, passwords, secret_key, clock, base::system_random()},
      personal_keys{ops, second_factor, clock},
      launch_roles{ops, directory, personal_keys, clock, base::system_random()},
      sign_in{app, hasher, limiter, second_factor, clock, base::system_random(), {}},
      authenticator{app, clock, {}},
      books{app, kAccountsCachedMax},
      poster{lanes.executor(0), app, clock, options.posting},
      journal{app, books, poster, clock},
      head_anchor{{
          .on = lanes.executor(0),
          .app = app,
          .ops = ops,
          .directory = directory,
          .log = audit_log,
          .clock = clock,
          .journal = log,
          .gates = {launch::kGates.begin(), launch::kGates.end()},
      }},
      integrity_watch{{
          .on = lanes.executor(0),
          .app = app,
          .directory = directory,
          .clock = clock,
          .log = log,
          .metrics = metrics,
          .found = [this](
                       std::vector<ledger::Breach> breaches, base::Deadline deadline
                   ) { return open_p0(*this, std::move(breaches), deadline); },
      }},
      audit_api{
          .ops = ops,
          .clock = clock,
          .admit = [this](const net::Request& request) { return actor_of(*this, request); },
          .anchor = [this](
                        std::string actor, base::Deadline deadline
                    ) { return head_anchor.anchor(std::move(actor), "when asked", deadline); },
      },
      plan{options.plan},
      policy_keeper{{
          .on = lanes.executor(0),
          .ops = ops,
          .log = log,
          .plan = plan,
          .folder = options.launch_folder,
      }},
      drift_watch{{
          .on = lanes.executor(0),
          .ops = ops,
          .clock = clock,
          .log = log,
          .plan = plan,
          .instance = options.identity.instance,
          .in_effect = [this] { return pool_sizes_of(app); },
      }},
      changes{{.ops = ops, .clock = clock, .plan = plan, .build = build_seen}},
      incidents{ops, clock, plan},
      executions{{
          .ops = ops,
          .clock = clock,
          .plan = plan,
          .build = build_seen,
          .keys_of = [this](
                         base::Uuid person, base::Deadline deadline
                     ) { return launch::known_keys(personal_keys, person, deadline); },
      }},
      execution_views{{.on = view_lane.executor(0), .ops = ops, .clock = clock}},
      launch_reports{ops, clock},
      launch_notices{ops, clock},
      synthetic_load{{.ops = ops, .directory = directory, .clock = clock, .plan = plan}},
      streams{kStreamsPerUser, kStreamsMax},
      console{{
          .on = view_lane.executor(0),
          .ops = ops,
          .clock = clock,
          .log = log,
          .plan = plan,
          .settings = settings,
          .version = ACCUBOOKS_VERSION,
          .health = health,
          .requests = api_metrics,
          .pool = app,
          .pool_metrics = app_metrics,
          .poster = poster,
          .books = books,
          .integrity = integrity_watch,
      }},
      evidence_place{.disk = evidence_disk, .folder = options.launch_folder},
      operations{net::ops_routes(metrics, health)} {
    telemetry::add_process_metrics(
        metrics, {.version = ACCUBOOKS_VERSION, .commit = ACCUBOOKS_COMMIT}
    );
    metrics.at_scrape([this] {
        app_metrics.sample(sample_of(app.status()));
        ops_metrics.sample(sample_of(ops.status()));
    });
    add_service_metrics(metrics, poster, books, settings);
    ops::mount_pool_config(operations, settings, app);
    ops::mount_health_metrics(
        operations,
        {.settings = settings,
         .clock = clock,
         .requests = api_metrics,
         .tenants_pool = app,
         .operations_pool = ops}
    );
    accubooks::ops::mount_backup_state(operations, ops);
    accubooks::ops::mount_fingerprints(operations, settings, [web = options.web] {
        return own_fingerprints(web.get());
    });
    const ledger::LedgerApi ledger_api{authenticator, app, books, journal, clock};
    identity::mount_identity(
        api,
        {sign_in,
         authenticator,
         directory,
         members,
         open_sessions,
         passwords,
         password_resets,
         invitations,
         mailer,
         tenants,
         operators,
         [this](base::Uuid user, base::Deadline deadline) {
             return launch_roles_of(*this, user, deadline);
         }}
    );
    identity::mount_factor(api, {authenticator, second_factor, factor_enrolment});
    const auto keep_policy = [this](base::Deadline deadline) {
        return policy_keeper.refresh(deadline);
    };
    identity::mount_keys(api, {authenticator, personal_keys, keep_policy});
    audit::mount_audit(api, audit_api);
    launch::mount_roles(api, {authenticator, directory, launch_roles, clock, keep_policy});
    const launch::LaunchApi launch_api{
        .authenticator = authenticator,
        .directory = directory,
        .keys = personal_keys,
        .roles = launch_roles,
        .changes = changes,
        .incidents = incidents,
        .executions = executions,
        .views = execution_views,
        .reports = launch_reports,
        .notices = launch_notices,
        .log = audit_log,
        .load = synthetic_load,
        .ops = ops,
        .streams = streams,
        .evidence = evidence_place,
    };
    launch::mount_changes(api, launch_api);
    launch::mount_executions(api, launch_api);
    launch::mount_evidence(api, launch_api);
    launch::mount_incidents(api, launch_api);
    launch::mount_attestations(api, launch_api);
    launch::mount_events(api, launch_api);
    launch::mount_reports(api, launch_api);
    launch::mount_notices(api, launch_api);
    ledger::mount_founding(api, {authenticator, tenants, app});
    console::mount_console(api, {authenticator, operators, launch_roles, clock, streams, console});
    ledger::mount_accounts(api, ledger_api);
    ledger::mount_journal(api, ledger_api);
    ledger::mount_drafts(api, ledger_api);
    ledger::mount_attachments(api, ledger_api);
    ledger::mount_periods(api, ledger_api);
    ledger::mount_tenant_audit(api, ledger_api);
    ledger::mount_actors(api, ledger_api);
    ledger::mount_integrity(api, {authenticator, integrity_watch});
    reports::mount_reports(api, authenticator, app);
    interchange::mount_export(api, authenticator, app, clock);
    interchange::mount_imports(api, {authenticator, app, clock, import_lane.executor(0)});
    net::mount_web(api, options.web, base::system_random());
}

base::Error error_of(const std::exception_ptr& thrown, net::Method method) {
    try {
        std::rethrow_exception(thrown);
    } catch (const pg::Failure& failure) {
        using enum pg::Failure::Kind;
        const bool is_unknown = failure.kind() == lost || failure.kind() == unknown_outcome;
        if (is_unknown && (method == net::Method::get || method == net::Method::head)) {
            // Whoever only reads has nothing to find out, and asks again.
            return pg::error_of(pg::Failure{failure.what(), {.kind = connect}});
        }
        return pg::error_of(failure);
    } catch (...) {
        // The server logs the exception itself; its client gets the one answer for what nobody
        // expected.
        return {
            .kind = base::ErrorKind::unknown_outcome,
            .code = "http.internal",
            .detail = "Something went wrong here; the log has it under the request's id.",
        };
    }
}

}  // namespace accubooks::app
