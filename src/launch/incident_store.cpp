#include "launch/incident_store.h"

#include <fmt/format.h>

#include "audit/act.h"
#include "base/canonical_json.h"
#include "launch/notification.h"
#include "launch/stakeholders.h"
#include "pg/transaction.h"

namespace accubooks::launch {
namespace {

using base::Task;

constexpr pg::Statement kIncidents{
    .name = "launch.incidents",
    .text = R"sql(
select i.incident, i.severity, i.title, i.change, i.revision, i.attempt, i.trigger, i.opened_by, i.detected_at, i.opened_at,
       r.report, r.closed_by, r.resolved_at, r.closed_at
  from launch.incident i
  left join launch.incident_report r on r.incident = i.incident
 where $1::bigint is null or i.incident = $1
 order by i.incident)sql",
};

constexpr pg::Statement kCountOpen{
    .name = "launch.count_open_incidents",
    .text = R"sql(
select count(*)
  from launch.incident i
 where i.severity = $1
   and not exists (select from launch.incident_report r where r.incident = i.incident))sql",
};

// Numbered without gaps: of two at once the second waits.
constexpr pg::Statement kLockNumbers{
    .name = "launch.lock_incident_numbers",
    .text = "select pg_advisory_xact_lock(hashtextextended('launch.incident', 0))::text",
};

constexpr pg::Statement kOpen{
    .name = "launch.open_incident",
    .text = R"sql(
insert into launch.incident (incident, severity, title, change, revision, attempt, trigger, opened_by, detected_at, opened_at)
select coalesce(max(incident), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8, $9 from launch.incident
returning incident)sql",
};

constexpr pg::Statement kIsOpen{
    .name = "launch.is_incident_open",
    .text = R"sql(
select exists (
    select
      from launch.incident i
     where i.trigger = $1
       and not exists (select from launch.incident_report r where r.incident = i.incident)))sql",
};

constexpr pg::Statement kClose{
    .name = "launch.close_incident",
    .text = R"sql(
insert into launch.incident_report (incident, report, closed_by, resolved_at, closed_at) values ($1, $2, $3, $4, $5))sql",
};

constexpr audit::Action kOpened{"launch.incident_opened"};
constexpr audit::Action kClosed{"launch.incident_closed"};

Incident incident_of(const pg::Row& row) {
    const auto severity = parse_severity(row.get<std::string_view>(1));
    base::ensure(severity.has_value(), "the table's constraint knows the same severities");
    Incident incident{
        .number = row.get<std::int64_t>(0),
        .severity = *severity,
        .title = row.get<std::string>(2),
        .trigger = row.get<std::optional<std::string>>(6).value_or(""),
        .opened_by = row.get<std::string>(7),
        .detected_at = row.get<base::Instant>(8),
        .opened_at = row.get<base::Instant>(9),
    };
    if (!row.is_null(3)) {
        incident.execution = ExecutionName{
            .change = row.get<std::int64_t>(3),
            .revision = row.get<std::optional<std::int64_t>>(4).value_or(0),
            .attempt = row.get<std::optional<std::int64_t>>(5).value_or(0),
        };
    }
    if (!row.is_null(10)) {
        incident.closure = Closure{
            .report = incident_report_of(row.get<std::string_view>(10)),
            .closed_by = row.get<std::string>(11),
            .resolved_at = row.get<base::Instant>(12),
            .closed_at = row.get<base::Instant>(13),
        };
    }
    return incident;
}

/// 0 is none.
std::optional<std::int64_t> number_of(std::int64_t number) {
    return number > 0 ? std::optional{number} : std::nullopt;
}

audit::Act act_of(const Incident& incident, std::string actor, audit::Action action) {
    auto payload = base::canonicalise(report_json(incident));
    base::ensure(payload.has_value(), "an incident holds texts and whole numbers");
    return {
        .actor = std::move(actor),
        .action = std::string{action},
        .object = incident_name(incident.number),
        .payload = *std::move(payload),
    };
}

/// Everybody with a role hears of every incident, whichever its severity.
Task<void> tell(
    pg::Connection& connection, Incident incident, std::string what, base::Deadline deadline
) {
    const std::string name = incident_name(incident.number);
    Notice notice{
        .transition = fmt::format("incident/{}/{}", incident.number, what),
        .kind = fmt::format("incident_{}", what),
        .subject = fmt::format("{} {} {}", to_string(incident.severity), name, what),
        .fields =
            {
                {"Incident", name},
                {"Severity", std::string{to_string(incident.severity)}},
                {"Title", incident.title},
                {"Detected at", base::to_rfc3339(incident.detected_at)},
                {"Opened by", incident.opened_by},
            },
    };
    std::optional<RevisionName> about;
    if (incident.execution) {
        const ExecutionName& execution = *incident.execution;
        notice.fields.emplace_back("Change", change_name(execution.change));
        about = RevisionName{execution.change, execution.revision};
    }
    if (incident.closure) {
        notice.fields.emplace_back("Closed by", incident.closure->closed_by);
        notice.fields.emplace_back("Summary", incident.closure->report.summary);
    }
    auto recipients =
        co_await recipients_of(connection, about, {kRoleNames.begin(), kRoleNames.end()}, deadline);
    co_await notify(connection, std::move(notice), std::move(recipients), deadline);
}

}  // namespace

Task<std::vector<Incident>> all_incidents(pg::Connection& connection, base::Deadline deadline) {
    const auto rows = co_await connection.execute(
        kIncidents, pg::Params::of(std::optional<std::int64_t>{}), deadline
    );
    co_return rows.map(incident_of);
}

Task<std::optional<Incident>> find_incident(
    pg::Connection& connection, std::int64_t number, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kIncidents, pg::Params::of(number), deadline);
    co_return rows.empty() ? std::nullopt : std::optional{incident_of(rows[0])};
}

Task<std::int64_t> count_open(
    pg::Connection& connection, Severity severity, base::Deadline deadline
) {
    const auto rows =
        co_await connection.execute(kCountOpen, pg::Params::of(to_string(severity)), deadline);
    co_return rows[0].get<std::int64_t>(0);
}

Task<std::int64_t> open_incident(
    pg::Connection& connection, Incident incident, base::Deadline deadline
) {
    co_await connection.execute(kLockNumbers, {}, deadline);
    const ExecutionName execution = incident.execution.value_or(ExecutionName{});
    pg::Params params = pg::Params::of(
        to_string(incident.severity),
        incident.title,
        number_of(execution.change),
        number_of(execution.revision),
        number_of(execution.attempt),
        incident.trigger.empty() ? std::nullopt : std::optional{incident.trigger},
        incident.opened_by,
        incident.detected_at,
        incident.opened_at
    );
    const auto rows = co_await connection.execute(kOpen, std::move(params), deadline);
    incident.number = rows[0].get<std::int64_t>(0);
    audit::Act act = act_of(incident, incident.opened_by, kOpened);
    co_await audit::record(connection, std::move(act), incident.opened_at, deadline);
    co_await tell(connection, incident, "opened", deadline);
    co_return incident.number;
}

Task<std::optional<std::int64_t>> open_unless_open(
    pg::Connection& connection, Incident incident, base::Deadline deadline
) {
    co_await pg::begin(connection, deadline);
    co_await connection.execute(kLockNumbers, {}, deadline);
    const auto rows =
        co_await connection.execute(kIsOpen, pg::Params::of(incident.trigger), deadline);
    std::optional<std::int64_t> number;
    if (!rows[0].get<bool>(0)) {
        number = co_await open_incident(connection, std::move(incident), deadline);
    }
    co_await connection.commit(deadline);
    co_return number;
}

Task<void> close_incident(
    pg::Connection& connection, std::int64_t number, Closure closure, base::Deadline deadline
) {
    auto incident = co_await find_incident(connection, number, deadline);
    base::ensure(incident && incident->is_open(), "the caller looked in this transaction");
    pg::Params params = pg::Params::of(
        number, to_json(closure.report), closure.closed_by, closure.resolved_at, closure.closed_at
    );
    co_await connection.execute(kClose, std::move(params), deadline);
    incident->closure = closure;
    audit::Act act = act_of(*incident, closure.closed_by, kClosed);
    co_await audit::record(connection, std::move(act), closure.closed_at, deadline);
    co_await tell(connection, *std::move(incident), "closed", deadline);
}

}  // namespace accubooks::launch
