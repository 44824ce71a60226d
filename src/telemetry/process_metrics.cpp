#include "telemetry/process_metrics.h"

#include <algorithm>
#include <fstream>

#include <unistd.h>

namespace accubooks::telemetry {

namespace {

double page_bytes() {
    return static_cast<double>(sysconf(_SC_PAGESIZE));
}

double resident_bytes() {
    std::ifstream statm{"/proc/self/statm"};
    double total = 0;
    double resident = 0;
    statm >> total >> resident;
    return resident * page_bytes();
}

double memory_limit_bytes() {
    const double machine = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * page_bytes();
    std::ifstream group{"/sys/fs/cgroup/memory.max"};
    double limit = 0;
    return group >> limit ? std::min(limit, machine) : machine;  // "max" is no number
}

}  // namespace

void add_process_metrics(Metrics& metrics, const Build& build) {
    metrics
        .gauge(
            "accubooks_build_info",
            "Which program this is; always 1.",
            {{"version", build.version}, {"commit", build.commit}}
        )
        .set(1);
    const Gauge used = metrics.gauge("accubooks_memory_used_bytes", "Resident memory.");
    metrics.gauge("accubooks_memory_limit_bytes", "Memory there is for the program.")
        .set(memory_limit_bytes());
    metrics.at_scrape([used] { used.set(resident_bytes()); });
}

}  // namespace accubooks::telemetry
