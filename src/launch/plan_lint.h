#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/sketch.h"
#include "launch/plan.h"

namespace accubooks::launch {

/// Why a plan that can be read must not be used: it can't fail, can't pass, names a metric that
/// nobody measures, has too few samples to tell, or contradicts itself. One sentence each; none for
/// a good plan.
std::vector<std::string> complaints(const Plan& plan);

/// How often the plan's rules are wrong, in parts per million of simulated executions: phase 1 with
/// the plan's own workload, smoke run, looks and hour.
struct OperatingCharacteristics {
    struct Errors {
        Ratio true_rate;
        std::int64_t fired_ppm = 0;         // a hard trigger rolled back within the hour
        std::int64_t median_minute = 0;     // of those; 0 without any
        std::int64_t smoke_passed_ppm = 0;  // in the end, with its extensions
        std::int64_t criteria_met_ppm = 0;  // of new errors, smoke run and hour, without a trigger
    };
    struct Latency {
        Ratio rise;                        // of every latency
        std::int64_t rolled_back_ppm = 0;  // by looks or in the end
        std::int64_t passed_ppm = 0;       // in the end, after its extension at most
    };
    std::vector<Errors> errors;
    std::vector<Latency> latency;

    Ratio healthy_errors;
    /// Chance that a system with as many errors and unchanged latency is rolled back.
    std::int64_t false_rollback_ppm = 0;
    /// Chance that a p95 that rose by so much is kept.
    std::int64_t missed_twenty_percent_ppm = 0;
    std::int64_t missed_thirty_percent_ppm = 0;
    std::int64_t samples_of_final = 0;
};

struct OperatingOptions {
    std::uint64_t seed = 1;
    Ratio healthy_errors{100};  // 0.01 %, or as many as were measured
    std::int64_t error_histories = 1000;
    std::int64_t latency_histories = 300;
};

/// Simulates. `baseline` are latencies as they are (nanoseconds), from which the simulated ones are
/// drawn; it must hold some.
OperatingCharacteristics operating_characteristics(
    const Plan& plan, const base::Sketch& baseline, const OperatingOptions& options
);

/// Latencies for a system that wasn't measured yet: lognormal around 20 ms with deviation 0.5, and
/// 2 % ten times slower.
base::Sketch assumed_latencies();

/// One JSON object, two lines for people, and a table that begins with them.
std::string to_json(const OperatingCharacteristics& found);
std::string to_summary(const OperatingCharacteristics& found);
std::string to_table(const OperatingCharacteristics& found);

}  // namespace accubooks::launch
