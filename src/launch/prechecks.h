#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "launch/execution.h"
#include "launch/measurement.h"
#include "launch/plan.h"
#include "pg/pool.h"

namespace accubooks::launch {

/// What pre-checks without a condition of their own are answered from, besides what was measured.
struct PrecheckFacts {
    std::int64_t open_incidents = 0;             // P0 and P1
    std::optional<base::Error> over_capacity{};  // what the new values would ask for too much
    bool rollback_rehearsed = false;             // on this build, for these values
    std::set<PhaseName> succeeded{};             // phases
};

/// Judges every pre-check of the plan: conditions by `measured`, the rest by `facts`; what isn't
/// installed yet by the plan's own words is not applicable, and neither are the window and an
/// earlier rehearsal to a rehearsal. Outside of the window is a failure, which `decide` passes over
/// for the reason that `terms` hold. A check that this program doesn't know is inconclusive. Pure.
std::vector<CheckOutcome> judge_prechecks(
    const Plan& plan,
    const Terms& terms,
    const PrecheckFacts& facts,
    const Measurements& measured,
    base::Instant now
);

/// Asks the database for the facts; `rollback_rehearsed` and `succeeded` are the caller's to know.
/// Throws pg::Failure.
base::Task<PrecheckFacts> look_at_prechecks(
    pg::Pool& ops, const Plan& plan, PrecheckFacts known, base::Deadline deadline
);

/// Whether the time of day is inside the change window, whose end may be past midnight; UTC.
bool is_inside(const DayWindow& window, base::Instant now);

}  // namespace accubooks::launch
