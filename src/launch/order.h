#pragma once

#include <optional>

#include "base/task.h"
#include "launch/effects.h"
#include "launch/execution_log.h"
#include "pg/connection.h"

namespace accubooks::launch {

// An execution's orders as revisions of the settings (ops/change.h). Every call works as
// accubooks_ops and throws pg::Failure; doing one again is harmless.

/// Makes the order the newest revision, in one transaction in which nobody takes the execution
/// over; OrderPlaced, or OrderRefused with the refusal of ops::propose. None when another driver
/// has taken it over.
base::Task<std::optional<Report>> place(
    pg::Connection& connection, const Attempt& attempt, PlaceOrder effect, base::Deadline deadline
);

/// Who runs on the order's revision, or on the newest where that has the ordered values too; none
/// when there is no such revision.
base::Task<std::optional<InstancesAnswered>> ask(
    pg::Connection& connection, const Attempt& attempt, AskInstances effect, base::Deadline deadline
);

/// Renews the time by which the revision is to be confirmed; why it isn't held any more, if so.
base::Task<std::optional<HoldLost>> hold(
    pg::Connection& connection, const Attempt& attempt, HoldRevision effect, base::Deadline deadline
);

/// Confirms the revision for good: whether it holds now, or why not.
base::Task<FinaliseDone> confirm(
    pg::Connection& connection,
    const Attempt& attempt,
    std::int64_t revision,
    base::Deadline deadline
);

}  // namespace accubooks::launch
