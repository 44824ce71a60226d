#include "launch/binomial.h"

#include <cmath>

namespace accubooks::launch {
namespace {

constexpr std::int64_t kMillion = 1'000'000;

// The chance of at most `hits`, summed from logarithms so that thousands of trials don't underflow.
double chance_of_at_most(std::int64_t hits, std::int64_t trials, double share) {
    if (hits >= trials || share <= 0) {
        return 1;
    }
    if (share >= 1) {
        return 0;
    }
    const auto n = static_cast<double>(trials);
    double log_term = n * std::log1p(-share);
    const double log_odds = std::log(share) - std::log1p(-share);
    double sum = std::exp(log_term);
    for (std::int64_t k = 1; k <= hits; ++k) {
        const auto at = static_cast<double>(k);
        log_term += std::log((n - at + 1) / at) + log_odds;
        sum += std::exp(log_term);
    }
    return std::min(1.0, sum);
}

double share_of(std::int64_t ppm) {
    return static_cast<double>(ppm) / static_cast<double>(kMillion);
}

// The first ppm from which `holds` is true on; it is false before and true after.
template <class Predicate>
std::int64_t first_ppm(Predicate holds) {
    std::int64_t low = 0;
    std::int64_t high = kMillion;
    while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        if (holds(share_of(middle))) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

}  // namespace

std::int64_t Proportion::ppm() const {
    if (trials == 0) {
        return 0;
    }
    return static_cast<std::int64_t>(
        (static_cast<__int128>(hits) * kMillion + trials - 1) / trials
    );
}

std::int64_t upper_bound_ppm(Proportion seen, Ratio confidence) {
    if (seen.hits >= seen.trials) {
        return kMillion;
    }
    const double rest = 1 - share_of(confidence.ppm);
    return first_ppm([&](double share) {
        return chance_of_at_most(seen.hits, seen.trials, share) <= rest;
    });
}

std::int64_t lower_bound_ppm(Proportion seen, Ratio confidence) {
    if (seen.hits == 0) {
        return 0;
    }
    const double rest = 1 - share_of(confidence.ppm);
    const std::int64_t above = first_ppm([&](double share) {
        return 1 - chance_of_at_most(seen.hits - 1, seen.trials, share) > rest;
    });
    return above == 0 ? 0 : above - 1;
}

std::int64_t quantile(std::int64_t trials, Ratio share, Ratio confidence) {
    std::int64_t hits = 0;
    while (hits < trials &&
           chance_of_at_most(hits, trials, share_of(share.ppm)) < share_of(confidence.ppm)) {
        ++hits;
    }
    return hits;
}

}  // namespace accubooks::launch
