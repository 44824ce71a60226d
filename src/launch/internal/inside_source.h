#pragma once

#include "base/task.h"
#include "launch/internal/observing.h"

namespace accubooks::launch {

// Source A: one loop of each for every approved instance, on its operators' address.

/// Samples the instance's figures each tick. An answer that can't be had or read leaves it silent.
base::Task<void> sample_instance(Observing& observing, std::string instance);

/// Asks whether it is ready and counts failures in a row: fact `health_failures`.
base::Task<void> check_health(Observing& observing, std::string instance);

}  // namespace accubooks::launch
