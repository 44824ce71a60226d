#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "launch/execution.h"
#include "pg/connection.h"

namespace accubooks::launch {

// What the database keeps about executions. Every call works as accubooks_ops and throws
// pg::Failure. What is written carries the driver's epoch; an answer of false says that another
// driver has claimed the execution since and that nothing was done.

struct ExecutionRow {
    std::int64_t number = 0;  // over all changes, from 1
    std::int64_t change = 0;
    std::int64_t revision = 0;
    std::int64_t attempt = 0;  // of the revision, from 1
    bool is_rehearsal = false;
    base::Instant made_at{};
    std::int64_t epoch = 0;
};

/// "CHG-0001/rev/1/attempt/2": what an act of the audit log about it is done to, and by whose name
/// governed settings change.
std::string execution_name(const ExecutionRow& row);

struct NewExecution {
    std::int64_t change = 0;
    std::int64_t revision = 0;
    bool is_rehearsal = false;
    base::Instant made_at{};
};
/// The next attempt, at epoch 1 and without a holder; none while one runs, of whatever change.
base::Task<std::optional<ExecutionRow>> begin_execution(
    pg::Connection& connection, NewExecution execution, base::Deadline deadline
);

/// The one that hasn't ended.
base::Task<std::optional<ExecutionRow>> running_execution(
    pg::Connection& connection, base::Deadline deadline
);
base::Task<std::optional<ExecutionRow>> find_execution(
    pg::Connection& connection, std::int64_t number, base::Deadline deadline
);
/// Of one change, oldest first; 0: of all.
base::Task<std::vector<ExecutionRow>> executions_of(
    pg::Connection& connection, std::int64_t change, base::Deadline deadline
);
/// Its newest event, whatever that says.
struct LastEvent {
    std::int64_t number = 0;
    base::Instant at{};
};
base::Task<LastEvent> last_event(
    pg::Connection& connection, std::int64_t execution, base::Deadline deadline
);
/// The first that has ended of those behind number `after`.
base::Task<std::optional<ExecutionRow>> ended_execution(
    pg::Connection& connection, std::int64_t after, base::Deadline deadline
);
/// Whether the log holds its evidence's manifest.
base::Task<bool> is_sealed(
    pg::Connection& connection, const ExecutionRow& execution, base::Deadline deadline
);
/// How many rehearsals of a revision went through.
base::Task<std::int64_t> count_rehearsed(
    pg::Connection& connection, std::int64_t change, std::int64_t revision, base::Deadline deadline
);

/// Numbered from 1: those after number `after`.
base::Task<base::Result<std::vector<ExecutionEvent>>> events_after(
    pg::Connection& connection, std::int64_t execution, std::int64_t after, base::Deadline deadline
);
/// Numbered on from `first`, which must be the next.
struct NewEvents {
    std::int64_t execution = 0;
    std::int64_t epoch = 0;
    std::int64_t first = 0;
    std::vector<ExecutionEvent> events;
};
base::Task<bool> insert_events(
    pg::Connection& connection, NewEvents events, base::Deadline deadline
);

/// The next epoch (db/functions/launch.claim_execution.sql); none while somebody else holds it.
base::Task<std::optional<std::int64_t>> claim_execution(
    pg::Connection& connection,
    std::int64_t execution,
    std::string holder,
    std::chrono::milliseconds for_so_long,
    base::Deadline deadline
);
base::Task<bool> renew_execution(
    pg::Connection& connection,
    std::int64_t execution,
    std::int64_t epoch,
    std::chrono::milliseconds by,
    base::Deadline deadline
);
/// Keeps others from claiming it until the caller's transaction ends.
base::Task<bool> hold_execution(
    pg::Connection& connection, std::int64_t execution, std::int64_t epoch, base::Deadline deadline
);

/// What is recorded line by line: the files of evidence that grow so (launch/replay.h), and one
/// line of fingerprints, as they were before anything was touched.
enum class EvidenceFile : std::uint8_t { measurements, verdicts, fingerprints };
std::string_view to_string(EvidenceFile file);

/// Lines without their ends, numbered on from `first`, which must be the next.
struct NewLines {
    std::int64_t execution = 0;
    std::int64_t epoch = 0;
    EvidenceFile file{};
    std::int64_t first = 0;
    std::vector<std::string> lines;
};
base::Task<bool> append_lines(pg::Connection& connection, NewLines lines, base::Deadline deadline);
/// Numbered from 1: those after number `after`, at most `limit`.
base::Task<std::vector<std::string>> lines_after(
    pg::Connection& connection,
    std::int64_t execution,
    EvidenceFile file,
    std::int64_t after,
    std::int64_t limit,
    base::Deadline deadline
);

}  // namespace accubooks::launch
