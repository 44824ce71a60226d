#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "audit/disk.h"
#include "audit/log.h"
#include "identity/authenticator.h"
#include "identity/directory.h"
#include "identity/personal_keys.h"
#include "launch/change_book.h"
#include "launch/execution_book.h"
#include "launch/execution_view.h"
#include "launch/incident_book.h"
#include "launch/notice_book.h"
#include "launch/report_book.h"
#include "launch/roles.h"
#include "launch/synthetic_load.h"
#include "net/event_stream.h"
#include "net/router.h"
#include "pg/pool.h"

namespace accubooks::launch {

/// Where the evidence of this instance lies: below the setting `launch.directory`.
struct EvidencePlace {
    audit::Disk& disk;
    std::filesystem::path folder;
};

/// What the routes of the launch work with; everything outlives the router.
struct LaunchApi {
    identity::Authenticator& authenticator;
    identity::Directory& directory;
    identity::PersonalKeys& keys;
    Roles& roles;
    ChangeBook& changes;
    IncidentBook& incidents;
    ExecutionBook& executions;
    ExecutionViews& views;
    ReportBook& reports;
    NoticeBook& notices;
    audit::Log& log;
    SyntheticLoad& load;
    pg::Pool& ops;
    net::StreamCap& streams;
    const EvidencePlace& evidence;
};

/// …/launch/changes and what belongs to one: revisions with their exact payloads, decisions,
/// withdrawal, acknowledgement, record.
///
/// Everything needs a person with a role in the launch. Errors besides those of the calls behind:
/// `launch.role_missing`, `launch.bad_fields` with the named fields of a body.
void mount_changes(net::Router& router, LaunchApi api);

/// …/launch/changes/{change}/report: the post-change report, its exact bytes, its page, and the
/// lead's signature.
void mount_reports(net::Router& router, LaunchApi api);

/// …/launch/changes/{change}/notices: who was told, and telling again whom it couldn't be brought
/// to.
void mount_notices(net::Router& router, LaunchApi api);

/// …/launch/events, server-sent.
void mount_events(net::Router& router, LaunchApi api);

/// …/launch/changes/{change}/executions and /intents: how people start and steer what was approved;
/// …/launch/executions/{execution} with its whole history, and its view at the moment.
void mount_executions(net::Router& router, LaunchApi api);

/// …/launch/executions/{execution}/evidence: which files there are, and each one's bytes. Errors
/// besides: `launch.evidence_not_found`.
void mount_evidence(net::Router& router, LaunchApi api);

/// …/launch/incidents and their reports.
void mount_incidents(net::Router& router, LaunchApi api);

}  // namespace accubooks::launch
