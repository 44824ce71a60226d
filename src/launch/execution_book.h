#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "launch/change_book.h"
#include "launch/execution_log.h"
#include "pg/pool.h"

namespace accubooks::launch {

/// Executions of approved changes, as people start and steer them; what carries them on is the
/// Driver. Each write is one transaction on a pool whose connections are accubooks_ops, and what it
/// may do is said by launch/change.h and launch/execution.h. Calls throw pg::Failure.
class ExecutionBook {
public:
    struct Parts {
        pg::Pool& ops;
        const base::Clock& clock;
        const Plan& plan;                  // by whose rights one without a readable plan is ended
        std::function<BuildSeen()> build;  // without the schema, which the database tells
        /// All keys that a person ever enrolled. May throw pg::Failure.
        std::function<base::Task<std::vector<KnownKey>>(base::Uuid, base::Deadline)> keys_of;
    };
    explicit ExecutionBook(Parts parts) : parts_{std::move(parts)} {}

    /// How a start is meant.
    struct Wanted {
        bool is_rehearsal = false;
        std::int64_t time_scale = 1;                   // of a rehearsal; else 1
        std::optional<std::string> override_window{};  // the reason
    };
    /// Starts the newest revision of the change. Errors: those of decide(Start);
    /// `launch.change_not_found`, `launch.execution_runs`, `launch.bad_time_scale`,
    /// `launch.phase_not_executable`, `launch.bad_payload`, `launch.approval_unsigned`,
    /// `identity.idempotency_conflict`.
    base::Task<base::Result<Written>> start(
        Actor by, std::int64_t change, Wanted wanted, base::Deadline deadline
    );

    /// What somebody wants of the change's running execution. One whose payload or events this
    /// program can't read is ended by `abort` and by `resolve` (give_up), and answered as
    /// unreadable.
    enum class Wish : std::uint8_t { pause, rollback, abort, resume, resolve };
    /// Errors: those of decide(Act); `launch.nothing_runs`, `launch.bad_payload`,
    /// `launch.bad_history`, `identity.idempotency_conflict`.
    base::Task<base::Result<Written>> act(
        Actor by, std::int64_t change, Wish wish, std::string reason, base::Deadline deadline
    );

    /// One execution, or why it can't be read: `launch.bad_payload`, `launch.bad_history`.
    struct Listed {
        ExecutionRow row;
        base::Result<Attempt> attempt;
    };
    /// Of one change, newest first.
    base::Task<std::vector<Listed>> list(std::int64_t change, base::Deadline deadline);
    /// By its number over all changes. Errors: `launch.execution_not_found`, `launch.bad_payload`.
    base::Task<base::Result<Attempt>> find(std::int64_t number, base::Deadline deadline);

private:
    base::Task<base::Result<void>> check_signed(
        pg::Connection& connection, const Change& change, base::Deadline deadline
    );
    base::Task<Ground> ground(
        pg::Connection& connection,
        const Change& change,
        const Payload& payload,
        base::Deadline deadline
    );
    base::Task<base::Result<Written>> end_unreadable(
        pg::Connection& connection,
        const Actor& by,
        const ExecutionRow& row,
        std::string why,
        std::string unreadable,
        base::Deadline deadline
    );
    base::Task<base::Result<Act>> act_of(
        pg::Connection& connection,
        const Attempt& attempt,
        const Participant& by,
        Wish wish,
        std::string reason,
        base::Deadline deadline
    );

    Parts parts_;
};

}  // namespace accubooks::launch
