// Whole executions at the plan's own sizes, measured second by second and judged by the assessment,
// against the operating characteristics that lint prints for the plan.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "launch/binomial.h"
#include "launch/effects.h"
#include "launch/internal/judging.h"
#include "launch/internal/simulated_hour_test.h"
#include "launch/plan_lint.h"

namespace accubooks::launch {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// One execution from its baseline on, a minute a turn, until its values are kept or go back.
class PlayedExecution {
public:
    PlayedExecution(std::uint64_t seed, const Behaviour& with_new_values)
        : system_{seed, SimulatedSystem::Samples::as_they_are} {
        Behaviour before = with_new_values;
        before.latency = 1;
        before.pool_max = 50;
        system_.run(seconds{0}, kBaselineEnd, before);
        now_ = kBaselineEnd;
        begin(TimeSpan{.from = at(seconds{0}), .to = at(now_)});
        while (execution_.state < ExecutionState::finalise && now_ < kTooLong) {
            turn(with_new_values);
        }
        EXPECT_LT(now_, kTooLong) << "seed " << seed << " comes to no end";
    }

    bool is_kept() const { return execution_.state == ExecutionState::finalise; }

private:
    static constexpr std::chrono::hours kTooLong{12};

    void tell(const Report& report) {
        for (const ExecutionEvent& event :
             decide(plan_, execution_, report, execution_.epoch, at(now_)).value()) {
            execution_ = evolve(std::move(execution_), event);
        }
    }
    /// To the first stage: its pre-checks hold, and every step is acknowledged at once.
    void begin(const TimeSpan& baseline) {
        const Terms terms{
            .change = "CHG-1",
            .revision = 1,
            .attempt = 1,
            .digest = std::string(64, 'a'),
            .instances = {"a"},
            .prior = {{"database.pool.min", 10}, {"database.pool.max", 50}},
        };
        execution_ = replay(start(plan_, terms, baseline, 1, at(now_))).value();
        PrechecksDone checks;
        for (const Precheck& one : plan_.phase1.prechecks.checks) {
            const auto holds = one.applies_after ? Outcome::not_applicable : Outcome::pass;
            checks.checks.push_back({.check = one.check, .outcome = holds, .why = ""});
        }
        tell(checks);
        while (execution_.state == ExecutionState::apply) {
            const Order order = *execution_.order;
            tell(OrderPlaced{.generation = order.generation, .revision = order.generation});
            tell(InstancesAnswered{
                .generation = order.generation,
                .acknowledged =
                    {{.instance = "a",
                      .boot_id = {},
                      .generation = order.generation,
                      .pool_max = order.values.back().value}},
                .live = {"a"},
            });
            tell(TimeCovered{.state = ExecutionState::soak, .covered = plan_.phase1.apply.soak});
        }
    }
    void turn(const Behaviour& behaviour) {
        for (const Effect& effect : todo(plan_, execution_, at(now_))) {
            if (const auto* smoke = std::get_if<RunSmoke>(&effect)) {
                const std::int64_t missing = smoke->requests - smoke_sent_;
                system_.smoke(now_, missing, behaviour);
                smoke_sent_ += missing;
            }
        }
        system_.run(now_, now_ + minutes{1}, behaviour);
        now_ += minutes{1};
        const std::vector<Effect> effects = todo(plan_, execution_, at(now_));
        for (const Effect& effect : effects) {
            if (const auto* measure = std::get_if<Measure>(&effect)) {
                const Judging judging{plan_, execution_, system_.measured, at(now_)};
                if (const auto fired = judging.triggers(*measure)) {
                    tell(TriggersFired{fired->verdicts});
                } else if (const auto reached = judging.verdicts(*measure)) {
                    tell(VerdictsReached{.state = measure->state, .verdicts = reached->verdicts});
                }
                return;
            }
        }
    }

    const Plan& plan_ = default_plan();
    SimulatedSystem system_;
    seconds now_{};
    Execution execution_;
    std::int64_t smoke_sent_ = 0;
};

/// How many of so many executions are kept.
Proportion kept_of(std::int64_t executions, std::uint64_t first_seed, const Behaviour& behaviour) {
    Proportion kept{.hits = 0, .trials = executions};
    for (std::int64_t played = 0; played < executions; ++played) {
        const std::uint64_t seed = first_seed + static_cast<std::uint64_t>(played);
        kept.hits += PlayedExecution{seed, behaviour}.is_kept() ? 1 : 0;
    }
    return kept;
}

// Both are counts of random histories, so what is compared is what either leaves possible.
// Few of each find a verdict that is turned round; ACCUBOOKS_EXECUTIONS plays more, which tell
// more.
TEST(AssessmentCharacteristics, AreThoseThatLintPrints) {
    const char* const wanted = std::getenv("ACCUBOOKS_EXECUTIONS");
    const std::int64_t executions = wanted == nullptr ? 4 : std::atoll(wanted);
    ASSERT_GT(executions, 0) << "ACCUBOOKS_EXECUTIONS";
    OperatingOptions options{.seed = 7};
    if (wanted == nullptr) {
        options.error_histories = 100;
        options.latency_histories = 40;
    }
    const OperatingCharacteristics printed =
        operating_characteristics(default_plan(), assumed_latencies(), options);
    const auto met_at = [&printed](Ratio rate) {
        return std::ranges::find(printed.errors, rate, &OperatingCharacteristics::Errors::true_rate)
            ->criteria_met_ppm;
    };
    struct Case {
        const char* name;
        std::int64_t errors_ppm;
        double latency;
        std::int64_t printed_ppm;  // kept
        std::int64_t histories;    // which say so
    };
    const Case cases[] = {
        {"healthy",
         printed.healthy_errors.ppm,
         1.0,
         1'000'000 - printed.false_rollback_ppm,
         std::min(options.error_histories, options.latency_histories)},
        {"20 % slower", 0, 1.2, printed.missed_twenty_percent_ppm, options.latency_histories},
        {"30 % slower", 0, 1.3, printed.missed_thirty_percent_ppm, options.latency_histories},
        {"2 % errors", 20'000, 1.0, met_at({20'000}), options.error_histories},
    };
    constexpr Ratio kConfidence{999'000};
    std::uint64_t seed = 1;
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        const Behaviour behaviour{
            .latency = c.latency, .errors_ppm = c.errors_ppm, .slow_percent = 2
        };
        const Proportion kept = kept_of(executions, seed, behaviour);
        seed += static_cast<std::uint64_t>(executions);
        const Proportion said{
            .hits = c.printed_ppm * c.histories / 1'000'000, .trials = c.histories
        };
        EXPECT_LE(lower_bound_ppm(kept, kConfidence), upper_bound_ppm(said, kConfidence))
            << kept.hits << " of " << kept.trials << " are kept, lint says " << c.printed_ppm;
        EXPECT_GE(upper_bound_ppm(kept, kConfidence), lower_bound_ppm(said, kConfidence))
            << kept.hits << " of " << kept.trials << " are kept, lint says " << c.printed_ppm;
        ::testing::Test::RecordProperty(c.name, std::to_string(kept.hits));
    }
}

}  // namespace
}  // namespace accubooks::launch
