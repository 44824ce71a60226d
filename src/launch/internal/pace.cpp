#include "launch/internal/pace.h"

#include <algorithm>

namespace accubooks::launch {
namespace {

// What both sources count differs by up to a tick at a window's ends: a twentieth of it, which is
// what sources may disagree by.
constexpr int kTicksInWindow = 20;
constexpr int kLooksInWindow = 4;
// So often an instance can be asked without the asking being a load.
constexpr Milliseconds kTickMin{100};
constexpr Milliseconds kHealthMin{500};
constexpr Milliseconds kFingerprintsMin{1'000};
constexpr Milliseconds kHealth{1'000};
constexpr Milliseconds kFacts{5'000};

}  // namespace

Pace pace_of(const PoolScaling& plan) {
    const Stages& stages = plan.stages;
    const Milliseconds shortest = std::min(
        {stages.immediate.window,
         stages.synthetic.window,
         stages.sustained.window,
         plan.rollback.watch}
    );
    const Milliseconds tick =
        std::min(plan.statistics.sampling.every, std::max(kTickMin, shortest / kTicksInWindow));
    const auto looked = [&](Milliseconds usual, Milliseconds least) {
        return std::min(usual, std::max(least, shortest / kLooksInWindow));
    };
    const Milliseconds books =
        looked(stages.sustained.capture_every.value_or(stages.sustained.window), tick);
    return {
        .tick = tick,
        .sketches = looked(plan.statistics.sampling.sketches_every, tick),
        .health = looked(kHealth, kHealthMin),
        .facts = looked(kFacts, tick),
        .books = books,
        .fingerprints = std::max(kFingerprintsMin, books),
    };
}

}  // namespace accubooks::launch
