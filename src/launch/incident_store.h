#pragma once

#include <optional>
#include <vector>

#include "base/task.h"
#include "launch/incident.h"
#include "pg/connection.h"

namespace accubooks::launch {

// What the database keeps about incidents. Every call works as accubooks_ops and throws
// pg::Failure.

/// All of them, oldest first.
base::Task<std::vector<Incident>> all_incidents(
    pg::Connection& connection, base::Deadline deadline
);
base::Task<std::optional<Incident>> find_incident(
    pg::Connection& connection, std::int64_t number, base::Deadline deadline
);
/// How many of that severity are open.
base::Task<std::int64_t> count_open(
    pg::Connection& connection, Severity severity, base::Deadline deadline
);

/// Opens it, in the caller's transaction, with its act in the audit log and the notice to everybody
/// with a role; its number. A hard trigger opens one by this too.
base::Task<std::int64_t> open_incident(
    pg::Connection& connection, Incident incident, base::Deadline deadline
);
/// Opens it in a transaction of its own and commits, unless one of the same trigger is open: its
/// number, or none.
base::Task<std::optional<std::int64_t>> open_unless_open(
    pg::Connection& connection, Incident incident, base::Deadline deadline
);
/// Closes it, in the caller's transaction, likewise.
base::Task<void> close_incident(
    pg::Connection& connection, std::int64_t number, Closure closure, base::Deadline deadline
);

}  // namespace accubooks::launch
