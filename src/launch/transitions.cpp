#include "launch/internal/transitions.h"

#include <utility>

#include <fmt/format.h>

namespace accubooks::launch {

using base::Instant;

Entered enter(
    const Execution& execution,
    ExecutionState state,
    Cause cause,
    std::string why,
    Milliseconds within,
    Instant now
) {
    return {
        .at = now,
        .deadline = now + within,
        .state = state,
        .cause = cause,
        .why = std::move(why),
        .step = execution.step,
    };
}

Entered pause(
    const Plan& plan, const Execution& execution, Cause cause, std::string why, Instant now
) {
    const Milliseconds within = plan.phase1.pause.deadline;
    return enter(execution, ExecutionState::paused, cause, std::move(why), within, now);
}

Events way_back(
    const Plan& plan, const Execution& execution, Cause cause, std::string why, Instant now
) {
    if (!execution.is_touched()) {
        return {enter(execution, ExecutionState::cancelled, cause, std::move(why), {}, now)};
    }
    const Milliseconds within = plan.phase1.rollback.deadline;
    Entered back =
        enter(execution, ExecutionState::rolling_back, cause, std::move(why), within, now);
    back.order =
        Order{.generation = execution.order->generation + 1, .values = execution.terms.prior};
    return {back};
}

std::unexpected<base::Error> refuse_ended(const Execution& execution) {
    return base::refuse(
        base::ErrorKind::conflict,
        "launch.ended",
        fmt::format("The execution has ended: {}.", to_string(execution.state))
    );
}

std::unexpected<base::Error> refuse_fenced() {
    return base::refuse(
        base::ErrorKind::conflict, "launch.fenced", "Another driver has taken this execution over."
    );
}

}  // namespace accubooks::launch
