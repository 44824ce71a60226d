#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "launch/change.h"
#include "launch/execution.h"
#include "launch/execution_store.h"
#include "launch/payload.h"
#include "pg/connection.h"

namespace accubooks::launch {

/// Refuses what is asked about an execution that isn't there: `launch.execution_not_found`.
std::unexpected<base::Error> execution_not_found();

/// One execution as it is recorded: what was approved, what happened, and the state that this led
/// to.
struct Attempt {
    ExecutionRow row;
    Payload payload;
    Plan plan;                // by which it is driven: the payload's, of a rehearsal scaled
    std::int64_t unread = 0;  // events before those of `history`: load_unreadable
    std::vector<ExecutionEvent> history{};
    Execution execution{};

    /// The number of the last event.
    std::int64_t number() const { return unread + static_cast<std::int64_t>(history.size()); }
    /// Takes in what was recorded behind it. Errors: `launch.bad_history` at the first event that
    /// can't follow.
    base::Result<void> follow(std::vector<ExecutionEvent> events);
};

/// How the change of an execution in that state ended; none while it goes on.
std::optional<Ending> ending_of(ExecutionState state);

// Every call works as accubooks_ops and throws pg::Failure.

/// All of one execution. Expects that its revision is there. Errors: `launch.bad_payload` for a
/// revision of another version of the program, and as catch_up.
base::Task<base::Result<Attempt>> load_attempt(
    pg::Connection& connection, ExecutionRow row, base::Deadline deadline
);

/// One that load_attempt refuses, so that a person can end it: what happened, with `plan` in the
/// place of what was approved. Where the events can't be read either nothing of them is known but
/// their number, and it is taken for one that holds values.
base::Task<Attempt> load_unreadable(
    pg::Connection& connection, ExecutionRow row, Plan plan, base::Deadline deadline
);

/// Takes in the events that others added. Errors: `launch.bad_history` where one can't be read, as
/// another version of the program may have written it, or can't follow.
base::Task<base::Result<void>> catch_up(
    pg::Connection& connection, Attempt& attempt, base::Deadline deadline
);

/// Records events of `attempt` in the caller's transaction over its change (begin_for) and moves
/// the attempt on: each event's row and its act in the audit log, what it brings with it (who is
/// told, an incident), and with the last one the change's own end. Returns the acts' names.
/// Expects that the attempt is caught up. Errors: `launch.fenced` when another driver has taken it
/// over since, `launch.bad_history` where the record doesn't begin with its start; the caller's
/// transaction is to be given up then.
base::Task<base::Result<std::vector<base::Uuid>>> append_events(
    pg::Connection& connection,
    Attempt& attempt,
    Events events,
    std::string actor,
    base::Deadline deadline
);

}  // namespace accubooks::launch
