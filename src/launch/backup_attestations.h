#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/authenticator.h"
#include "identity/personal_keys.h"
#include "launch/backup_statement.h"
#include "launch/change_api.h"
#include "net/router.h"
#include "pg/pool.h"

namespace accubooks::launch {

/// An attestation as it is kept, and its act in the audit log.
struct Attested {
    BackupStatement statement;
    std::optional<base::Uuid> act{};  // none: these very bytes were recorded before
};

/// Records what `person` signed (launch/backup_statement.h), once, with its act in the audit log.
/// Errors: those of open_statement and backup_statement_of; `launch.signed_too_long_ago` for a time
/// that is off by more than ten minutes. Throws pg::Failure.
base::Task<base::Result<Attested>> record_attestation(
    pg::Pool& ops,
    identity::PersonalKeys& keys,
    identity::Person person,
    std::string envelope,
    base::Instant now,
    base::Deadline deadline
);

/// Of the newest backup that is attested. Throws pg::Failure.
base::Task<std::optional<BackupStatement>> newest_attestation(
    pg::Connection& connection, base::Deadline deadline
);

/// POST …/launch/backups, for the requesting lead and the on-call engineer.
void mount_attestations(net::Router& router, LaunchApi api);

}  // namespace accubooks::launch
