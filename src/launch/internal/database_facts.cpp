#include "launch/internal/database_facts.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "launch/backup_attestations.h"
#include "launch/change_store.h"
#include "launch/incident_store.h"
#include "launch/internal/assessment_parts.h"
#include "ops/backup_store.h"
#include "ops/change.h"
#include "ops/revision_store.h"

namespace accubooks::launch {
namespace {

using base::Task;

// Everybody may see locks, and since when they are waited for.
constexpr pg::Statement kLockWaits{
    .name = "launch.lock_waits",
    .text = R"sql(
select coalesce((1000 * extract(epoch from max(clock_timestamp() - waitstart)))::bigint, 0),
       count(*)
  from pg_catalog.pg_locks
 where not granted)sql",
};

// Standbys are counted for everybody, but what they say is shown to members of pg_read_all_stats
// alone; a standby that has nothing to replay has no lag.
constexpr pg::Statement kReplicationLag{
    .name = "launch.replication_lag",
    .text = R"sql(
select count(*),
       count(state),
       coalesce((1000 * extract(epoch from max(replay_lag)))::bigint, 0)
  from pg_catalog.pg_stat_replication)sql",
};

constexpr pg::Statement kServer{
    .name = "launch.server",
    .text = "select pg_backend_pid()::bigint, pg_postmaster_start_time()",
};

Reading age(base::Instant now, base::Instant of) {
    const auto passed = std::chrono::floor<Milliseconds>(now - of);
    return value(std::max<std::int64_t>(0, passed.count()), 1);
}

Task<Reading> lock_waits(pg::Connection& connection, base::Deadline deadline) {
    const auto rows = co_await connection.execute(kLockWaits, {}, deadline);
    co_return value(
        std::max<std::int64_t>(0, rows[0].get<std::int64_t>(0)), 1 + rows[0].get<std::int64_t>(1)
    );
}

Task<Reading> replication_lag(pg::Connection& connection, base::Deadline deadline) {
    const auto rows = co_await connection.execute(kReplicationLag, {}, deadline);
    const auto standbys = rows[0].get<std::int64_t>(0);
    if (rows[0].get<std::int64_t>(1) < standbys) {
        co_return no_data(
            "There are standbys whose lag accubooks_ops may not see: grant it pg_read_all_stats."
        );
    }
    co_return value(std::max<std::int64_t>(0, rows[0].get<std::int64_t>(2)), 1 + standbys);
}

Task<Reading> processor(
    pg::Connection& connection,
    const Observing& observing,
    DatabaseProcessor& watched,
    base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kServer, {}, deadline);
    co_return watched.look(
        rows[0].get<std::int64_t>(0),
        rows[0].get<base::Instant>(1),
        observing.now(),
        std::chrono::steady_clock::now()
    );
}

/// What a backup that this program took is worth, it knows best; of a database that isn't ours to
/// back up, what somebody signed.
Task<Reading> backup_age(
    pg::Connection& connection, const Observing& observing, base::Deadline deadline
) {
    const ops::BackupState state = co_await ops::load_backup_state(connection, deadline);
    const base::Instant now = observing.now();
    if (!state.last_backup) {
        const auto attested = co_await newest_attestation(connection, deadline);
        co_return attested ? age(now, attested->finished_at)
                           : no_data("No backup is known: take and check one, or attest it.");
    }
    if (!state.last_good_backup) {
        co_return no_data("No good backup is known.");
    }
    const base::Instant finished_at = state.last_good_backup->finished_at;
    if (!state.is_ready_for_change(now, now - finished_at)) {
        co_return no_data(
            state.gap ? "Not every moment since the last backup can be restored."
                      : "The last backup failed, or wasn't restored and verified."
        );
    }
    co_return age(now, finished_at);
}

Task<Reading> acknowledgement_age(
    pg::Connection& connection, const Observing& observing, base::Deadline deadline
) {
    const ExecutionName& execution = observing.observed.execution;
    const auto briefed = co_await acknowledgements_of(connection, execution.change, deadline);
    std::optional<base::Instant> newest;
    for (const Briefed& one : briefed) {
        if (one.revision == execution.revision && one.role == RoleName::on_call) {
            newest = std::max(newest.value_or(one.at), one.at);
        }
    }
    co_return newest ? age(observing.now(), *newest)
                     : no_data("The on-call engineer hasn't acknowledged this revision.");
}

Task<Reading> open_p0(pg::Connection& connection, base::Deadline deadline) {
    co_return value(co_await count_open(connection, Severity::p0, deadline), 1);
}

/// Instances that aren't as the newest revision wants it: approved ones that aren't live, live ones
/// that weren't approved, and live ones that refused it or went back from it.
Task<Reading> divergence(
    pg::Connection& connection, const Observing& observing, base::Deadline deadline
) {
    const auto sight = co_await ops::look(connection, deadline);
    if (!sight) {
        co_return no_data("There is no revision of the settings.");
    }
    const ops::Progress progress = co_await ops::progress(connection, sight->newest, deadline);
    const std::set<std::string> approved{
        observing.observed.instances.begin(), observing.observed.instances.end()
    };
    std::set<std::string> missing = approved;
    std::int64_t divergent = 0;
    for (const ops::Answer& answer : progress.answers) {
        if (!answer.boot.is_live || answer.boot.is_replaced) {
            continue;
        }
        const std::string& instance = answer.boot.who.instance;
        missing.erase(instance);
        const bool disagrees = answer.standing == ops::Standing::refused;
        divergent += disagrees || !approved.contains(instance) ? 1 : 0;
    }
    co_return value(
        divergent + static_cast<std::int64_t>(missing.size()),
        static_cast<std::int64_t>(approved.size())
    );
}

/// Takes a connection for one look; what fails is the reading.
template <class Look>
Task<Reading> looked(pg::Pool& ops, base::Deadline deadline, Look look) {
    try {
        auto lease = co_await ops.acquire(deadline);
        co_return co_await look(*lease);
    } catch (const pg::Failure& failure) {
        co_return provider_error(failure.what());
    }
}

}  // namespace

Task<void> look_at_database(
    Observing& observing, DatabaseProcessor& watched, base::Deadline deadline
) {
    pg::Pool& ops = observing.parts.ops;
    const auto tell = [&](std::string metric, Reading reading) {
        observing.fact(std::move(metric), std::move(reading));
    };
    const auto lock = [&](pg::Connection& on) { return lock_waits(on, deadline); };
    const auto lag = [&](pg::Connection& on) { return replication_lag(on, deadline); };
    const auto cpu = [&](pg::Connection& on) {
        return processor(on, observing, watched, deadline);
    };
    const auto backup = [&](pg::Connection& on) { return backup_age(on, observing, deadline); };
    const auto briefed = [&](pg::Connection& on) {
        return acknowledgement_age(on, observing, deadline);
    };
    const auto p0 = [&](pg::Connection& on) { return open_p0(on, deadline); };
    const auto apart = [&](pg::Connection& on) { return divergence(on, observing, deadline); };
    tell("longest_lock_wait", co_await looked(ops, deadline, lock));
    tell("replication_lag", co_await looked(ops, deadline, lag));
    tell("database_cpu", co_await looked(ops, deadline, cpu));
    tell("backup_age", co_await looked(ops, deadline, backup));
    tell("acknowledgement_age", co_await looked(ops, deadline, briefed));
    tell("open_p0", co_await looked(ops, deadline, p0));
    tell("instance_divergence", co_await looked(ops, deadline, apart));
}

}  // namespace accubooks::launch
