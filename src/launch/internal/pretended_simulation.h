#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "launch/internal/execution_simulation.h"

namespace accubooks::launch::simulated {

/// Verdicts are pretended, good or bad as the history has it: the machine alone is played, quickly.
struct PretendedSimulation : Simulation {
    using Simulation::Simulation;

    std::unique_ptr<Simulation> copy() const override {
        return std::make_unique<PretendedSimulation>(*this);
    }
    std::optional<TimeSpan> any_baseline() override {
        return random.one_in(2) ? std::optional{TimeSpan{.from = now + -hours{1}, .to = now}}
                                : std::nullopt;
    }
    std::vector<Report> look(const TakeBaseline& effect) override {
        sample();
        if (covered_since(effect.since, {}) < effect.window) {
            return {};
        }
        const bool unclear = happens(weather.unclear_in);
        return {BaselineTaken{
            .outcome = unclear ? Outcome::inconclusive : Outcome::pass,
            .span = {.from = effect.since, .to = now},
            .why = unclear ? "too few requests" : "",
        }};
    }
    std::vector<Report> look(const Measure& effect) override {
        sample();
        std::vector<Report> reports;
        const auto silence = silence_of(world.metrics);
        if (happens(weather.disk_in)) {
            reports.emplace_back(RecordingFailed{.why = "the disk is full"});
        }
        const auto outside = silence_of(world.prober);
        reports.emplace_back(SourcesSilent{.inside = silence, .outside = outside});
        const auto covered = covered_since(effect.since, effect.pauses);
        reports.emplace_back(TimeCovered{.state = effect.state, .covered = covered});
        // A truth that both sources see; when the inside lies, only the outside one does.
        if (hurts() && silence < seconds{15} && (!weather.inside_lies || happens(3))) {
            reports.emplace_back(TriggersFired{.fired = {failing("error_rate > 1 % for 5 min")}});
        }
        if (world.is_p0_open) {
            reports.emplace_back(TriggersFired{.fired = {failing("open_p0 > 0")}});
        }
        if (diverges() && effect.state != ExecutionState::apply && !happens(weather.lost_in)) {
            reports.emplace_back(TriggersFired{.fired = {failing("instance_divergence > 0")}});
        }
        if (effect.state != ExecutionState::paused && effect.window.count() > 0 &&
            covered >= effect.window) {
            reports.emplace_back(
                VerdictsReached{.state = effect.state, .verdicts = verdicts(effect)}
            );
        }
        return reports;
    }
    std::string objection_to(const StageJudged&) const override {
        return harm_heard >= execution.entered_at ? "a stage passed while the change hurt" : "";
    }

    void sample() {
        world.prober.samples(now, random, weather.outside_in);
        if (world.metrics.samples(now, random, weather.silence_in) && hurts()) {
            harm_heard = now;
        }
    }
    milliseconds covered_since(Instant since, const std::vector<TimeSpan>& pauses) const {
        const milliseconds gap = plan.phase1.statistics.sampling.gap;
        const auto by_both = in_both(
            world.metrics.covered_since(since, gap), world.prober.covered_since(since, gap)
        );
        return length(without(by_both, pauses));
    }
    std::vector<Verdict> verdicts(const Measure& effect) {
        const std::vector<Condition>& conditions =
            effect.state == ExecutionState::rollback_verify ? plan.phase1.rollback.passes
            : execution.stage(plan) != nullptr              ? execution.stage(plan)->passes
                                                            : kNone;
        std::vector<Verdict> all;
        for (const Condition& condition : conditions) {
            Reading reading{
                .kind = ReadingKind::value, .value = good_value(condition), .samples = 9999
            };
            const bool counts_errors =
                condition.metric == "error_rate" || condition.metric == "new_errors";
            if (counts_errors && harm_heard >= effect.since) {
                // The liar says all is well; the disagreement of the sources makes it no data.
                reading =
                    weather.inside_lies
                        ? Reading{.kind = ReadingKind::no_data, .why = "the sources disagree"}
                        : Reading{.kind = ReadingKind::value, .value = 50'000, .samples = 9999};
            }
            if (condition.metric == "pool_max") {
                reading.value = world.instances.front().pool;
                for (const Instance& instance : world.instances) {
                    reading.value =
                        instance.pool == condition.bound ? reading.value : instance.pool;
                }
            }
            if (happens(weather.unclear_in)) {
                reading.samples = 3;
            }
            all.push_back(launch::judge(condition, reading, 100));
        }
        if (!all.empty() && happens(weather.unclear_in)) {
            all.pop_back();  // one wasn't evaluated
        }
        return all;
    }
    static std::int64_t good_value(const Condition& condition) {
        switch (condition.comparison) {
            case Comparison::below:
                return condition.bound - 1;
            case Comparison::at_most:
            case Comparison::equal:
            case Comparison::at_least:
                return condition.bound;
            case Comparison::above:
                return condition.bound + 1;
        }
        std::unreachable();
    }
    static Verdict failing(std::string criterion) {
        return {
            .criterion = std::move(criterion),
            .outcome = Outcome::fail,
            .reading = {},
            .reason = "It holds."
        };
    }

    inline static const std::vector<Condition> kNone{};

    Instant harm_heard;  // the last sample that shows the harm
};

}  // namespace accubooks::launch::simulated
