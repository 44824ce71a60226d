#include "launch/execution_store.h"

#include <fmt/format.h>

#include "audit/bundle_writer.h"
#include "launch/decision.h"

namespace accubooks::launch {
namespace {

using base::Task;

constexpr pg::Statement kBegin{
    .name = "launch.begin_execution",
    .text = "select execution, attempt from launch.begin_execution($1, $2, $3, $4)",
};
constexpr pg::Statement kRunning{
    .name = "launch.running_execution",
    .text = R"sql(
select execution, change, revision, attempt, rehearsal, made_at, epoch
  from launch.execution
 where execution = launch.running_execution())sql",
};
constexpr pg::Statement kFind{
    .name = "launch.find_execution",
    .text = R"sql(
select execution, change, revision, attempt, rehearsal, made_at, epoch
  from launch.execution
 where execution = $1)sql",
};
constexpr pg::Statement kOfChange{
    .name = "launch.executions_of",
    .text = R"sql(
select execution, change, revision, attempt, rehearsal, made_at, epoch
  from launch.execution
 where $1::bigint in (0, change)
 order by execution)sql",
};
constexpr pg::Statement kEnded{
    .name = "launch.ended_execution",
    .text = R"sql(
select x.execution, x.change, x.revision, x.attempt, x.rehearsal, x.made_at, x.epoch
  from launch.execution x
  join launch.execution_event e on e.execution = x.execution and e.is_end
 where x.execution > $1
 order by x.execution
 limit 1)sql",
};
constexpr pg::Statement kIsSealed{
    .name = "launch.is_execution_sealed",
    .text = "select exists (select from audit.act where object = $1 and action = $2)",
};
constexpr pg::Statement kRehearsed{
    .name = "launch.count_rehearsed",
    .text = R"sql(
select count(*)
  from launch.execution x
  join launch.execution_event e on e.execution = x.execution and e.is_end
 where x.change = $1 and x.revision = $2 and x.rehearsal and e.detail::jsonb ->> 'state' = 'rehearsed')sql",
};
constexpr pg::Statement kEvents{
    .name = "launch.execution_events",
    .text = R"sql(
select detail from launch.execution_event where execution = $1 and number > $2 order by number)sql",
};
constexpr pg::Statement kLastEvent{
    .name = "launch.last_execution_event",
    .text = R"sql(
select number, at from launch.execution_event where execution = $1 order by number desc limit 1)sql",
};
constexpr pg::Statement kInsertEvents{
    .name = "launch.insert_execution_events",
    .text = "select launch.append_execution_events($1, $2, $3, $4, $5, $6)",
};
constexpr pg::Statement kClaim{
    .name = "launch.claim_execution",
    .text = "select launch.claim_execution($1, $2, $3)",
};
constexpr pg::Statement kRenew{
    .name = "launch.renew_execution",
    .text = "select launch.renew_execution($1, $2, $3)",
};
constexpr pg::Statement kHold{
    .name = "launch.hold_execution",
    .text = "select launch.hold_execution($1, $2)",
};
constexpr pg::Statement kAppendLines{
    .name = "launch.append_evidence_lines",
    .text = "select launch.append_evidence_lines($1, $2, $3, $4, $5)",
};
constexpr pg::Statement kLines{
    .name = "launch.evidence_lines",
    .text = R"sql(
select line
  from launch.evidence_line
 where execution = $1 and file = $2 and number > $3
 order by number
 limit $4)sql",
};

ExecutionRow execution_of(const pg::Row& row) {
    return {
        .number = row.get<std::int64_t>(0),
        .change = row.get<std::int64_t>(1),
        .revision = row.get<std::int64_t>(2),
        .attempt = row.get<std::int64_t>(3),
        .is_rehearsal = row.get<bool>(4),
        .made_at = row.get<base::Instant>(5),
        .epoch = row.get<std::int64_t>(6),
    };
}

std::optional<ExecutionRow> one_of(const pg::Rows& rows) {
    return rows.empty() ? std::nullopt : std::optional{execution_of(rows[0])};
}

std::string_view kind_of(const ExecutionEvent& event) {
    return std::visit([](const auto& one) { return one.kKind; }, event);
}

}  // namespace

std::string execution_name(const ExecutionRow& row) {
    return fmt::format("{}/rev/{}/attempt/{}", change_name(row.change), row.revision, row.attempt);
}

Task<std::optional<ExecutionRow>> begin_execution(
    pg::Connection& connection, NewExecution execution, base::Deadline deadline
) {
    auto params = pg::Params::of(
        execution.change, execution.revision, execution.is_rehearsal, execution.made_at
    );
    const auto rows = co_await connection.execute(kBegin, std::move(params), deadline);
    if (rows.empty()) {
        co_return std::nullopt;
    }
    co_return ExecutionRow{
        .number = rows[0].get<std::int64_t>(0),
        .change = execution.change,
        .revision = execution.revision,
        .attempt = rows[0].get<std::int64_t>(1),
        .is_rehearsal = execution.is_rehearsal,
        .made_at = execution.made_at,
        .epoch = 1,
    };
}

Task<std::optional<ExecutionRow>> running_execution(
    pg::Connection& connection, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kRunning, {}, deadline);
    co_return one_of(rows);
}

Task<std::optional<ExecutionRow>> find_execution(
    pg::Connection& connection, std::int64_t number, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kFind, pg::Params::of(number), deadline);
    co_return one_of(rows);
}

Task<std::vector<ExecutionRow>> executions_of(
    pg::Connection& connection, std::int64_t change, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kOfChange, pg::Params::of(change), deadline);
    co_return rows.map(execution_of);
}

Task<LastEvent> last_event(
    pg::Connection& connection, std::int64_t execution, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kLastEvent, pg::Params::of(execution), deadline);
    base::ensure(!rows.empty(), "an execution is made with its first event");
    co_return LastEvent{
        .number = rows[0].get<std::int64_t>(0), .at = rows[0].get<base::Instant>(1)
    };
}

Task<std::optional<ExecutionRow>> ended_execution(
    pg::Connection& connection, std::int64_t after, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kEnded, pg::Params::of(after), deadline);
    co_return one_of(rows);
}

Task<bool> is_sealed(
    pg::Connection& connection, const ExecutionRow& execution, base::Deadline deadline
) {
    auto params = pg::Params::of(execution_name(execution), audit::kSealed);
    const auto rows = co_await connection.execute(kIsSealed, std::move(params), deadline);
    co_return rows[0].get<bool>(0);
}

Task<std::int64_t> count_rehearsed(
    pg::Connection& connection, std::int64_t change, std::int64_t revision, base::Deadline deadline
) {
    const auto rows =
        co_await connection.execute(kRehearsed, pg::Params::of(change, revision), deadline);
    co_return rows[0].get<std::int64_t>(0);
}

Task<base::Result<std::vector<ExecutionEvent>>> events_after(
    pg::Connection& connection, std::int64_t execution, std::int64_t after, base::Deadline deadline
) {
    const auto rows =
        co_await connection.execute(kEvents, pg::Params::of(execution, after), deadline);
    std::vector<ExecutionEvent> events;
    events.reserve(static_cast<std::size_t>(rows.size()));
    for (int at = 0; at < rows.size(); ++at) {
        auto event = parse_execution_event(rows[at].get<std::string_view>(0));
        if (!event) {
            co_return base::refuse(
                base::ErrorKind::invalid,
                "launch.bad_history",
                fmt::format(
                    "Event {} of execution {} can't be read: {}",
                    after + at + 1,
                    execution,
                    event.error().detail
                )
            );
        }
        events.push_back(*std::move(event));
    }
    co_return events;
}

Task<bool> insert_events(pg::Connection& connection, NewEvents events, base::Deadline deadline) {
    std::vector<std::string> kinds;
    std::vector<std::string> details;
    std::vector<base::Instant> times;
    for (const ExecutionEvent& event : events.events) {
        kinds.emplace_back(kind_of(event));
        details.push_back(to_json(event));
        times.push_back(at(event));
    }
    auto params =
        pg::Params::of(events.execution, events.epoch, events.first, kinds, details, times);
    const auto rows = co_await connection.execute(kInsertEvents, std::move(params), deadline);
    co_return rows[0].get<bool>(0);
}

Task<std::optional<std::int64_t>> claim_execution(
    pg::Connection& connection,
    std::int64_t execution,
    std::string holder,
    std::chrono::milliseconds for_so_long,
    base::Deadline deadline
) {
    auto params = pg::Params::of(execution, holder, std::int64_t{for_so_long.count()});
    const auto rows = co_await connection.execute(kClaim, std::move(params), deadline);
    co_return rows[0].get<std::optional<std::int64_t>>(0);
}

Task<bool> renew_execution(
    pg::Connection& connection,
    std::int64_t execution,
    std::int64_t epoch,
    std::chrono::milliseconds by,
    base::Deadline deadline
) {
    auto params = pg::Params::of(execution, epoch, std::int64_t{by.count()});
    const auto rows = co_await connection.execute(kRenew, std::move(params), deadline);
    co_return rows[0].get<bool>(0);
}

Task<bool> hold_execution(
    pg::Connection& connection, std::int64_t execution, std::int64_t epoch, base::Deadline deadline
) {
    const auto rows =
        co_await connection.execute(kHold, pg::Params::of(execution, epoch), deadline);
    co_return rows[0].get<bool>(0);
}

std::string_view to_string(EvidenceFile file) {
    switch (file) {
        case EvidenceFile::measurements:
            return "measurements";
        case EvidenceFile::verdicts:
            return "verdicts";
        case EvidenceFile::fingerprints:
            return "fingerprints";
    }
    std::unreachable();
}

Task<bool> append_lines(pg::Connection& connection, NewLines lines, base::Deadline deadline) {
    auto params = pg::Params::of(
        lines.execution, lines.epoch, to_string(lines.file), lines.first, lines.lines
    );
    const auto rows = co_await connection.execute(kAppendLines, std::move(params), deadline);
    co_return rows[0].get<bool>(0);
}

Task<std::vector<std::string>> lines_after(
    pg::Connection& connection,
    std::int64_t execution,
    EvidenceFile file,
    std::int64_t after,
    std::int64_t limit,
    base::Deadline deadline
) {
    auto params = pg::Params::of(execution, to_string(file), after, limit);
    const auto rows = co_await connection.execute(kLines, std::move(params), deadline);
    co_return rows.map([](const pg::Row& row) { return row.get<std::string>(0); });
}

}  // namespace accubooks::launch
