#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/sketch.h"
#include "launch/plan.h"

namespace accubooks::launch {

/// A quantile and where the true one may lie, in the sketch's unit (nanoseconds).
struct QuantileInterval {
    std::int64_t value = 0;
    std::int64_t low = 0;
    std::int64_t high = 0;
    std::int64_t samples = 0;
};

/// Latencies by route, of one time.
using RouteSketches = std::map<std::string, base::Sketch>;

/// The quantile of `sketches` as if the routes had been asked for in the proportions of `weights`
/// (of the baseline), so that another mix of requests isn't taken for another latency. Routes that
/// one side never saw are left out; none when those make up more of the weights than the plan lets
/// miss, or nothing is left. The interval is the order statistics half_width / √2 standard
/// deviations to each side.
std::optional<QuantileInterval> standardised_quantile(
    const RouteSketches& sketches, const RouteSketches& weights, const RegressionPlan& plan
);

enum class RegressionZone : std::uint8_t { unchanged, unclear, worse };

/// How a quantile stands to the baseline's.
struct Regression {
    RegressionZone zone = RegressionZone::unclear;
    std::int64_t ratio_ppm = 0;  // after / before; a million is unchanged
    std::int64_t low_ppm = 0;
    std::int64_t high_ppm = 0;
    std::int64_t samples = 0;  // of the side that has fewer

    /// By how much it rose, never below zero: the plan's metric latency_regression.
    std::int64_t rise_ppm() const;
};

/// Worse: the ratio is above 1 + limit and its lower bound above 1. Unchanged: its upper bound is
/// below 1 + limit. Unclear: everything between.
Regression compare(
    const QuantileInterval& before, const QuantileInterval& after, const RegressionPlan& plan
);

/// Whether the tail is so heavy that a look needs more samples: the deviation of ln(latency), by
/// its 50th and 90th percentile.
bool has_heavy_tail(const base::Sketch& all, const LooksPlan& plan);
/// How many samples a look needs.
std::int64_t samples_needed(const base::Sketch& all, const LooksPlan& plan);

}  // namespace accubooks::launch
