#pragma once

#include <cstdint>

#include "launch/plan.h"

namespace accubooks::launch {

/// The plan of a rehearsal: windows, times for which conditions must hold or silence is borne, and
/// sample minima are `time_scale` times smaller, though not below what the plan allows; deadlines,
/// limits and rates are as they are. Expects 1 to the plan's `time_scale_max`; 1 is the plan
/// itself.
///
/// What it judges has less power, and is no verdict: `accubooks launch lint --time-scale` says how
/// much is left.
Plan rehearsal_of(Plan plan, std::int64_t time_scale);

}  // namespace accubooks::launch
