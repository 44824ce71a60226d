#include <algorithm>
#include <utility>

#include "launch/execution.h"
#include "launch/internal/transitions.h"

// Who drives an execution: the one that began it, and who takes it over.

namespace accubooks::launch {

using base::Instant;
using base::Result;

Events start(
    const Plan& plan, Terms terms, std::optional<TimeSpan> baseline, std::int64_t epoch, Instant now
) {
    return {ExecutionStarted{
        .at = now,
        .deadline = now + plan.phase1.prechecks.deadline,
        .engine_version = kEngineVersion,
        .epoch = epoch,
        .terms = std::move(terms),
        .baseline = baseline,
    }};
}

Result<Events> take_over(
    const Plan& plan,
    const Execution& execution,
    std::int64_t epoch,
    std::string holder,
    Instant now
) {
    if (is_final(execution.state)) {
        return refuse_ended(execution);
    }
    if (epoch <= execution.epoch) {
        return refuse_fenced();
    }
    const Instant later = std::max(now, execution.last_at);
    Events events{Claimed{
        .at = later,
        .epoch = epoch,
        .holder = std::move(holder),
        .engine_version = kEngineVersion,
    }};
    if (execution.engine_version != kEngineVersion && execution.state < ExecutionState::paused) {
        events.emplace_back(pause(
            plan, execution, Cause::other_engine, "Another version of the program began it.", later
        ));
    }
    return events;
}

}  // namespace accubooks::launch
