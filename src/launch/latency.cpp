#include "launch/latency.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace accubooks::launch {
namespace {

constexpr double kMillion = 1e6;

double share(Ratio ratio) {
    return static_cast<double>(ratio.ppm) / kMillion;
}

struct Weighted {
    const base::Sketch* sketch;
    double weight;
};

// The least value at or below which the weighted share of all is at least `wanted`.
std::int64_t quantile_of(const std::vector<Weighted>& routes, double wanted) {
    if (routes.size() == 1) {
        return static_cast<std::int64_t>(routes.front().sketch->quantile(wanted));
    }
    const auto share_up_to = [&routes](std::uint64_t value) {
        double sum = 0;
        for (const Weighted& route : routes) {
            sum += route.weight * static_cast<double>(route.sketch->count_up_to(value)) /
                   static_cast<double>(route.sketch->count());
        }
        return sum;
    };
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    for (const Weighted& route : routes) {
        high = std::max(high, route.sketch->max());
    }
    // Weights sum to 1 only to rounding, so the top share may fall short by as much.
    const double most = std::min(wanted, share_up_to(high));
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        if (share_up_to(middle) >= most) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return static_cast<std::int64_t>(base::Sketch::middle_of(low));
}

}  // namespace

std::optional<QuantileInterval> standardised_quantile(
    const RouteSketches& sketches, const RouteSketches& weights, const RegressionPlan& plan
) {
    std::vector<Weighted> routes;
    double all = 0;
    double present = 0;
    std::int64_t samples = 0;
    for (const auto& [route, before] : weights) {
        const auto weight = static_cast<double>(before.count());
        all += weight;
        const auto found = sketches.find(route);
        if (before.count() > 0 && found != sketches.end() && found->second.count() > 0) {
            present += weight;
            samples += static_cast<std::int64_t>(found->second.count());
            routes.push_back({.sketch = &found->second, .weight = weight});
        }
    }
    if (routes.empty() || present < (1 - share(plan.routes_missing)) * all) {
        return std::nullopt;
    }
    // Variance of a weighted mean of independent groups, as if it were one sample of that size.
    double variance = 0;
    for (Weighted& route : routes) {
        route.weight /= present;
        variance += route.weight * route.weight / static_cast<double>(route.sketch->count());
    }
    const double p = share(plan.quantile);
    const double half =
        share(plan.confidence_half_width) / std::numbers::sqrt2 * std::sqrt(p * (1 - p) * variance);
    return QuantileInterval{
        .value = quantile_of(routes, p),
        .low = quantile_of(routes, std::max(0.0, p - half)),
        .high = quantile_of(routes, std::min(1.0, p + half)),
        .samples = samples,
    };
}

std::int64_t Regression::rise_ppm() const {
    return std::max<std::int64_t>(0, ratio_ppm - 1'000'000);
}

Regression compare(
    const QuantileInterval& before, const QuantileInterval& after, const RegressionPlan& plan
) {
    const auto ratio = [](std::int64_t above, std::int64_t below) {
        const double of =
            static_cast<double>(above) / static_cast<double>(std::max<std::int64_t>(below, 1));
        return std::llround(std::min(of, 1e6) * kMillion);
    };
    Regression found{
        .ratio_ppm = ratio(after.value, before.value),
        .low_ppm = ratio(after.low, before.high),
        .high_ppm = ratio(after.high, before.low),
        .samples = std::min(before.samples, after.samples),
    };
    const std::int64_t limit = 1'000'000 + plan.limit.ppm;
    if (found.ratio_ppm > limit && found.low_ppm > 1'000'000) {
        found.zone = RegressionZone::worse;
    } else if (found.high_ppm < limit) {
        found.zone = RegressionZone::unchanged;
    }
    return found;
}

bool has_heavy_tail(const base::Sketch& all, const LooksPlan& plan) {
    constexpr double kDeviationsAtNinetyPercent = 1.2815515655446004;
    const auto middle = static_cast<double>(std::max<std::uint64_t>(1, all.quantile(0.5)));
    const auto ninety = static_cast<double>(std::max<std::uint64_t>(1, all.quantile(0.9)));
    return std::log(ninety / middle) / kDeviationsAtNinetyPercent > share(plan.heavy_tail);
}

std::int64_t samples_needed(const base::Sketch& all, const LooksPlan& plan) {
    return has_heavy_tail(all, plan) ? plan.samples_of_heavy_tail : plan.samples;
}

}  // namespace accubooks::launch
