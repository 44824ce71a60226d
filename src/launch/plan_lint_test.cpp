#include "launch/plan_lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launch/rehearsal.h"

namespace accubooks::launch {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const OperatingCharacteristics& shipped() {
    static const OperatingCharacteristics found =
        operating_characteristics(default_plan(), assumed_latencies(), {.seed = 7});
    return found;
}

const OperatingCharacteristics::Errors& at_rate(std::int64_t ppm) {
    return *std::ranges::find(
        shipped().errors, Ratio{ppm}, &OperatingCharacteristics::Errors::true_rate
    );
}

TEST(PlanLint, TheShippedPlanIsGood) {
    EXPECT_THAT(complaints(default_plan()), IsEmpty());
}

TEST(PlanLint, SaysWhatIsWrong) {
    struct Case {
        const char* says;
        void (*spoil)(PoolScaling&);
    };
    const auto condition = [](const char* text) { return *parse_condition(text); };
    static const auto kNever = condition("error_rate > 100 %");
    static const auto kAlways = condition("error_rate >= 0 %");
    static const auto kAbove = condition("error_rate > 2 %");
    static const auto kForeign = condition("nps >= 40");
    const Case cases[] = {
        {"immediate can't fail: it has no criterion",
         [](PoolScaling& plan) { plan.stages.immediate.passes.clear(); }},
        {"always holds", [](PoolScaling& plan) { plan.stages.sustained.passes.push_back(kAlways); }
        },
        {"can't pass: no error_rate meets",
         [](PoolScaling& plan) { plan.stages.sustained.passes.push_back(kAbove); }},
        {"can't fire", [](PoolScaling& plan) { plan.hard_triggers.push_back(kNever); }},
        {"always fires", [](PoolScaling& plan) { plan.hard_triggers.push_back(kAlways); }},
        {"doesn't measure nps",
         [](PoolScaling& plan) { plan.stages.sustained.passes.push_back(kForeign); }},
        {"a spike of the processors takes 2 h",
         [](PoolScaling& plan) { plan.statistics.cpu_spike.held_for = std::chrono::hours{2}; }},
        {"a look needs 5000 samples",
         [](PoolScaling& plan) { plan.statistics.looks.samples = 5000; }},
        {"fewer than 20 lie above", [](PoolScaling& plan) { plan.statistics.looks.samples = 300; }},
        {"don't exclude 1 % errors",
         [](PoolScaling& plan) {
             plan.workload.requests = 100;
             plan.statistics.smoke.levels.front().requests = 100;
         }},
        {"beyond the number of requests that is signed",
         [](PoolScaling& plan) { plan.workload.requests_max = 1000; }},
        {"its deadline of 1 min comes before",
         [](PoolScaling& plan) { plan.stages.sustained.deadline = std::chrono::minutes{1}; }},
        {"more than all that lies above the quantile",
         [](PoolScaling& plan) { plan.statistics.regression.routes_missing = {50'001}; }},
        {"a pool that fills up, not one that thrashes",
         [](PoolScaling& plan) { plan.statistics.thrashing.short_spans = 1; }},
        {"takes new values in its time would count as drifted",
         [](PoolScaling& plan) { plan.drift.consecutive = 6; }},
        {"each second to each hour", [](PoolScaling& plan) { plan.drift.every = {}; }},
        {"found by 1 to 100 looks", [](PoolScaling& plan) { plan.drift.consecutive = 999'999'999; }
        },
        {"longer than what a rehearsal looks at",
         [](PoolScaling& plan) { plan.statistics.thrashing.short_spans = 11; }},
        {"doesn't bring database.pool.max to 200",
         [](PoolScaling& plan) { plan.apply.steps.pop_back(); }},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.says);
        Plan plan = default_plan();
        c.spoil(plan.phase1);
        EXPECT_THAT(complaints(plan), Contains(HasSubstr(c.says)));
    }
}

TEST(OperatingCharacteristics, TriggersAreQuietAtThreePerMille) {
    EXPECT_LE(at_rate(3000).fired_ppm, 10'000);
}

TEST(OperatingCharacteristics, TwoPercentAreAlwaysCaught) {
    EXPECT_EQ(at_rate(20'000).fired_ppm, 1'000'000);
    EXPECT_LE(at_rate(20'000).median_minute, 8);
    EXPECT_EQ(at_rate(50'000).fired_ppm, 1'000'000);
}

TEST(OperatingCharacteristics, AHealthySystemSucceeds) {
    EXPECT_LE(shipped().false_rollback_ppm, 10'000);
    EXPECT_GE(at_rate(100).smoke_passed_ppm, 995'000);
}

TEST(OperatingCharacteristics, ThirtyPercentMoreLatencyIsCaught) {
    EXPECT_LE(shipped().missed_thirty_percent_ppm, 10'000);
    EXPECT_LE(shipped().missed_twenty_percent_ppm, 50'000);
}

TEST(OperatingCharacteristics, AreThoseOfWhatWasMeasured) {
    OperatingOptions few{.seed = 3, .error_histories = 40, .latency_histories = 20};
    // Two ways to answer, a twentieth of all a hundred times slower: no hour tells p95 from chance.
    base::Sketch torn;
    torn.add(5'000'000, 95);
    torn.add(500'000'000, 5);
    few.healthy_errors = Ratio{2500};
    const auto found = operating_characteristics(default_plan(), torn, few);
    EXPECT_EQ(found.latency.front().rise, Ratio{0});
    EXPECT_LT(found.latency.front().passed_ppm, 500'000);
    const auto of_rate = std::ranges::find(
        found.errors, few.healthy_errors, &OperatingCharacteristics::Errors::true_rate
    );
    ASSERT_NE(of_rate, found.errors.end()) << "the measured rate is among those played";
    EXPECT_EQ(of_rate->criteria_met_ppm, 0) << "0.25 % isn't below 0.1 %";
    EXPECT_EQ(found.false_rollback_ppm, 1'000'000);
    EXPECT_THAT(to_table(found), HasSubstr("A healthy system (0.25 % errors"));
}

TEST(OperatingCharacteristics, AreTheSameForTheSameSeed) {
    const OperatingOptions few{.seed = 3, .error_histories = 5, .latency_histories = 2};
    const auto once = operating_characteristics(default_plan(), assumed_latencies(), few);
    const auto again = operating_characteristics(default_plan(), assumed_latencies(), few);
    EXPECT_EQ(to_json(once), to_json(again));
}

TEST(OperatingCharacteristics, ARehearsalHasLessPower) {
    const auto rehearsed = operating_characteristics(
        rehearsal_of(default_plan(), 60),
        assumed_latencies(),
        {.seed = 3, .error_histories = 100, .latency_histories = 100}
    );
    EXPECT_LT(rehearsed.samples_of_final, 500);
    EXPECT_GT(
        rehearsed.missed_thirty_percent_ppm + rehearsed.false_rollback_ppm,
        shipped().missed_thirty_percent_ppm + shipped().false_rollback_ppm
    );
}

}  // namespace
}  // namespace accubooks::launch
