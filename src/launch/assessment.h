#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "launch/execution.h"
#include "launch/measurement.h"
#include "launch/plan.h"
#include "launch/verdict.h"

namespace accubooks::launch {

/// What verdicts are made against, besides the plan and what was measured.
struct Setting {
    std::vector<std::string> instances;  // the approved ones
    std::optional<TimeSpan> baseline{};
    base::Instant applied_at;  // when the first new value was ordered
};

/// Judges by what was recorded and nothing else: the same plan, setting and measurements give the
/// same verdicts everywhere and at any time. All references must outlive it.
///
/// The rules are those of the launch control design, "Metric definitions", with the issue's
/// criteria as they are written; docs/launch/ says each in a sentence.
class Assessment {
public:
    Assessment(const Plan& plan, const Setting& setting, const Measurements& measured);

    /// Every condition under which the stage passes, over the covered window of it. The smoke run's
    /// errors and latencies are those of its own requests.
    std::vector<Verdict> stage(ExecutionState state, const TimeSpan& window) const;

    /// The hard triggers, and what rolls the present stage back, that hold at `now`; `since` is
    /// when the stage began.
    std::vector<Verdict> triggers(ExecutionState state, base::Instant since, base::Instant now)
        const;

    /// The pre-checks of the plan that have a condition, by what was measured in the 5 minutes
    /// before `now` and the newest facts.
    std::vector<Verdict> prechecks(base::Instant now) const;

    /// Whether the window can be the baseline: enough requests and coverage, and both halves alike.
    BaselineTaken baseline(const TimeSpan& window) const;

    /// Time in which every instance and the prober were heard, without pauses.
    Milliseconds covered(
        base::Instant since, base::Instant now, const std::vector<TimeSpan>& pauses
    ) const;

    /// Of the instance that is silent longest, and of the outside source.
    SourcesSilent silence(base::Instant since, base::Instant now) const;

    /// One metric over a window, as the stage's criteria read it.
    Reading read(std::string_view metric, const TimeSpan& window) const;

private:
    Reading error_rate(const TimeSpan& window) const;
    Reading new_errors(const TimeSpan& window) const;
    Reading latency(Ratio quantile, const TimeSpan& window) const;
    /// The window beside the baseline, and of whose requests.
    struct Compared {
        enum class Of : std::uint8_t {
            all,
            what_was_asked_again,  // without the routes that nobody asked for in the window
            own_load,
        };
        Regression regression;
        Of of = Of::all;
    };
    std::optional<Compared> regression(ExecutionState state, const TimeSpan& window) const;
    /// Whether nothing says the contrary. Requests that hang are seen when they end.
    bool users_get_through(const TimeSpan& window) const;
    Reading pool_max(std::int64_t wanted, const TimeSpan& window) const;
    Reading utilisation(const TimeSpan& window) const;
    Reading connection_wait(const TimeSpan& window) const;
    Reading thrashing(base::Instant now) const;
    Reading cpu_spikes(const TimeSpan& window) const;
    Reading mean_fact(std::string_view metric, const TimeSpan& window) const;
    Reading largest_fact(std::string_view metric, const TimeSpan& window) const;
    Reading success_gap(const TimeSpan& window) const;
    /// What the load tool sent and no instance counted. That instances counted more is no
    /// contradiction: anybody may run a load beside, which they take for synthetic as well.
    Reading source_disagreement(const TimeSpan& window) const;
    Reading counted(std::int64_t count, const TimeSpan& window) const;

    Verdict judge_one(ExecutionState state, const Condition& condition, const TimeSpan& window)
        const;
    Verdict judge_regression(
        ExecutionState state, const Condition& condition, const TimeSpan& window
    ) const;
    Verdict judge_smoke_errors(const Condition& condition, const TimeSpan& window) const;
    std::int64_t samples_needed(ExecutionState state, const Condition& condition) const;

    std::optional<std::string> fires(
        ExecutionState state, const Condition& condition, base::Instant since, base::Instant now
    ) const;
    std::optional<std::string> errors_fire(Ratio limit, base::Instant now) const;
    std::optional<std::string> regression_fires(ExecutionState state, base::Instant now) const;
    std::vector<TimeSpan> looks(base::Instant now, std::int64_t most) const;

    const Plan& all_;
    const PoolScaling& plan_;
    const Setting& setting_;
    const Measurements& measured_;
    RouteSketches baseline_routes_;
    RouteSketches baseline_own_routes_;  // of the launch's own load
};

}  // namespace accubooks::launch
