#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/error.h"
#include "launch/execution.h"
#include "launch/measurement.h"
#include "launch/plan.h"

namespace accubooks::launch {

/// The time that an attempt's measurements are of, from its first event to its last, and how much
/// of that every instance and the prober were heard.
struct MeasuredTime {
    TimeSpan span;
    std::int64_t coverage_ppm = 0;
};
/// `plan` is the scaled one of a rehearsal; `history` isn't empty.
MeasuredTime measured_time(
    const Plan& plan, const std::vector<ExecutionEvent>& history, const Measurements& measured
);

/// Whether the times that the evidence in `folder` tells are those of what was recorded: where
/// something was ordered, one snapshot is from before the first order and one from behind it, and
/// the manifest, once there is one, names a snapshot that lacks and the time that the measurements
/// cover. Whatever of these is there and can't be read is wrong. Errors: `replay.bad_line` (file),
/// `replay.differs`.
base::Result<void> check_times(
    const std::filesystem::path& folder,
    const Plan& plan,
    const std::vector<ExecutionEvent>& history,
    const Measurements& measured
);

}  // namespace accubooks::launch
