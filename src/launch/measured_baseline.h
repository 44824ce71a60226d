#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/sketch.h"
#include "launch/execution.h"
#include "launch/plan.h"

namespace accubooks::launch {

/// How the service was before a change, as it was measured: what a plan's operating characteristics
/// are drawn from (launch/plan_lint.h).
struct MeasuredBaseline {
    std::string source;              // the attempt's folder, or the file
    std::optional<TimeSpan> span{};  // of an attempt
    std::optional<Ratio> errors{};   // where requests were counted
    base::Sketch latencies;          // nanoseconds
};

/// Of a folder the newest baseline that the attempts in it have and that `plan` would take for one;
/// of a file the sketch that it holds as base64. A rehearsal's plan is the scaled one. Errors:
/// `launch.no_baseline` when none is there, or what is there has too few requests, too little
/// covered time or halves that differ; `base.bad_sketch`, and those of `read_recorded`.
base::Result<MeasuredBaseline> measured_baseline(
    const std::filesystem::path& path, const Plan& plan
);

}  // namespace accubooks::launch
