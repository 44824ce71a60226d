#pragma once

#include <string>

#include "telemetry/metrics.h"

namespace accubooks::telemetry {

/// Which program this is.
struct Build {
    std::string version;
    std::string commit;
};

/// Adds `accubooks_build_info`, and `accubooks_memory_used_bytes` (resident) and
/// `accubooks_memory_limit_bytes` (of the control group, else the machine's), looked up at each
/// scrape. `metrics` must outlive its scrapes only.
void add_process_metrics(Metrics& metrics, const Build& build);

}  // namespace accubooks::telemetry
