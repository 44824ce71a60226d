#include "launch/rehearsal.h"

#include <algorithm>

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

}  // namespace

Plan rehearsal_of(Plan plan, std::int64_t time_scale) {
    PoolScaling& phase = plan.phase1;
    base::ensure(
        time_scale >= 1 && time_scale <= phase.rehearsal.time_scale_max,
        "whoever starts a rehearsal has checked its scale"
    );
    const Scale scale{phase.rehearsal, time_scale};
    const auto compared = [&phase, time_scale](Milliseconds window) {
        return std::min(window, std::max(phase.rehearsal.compared_min, window / time_scale));
    };
    phase.baseline.window = compared(phase.baseline.window);
    scale(phase.baseline.requests);
    scale(phase.apply.soak);
    scale(phase.stages.immediate);
    scale(phase.stages.synthetic);
    Stage& sustained = phase.stages.sustained;
    const Stage unscaled = sustained;
    scale(sustained);
    sustained.window = compared(unscaled.window);
    if (unscaled.extension) {
        sustained.extension = compared(*unscaled.extension);
    }
    scale(phase.hard_triggers);
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
