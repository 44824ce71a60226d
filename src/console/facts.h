#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "launch/incident.h"
#include "ops/backup_store.h"
#include "ops/instances.h"
#include "pg/connection.h"

namespace accubooks::console {

/// What only the database knows: of the other instances, of incidents and of backups.
struct Facts {
    base::Instant at;                           // when it was asked
    std::int64_t newest_revision = 0;           // of the settings; 0: there is none
    std::vector<ops::Answer> instances{};       // by instance
    std::int64_t limit = 0;                     // connections that the server lets us have
    std::vector<launch::Incident> incidents{};  // the open ones
    ops::BackupState backups{};
    ops::ArchiverState archiver{};
};

/// Works as accubooks_ops; throws pg::Failure.
base::Task<Facts> load_facts(
    pg::Connection& connection, base::Instant now, base::Deadline deadline
);

}  // namespace accubooks::console
