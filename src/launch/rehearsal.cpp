#include "launch/rehearsal.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace accubooks::launch {
namespace {

class Scale {
public:
    Scale(const RehearsalPlan& plan, std::int64_t by) : plan_{plan}, by_{by} {}

    void operator()(Milliseconds& window) const {
        window = std::min(window, std::max(plan_.window_min, window / by_));
    }
    void operator()(std::int64_t& samples) const {
        samples = std::min(samples, std::max(plan_.samples_min, samples / by_));
    }
    void operator()(std::vector<Condition>& conditions) const {
        for (Condition& condition : conditions) {
            (*this)(condition.held_for);
        }
    }
    void operator()(Stage& stage) const {
        (*this)(stage.window);
        if (stage.extension) {
            (*this)(*stage.extension);
        }
        if (stage.capture_every) {
            (*this)(*stage.capture_every);
        }
        (*this)(stage.passes);
        (*this)(stage.rolls_back);
    }

private:
    RehearsalPlan plan_;
    std::int64_t by_;
};

/// Halves of fewer requests differ more by chance alone: by the root of how many fewer.
Ratio stability_of(const PoolScaling& scaled, const PoolScaling& plan) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(scaled.baseline.window).count();
    const std::int64_t sent =
        std::max<std::int64_t>(1, seconds * plan.workload.rate_per_second_max);
    const double fewer = static_cast<double>(plan.baseline.requests) / static_cast<double>(sent);
    const double widened =
        static_cast<double>(plan.baseline.stability.ppm) * std::sqrt(std::max(1.0, fewer));
    return Ratio{std::llround(widened)};
}

/// Both times alike, and the pause no sooner than after two gaps: one may lie between samples, and
/// for about as long nobody listens while another driver takes over.
void scale_silence(PoolScaling& phase, std::int64_t by) {
    NoDataPolicy& plan = phase.no_data;
    const Milliseconds soonest = std::max(Milliseconds{1}, 2 * phase.statistics.sampling.gap);
    const std::int64_t most = std::max<std::int64_t>(1, plan.pause_after / soonest);
    plan.pause_after /= std::min(by, most);
    plan.rollback_after /= std::min(by, most);
}

}  // namespace

Plan rehearsal_of(Plan plan, std::int64_t time_scale) {
    PoolScaling& phase = plan.phase1;
    const PoolScaling unscaled = phase;
    base::ensure(
        time_scale >= 1 && time_scale <= phase.rehearsal.time_scale_max,
        "whoever starts a rehearsal has checked its scale"
    );
    const Scale scale{phase.rehearsal, time_scale};
    const auto compared = [&phase, time_scale](Milliseconds window) {
        return std::min(window, std::max(phase.rehearsal.compared_min, window / time_scale));
    };
    phase.baseline.window = compared(phase.baseline.window);
    if (time_scale > 1) {
        phase.baseline.stability = stability_of(phase, unscaled);
    }
    scale(phase.baseline.requests);
    scale(phase.apply.soak);
    scale(phase.stages.immediate);
    scale(phase.stages.synthetic);
    Stage& sustained = phase.stages.sustained;
    scale(sustained);
    sustained.window = compared(unscaled.stages.sustained.window);
    if (sustained.extension) {
        sustained.extension = compared(*unscaled.stages.sustained.extension);
    }
    scale(phase.hard_triggers);
    scale_silence(phase, time_scale);
    scale(phase.rollback.watch);
    scale(phase.rollback.passes);
    Statistics& statistics = phase.statistics;
    scale(statistics.looks.every);
    scale(statistics.looks.window);
    scale(statistics.looks.samples);
    scale(statistics.looks.samples_of_heavy_tail);
    scale(statistics.real_requests);
    scale(statistics.regression.final_samples);
    scale(statistics.connection_wait.samples);
    scale(statistics.thrashing.held_for);
    scale(statistics.cpu_spike.held_for);
    scale(statistics.sampling.sketches_every);
    return plan;
}

}  // namespace accubooks::launch
