#pragma once

#include <cstdint>

#include "launch/plan.h"

namespace accubooks::launch {

/// So many of so many: errors of requests. `hits` is at most `trials`.
struct Proportion {
    std::int64_t hits = 0;
    std::int64_t trials = 0;

    /// In parts per million, rounded up, so that a rate above a limit is never shown as at it. Of
    /// nothing it is 0; whoever asks looks at `trials` first.
    std::int64_t ppm() const;
};

/// The largest true share under which so few hits still have a chance of 1 - `confidence`: the
/// one-sided upper bound of Clopper and Pearson, in ppm rounded up. A million without trials.
std::int64_t upper_bound_ppm(Proportion seen, Ratio confidence);
/// The smallest true share under which so many hits still have that chance, rounded down.
std::int64_t lower_bound_ppm(Proportion seen, Ratio confidence);

/// How many hits are exceeded with a chance of at most 1 - `confidence` when the true share is
/// `share`.
std::int64_t quantile(std::int64_t trials, Ratio share, Ratio confidence);

}  // namespace accubooks::launch
