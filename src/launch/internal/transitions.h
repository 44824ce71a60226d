#pragma once

#include <string>

#include "launch/execution.h"

namespace accubooks::launch {

// Ways out of a state that reports and people's acts both take.

Entered enter(
    const Execution& execution,
    ExecutionState state,
    Cause cause,
    std::string why,
    Milliseconds within,
    base::Instant now
);

Entered pause(
    const Plan& plan, const Execution& execution, Cause cause, std::string why, base::Instant now
);

/// To the prior values, or out when nothing was touched.
Events way_back(
    const Plan& plan, const Execution& execution, Cause cause, std::string why, base::Instant now
);

/// `launch.ended`.
std::unexpected<base::Error> refuse_ended(const Execution& execution);
std::unexpected<base::Error> refuse_fenced();

}  // namespace accubooks::launch
