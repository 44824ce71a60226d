#pragma once

#include <string>
#include <vector>

#include "launch/assessment.h"
#include "launch/execution.h"
#include "launch/plan.h"

namespace accubooks::launch {

/// A part of a stage, over which what was measured is written down while it goes on.
struct Capture {
    ExecutionState state{};
    std::int64_t number = 0;  // within the stage, from 1
    TimeSpan window;
};

/// Those of the present stage that are over by `now`: parts of `capture_every`, from its beginning;
/// none where the plan's stage has none. `plan` is the scaled one of a rehearsal.
std::vector<Capture> captures_of(const Plan& plan, const Execution& execution, base::Instant now);

/// "captures/sustained-01.json".
std::string file_of(const Capture& capture);

/// What each metric by which the stage passes was over the window: canonical JSON. Made of recorded
/// measurements alone, so that it can be made again.
std::string to_json(const Capture& capture, const Assessment& assessment);

}  // namespace accubooks::launch
