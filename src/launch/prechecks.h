#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "launch/change.h"
#include "launch/execution_log.h"
#include "launch/measurement.h"
#include "launch/plan.h"
#include "pg/connection.h"

namespace accubooks::launch {

/// What pre-checks without a condition of their own are answered from, besides what was measured.
struct PrecheckFacts {
    std::int64_t open_incidents = 0;                // P0 and P1
    std::optional<base::Error> over_capacity{};     // what the new values would ask for too much
    bool rollback_rehearsed = false;                // on this build, for these values
    std::set<PhaseName> succeeded{};                // phases
    std::optional<base::Instant> approved_until{};  // none: nobody's approval counts
    /// How long the baseline took, without pauses, when they are looked at again behind it.
    std::optional<Milliseconds> baseline_took{};
};

/// Until when every approval of a revision that is carried out is good, during which none can be
/// taken back; none where it isn't carried out.
std::optional<base::Instant> approved_until(const Revision& revision);

/// Judges every pre-check of the plan: conditions by `measured`, the rest by `facts`; what isn't
/// installed yet by the plan's own words is not applicable, and neither are the window and an
/// earlier rehearsal to a rehearsal. Outside of the window is a failure, which `decide` passes over
/// for the reason that `terms` hold. A check that this program doesn't know is inconclusive.
/// Whether the approval is still good comes last, as `approval`.
///
/// Behind the baseline those that rest on requests are left out, since the hard triggers judge them
/// from the first step on; and whoever acknowledged before it has time for as long as it took,
/// since the plan's baseline is longer than an acknowledgement is good. Pure.
std::vector<CheckOutcome> judge_prechecks(
    const Plan& plan,
    const Terms& terms,
    const PrecheckFacts& facts,
    const Measurements& measured,
    base::Instant now
);

/// Every pre-check of an execution and every condition of its approval, as they are now: what the
/// database knows, and what was measured. Throws pg::Failure.
base::Task<std::vector<CheckOutcome>> look_at_prechecks(
    pg::Connection& ops,
    const Attempt& attempt,
    const Measurements& measured,
    base::Instant now,
    base::Deadline deadline
);

/// Whether the time of day is inside the change window, whose end may be past midnight; UTC.
bool is_inside(const DayWindow& window, base::Instant now);

}  // namespace accubooks::launch
