#include "launch/incident_book.h"

#include "launch/change_store.h"
#include "launch/incident_store.h"
#include "launch/internal/written.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;

/// Advisory locks count from 0 for the list of changes; incidents have a number of their own below.
constexpr std::int64_t kIncidents = -1;

Task<Written> finish(
    pg::Connection& connection, const Actor& by, std::int64_t number, base::Deadline deadline
) {
    const auto incident = co_await find_incident(connection, number, deadline);
    Written written{.status = 201, .body = report_json(*incident)};
    co_return co_await keep_and_commit(connection, by, std::move(written), deadline);
}

}  // namespace

Task<std::vector<Incident>> IncidentBook::list(base::Deadline deadline) {
    auto lease = co_await ops_.acquire(deadline);
    co_return co_await all_incidents(*lease, deadline);
}

Task<Result<Incident>> IncidentBook::find(std::int64_t number, base::Deadline deadline) {
    auto lease = co_await ops_.acquire(deadline);
    auto found = co_await find_incident(*lease, number, deadline);
    if (!found) {
        co_return incident_not_found();
    }
    co_return *std::move(found);
}

Task<Result<Written>> IncidentBook::open(Actor by, Incident incident, base::Deadline deadline) {
    incident.opened_by = by.name;
    incident.opened_at = clock_.now();
    AB_CO_CHECK(check_opening(incident, by.person, plan_));
    auto lease = co_await ops_.acquire(deadline);
    co_await begin_for(*lease, kIncidents, deadline);
    AB_CO_TRY(answered, co_await answered_before(*lease, by, deadline));
    if (answered) {
        co_return *std::move(answered);
    }
    if (incident.execution) {
        const auto change = co_await load_change(*lease, incident.execution->change, deadline);
        if (!change || change->revision(incident.execution->revision) == nullptr) {
            co_return base::refuse(
                base::ErrorKind::not_found,
                "launch.change_not_found",
                "There is no such change and revision; accubooks launch status lists them."
            );
        }
    }
    const std::int64_t number = co_await open_incident(*lease, std::move(incident), deadline);
    co_return co_await finish(*lease, by, number, deadline);
}

Task<Result<Written>> IncidentBook::close(
    Actor by,
    std::int64_t number,
    IncidentReport report,
    base::Instant resolved_at,
    base::Deadline deadline
) {
    auto lease = co_await ops_.acquire(deadline);
    co_await begin_for(*lease, kIncidents, deadline);
    AB_CO_TRY(answered, co_await answered_before(*lease, by, deadline));
    if (answered) {
        co_return *std::move(answered);
    }
    const auto incident = co_await find_incident(*lease, number, deadline);
    if (!incident) {
        co_return incident_not_found();
    }
    Closure closure{
        .report = std::move(report),
        .closed_by = by.name,
        .resolved_at = resolved_at,
        .closed_at = clock_.now(),
    };
    AB_CO_CHECK(check_closing(*incident, closure, by.person, plan_));
    co_await close_incident(*lease, number, std::move(closure), deadline);
    co_return co_await finish(*lease, by, number, deadline);
}

}  // namespace accubooks::launch
