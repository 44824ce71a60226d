// The rules that judge errors and latency, and how often they are wrong.
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "launch/binomial.h"
#include "launch/error_rules.h"
#include "launch/latency.h"

namespace accubooks::launch {
namespace {

const Statistics& statistics() {
    return default_plan().phase1.statistics;
}

constexpr Ratio kNinetyFivePercent{950'000};

TEST(Binomial, BoundsAreThoseOfClopperAndPearson) {
    // R: binom.test(hits, n, alternative = "less")$conf.int[2]; 1 - 0.05^(1/n) for no hit.
    EXPECT_EQ(upper_bound_ppm({.hits = 0, .trials = 500}, kNinetyFivePercent), 5974);
    EXPECT_NEAR(
        static_cast<double>(upper_bound_ppm({.hits = 1, .trials = 500}, kNinetyFivePercent)),
        9452,
        2
    );
    EXPECT_EQ(upper_bound_ppm({.hits = 0, .trials = 0}, kNinetyFivePercent), 1'000'000);
    EXPECT_EQ(lower_bound_ppm({.hits = 0, .trials = 500}, kNinetyFivePercent), 0);
    EXPECT_EQ(upper_bound_ppm({.hits = 500, .trials = 500}, kNinetyFivePercent), 1'000'000);
}

TEST(Binomial, ExcludesOnePercentAtTheDesignsNumbers) {
    struct Case {
        std::int64_t trials;
        std::int64_t most;  // hits that still exclude 1 %
    };
    for (const Case c : {Case{500, 1}, Case{1500, 8}, Case{3000, 20}}) {
        EXPECT_LE(
            upper_bound_ppm({.hits = c.most, .trials = c.trials}, kNinetyFivePercent), 10'000
        );
        EXPECT_GT(
            upper_bound_ppm({.hits = c.most + 1, .trials = c.trials}, kNinetyFivePercent), 10'000
        );
    }
}

TEST(Binomial, RatesAreRoundedUp) {
    EXPECT_EQ((Proportion{.hits = 1, .trials = 3}.ppm()), 333'334);
    EXPECT_EQ((Proportion{.hits = 0, .trials = 3}.ppm()), 0);
}

TEST(Smoke, FollowsTheLevels) {
    struct Case {
        std::int64_t requests;
        std::int64_t errors;
        SmokeOutcome outcome;
        std::int64_t next;
    };
    const Case cases[] = {
        {500, 0, SmokeOutcome::passes, 0},
        {500, 1, SmokeOutcome::extends, 1500},
        {500, 5, SmokeOutcome::extends, 1500},
        {500, 6, SmokeOutcome::fails, 0},
        {1500, 1, SmokeOutcome::passes, 0},
        {1500, 2, SmokeOutcome::extends, 3000},
        {3000, 2, SmokeOutcome::passes, 0},
        {3000, 3, SmokeOutcome::extends, 6000},
        {6000, 5, SmokeOutcome::passes, 0},
        {6000, 6, SmokeOutcome::fails, 0},
        {100, 0, SmokeOutcome::extends, 500},
        {100, 6, SmokeOutcome::fails, 0},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(::testing::Message() << c.errors << " of " << c.requests);
        const SmokeVerdict verdict =
            judge_smoke({.hits = c.errors, .trials = c.requests}, statistics().smoke);
        EXPECT_EQ(verdict.outcome, c.outcome);
        EXPECT_EQ(verdict.requests, c.next);
    }
}

TEST(Smoke, EveryLevelThatPassesIsBelowTheCriterion) {
    for (const SmokeLevel& level : statistics().smoke.levels) {
        EXPECT_LT((Proportion{.hits = level.errors, .trials = level.requests}.ppm()), 1000);
    }
}

TEST(ErrorProcess, ABlipOfASecondAloneDoesNotFire) {
    ErrorProcess process{statistics().error_process};
    for (int second = 0; second < 300; ++second) {
        process.add({.hits = 0, .trials = 5});
    }
    process.add({.hits = 100, .trials = 100});
    EXPECT_FALSE(process.has_fired());
    for (int second = 0; second < 10; ++second) {
        process.add({.hits = 100, .trials = 100});
    }
    EXPECT_TRUE(process.has_fired());
}

TEST(ErrorProcess, StaysFired) {
    ErrorProcess process{statistics().error_process};
    process.add({.hits = 5, .trials = 5});
    ASSERT_TRUE(process.has_fired());
    process.add({.hits = 0, .trials = 100'000});
    EXPECT_TRUE(process.has_fired());
    EXPECT_GE(process.evidence(), 100);
}

TEST(Looks, ThreeInARowAndOnlyWithEnoughSamples) {
    const LooksPlan& plan = statistics().looks;
    const Proportion bad{.hits = 16, .trials = 1500};
    const Proportion good{.hits = 15, .trials = 1500};
    const Proportion thin{.hits = 300, .trials = 300};
    const Ratio limit{10'000};
    EXPECT_FALSE(is_above_in_row(std::array{bad, bad}, limit, plan));
    EXPECT_TRUE(is_above_in_row(std::array{bad, bad, bad}, limit, plan));
    EXPECT_FALSE(is_above_in_row(std::array{bad, good, bad, bad}, limit, plan));
    EXPECT_FALSE(is_above_in_row(std::array{thin, thin, thin}, limit, plan));
    EXPECT_TRUE(is_above_in_row(std::array{bad, thin, bad, bad}, limit, plan));
}

base::Sketch around(std::uint64_t from, std::uint64_t count) {
    base::Sketch sketch;
    for (std::uint64_t at = 0; at < count; ++at) {
        sketch.add(from + at * from / count);  // even from `from` to twice as much
    }
    return sketch;
}

TEST(Latency, AnotherMixIsNotAnotherLatency) {
    const RouteSketches before{
        {"fast", around(1'000'000, 9000)}, {"slow", around(50'000'000, 1000)}
    };
    const RouteSketches after{
        {"fast", around(1'000'000, 1000)}, {"slow", around(50'000'000, 9000)}
    };
    const RegressionPlan& plan = statistics().regression;
    const auto base = standardised_quantile(before, before, plan);
    const auto now = standardised_quantile(after, before, plan);
    ASSERT_TRUE(base && now);
    const Regression found = compare(*base, *now, plan);
    EXPECT_EQ(found.zone, RegressionZone::unchanged) << found.ratio_ppm;
}

TEST(Latency, ARouteThatVanishedIsNoData) {
    const RouteSketches before{{"a", around(1'000'000, 900)}, {"b", around(1'000'000, 100)}};
    const RouteSketches after{{"a", around(1'000'000, 900)}};
    EXPECT_FALSE(standardised_quantile(after, before, statistics().regression).has_value());
    EXPECT_FALSE(standardised_quantile({}, before, statistics().regression).has_value());
}

TEST(Latency, AsMuchMayVanishAsThePlanSays) {
    const RouteSketches before{{"a", around(1'000'000, 900)}, {"b", around(1'000'000, 100)}};
    const RouteSketches after{{"a", around(1'000'000, 900)}};
    RegressionPlan plan = statistics().regression;
    plan.routes_missing = {100'000};
    EXPECT_TRUE(standardised_quantile(after, before, plan).has_value());
    plan.routes_missing = {99'999};
    EXPECT_FALSE(standardised_quantile(after, before, plan).has_value());
}

TEST(Latency, AHeavyTailNeedsMoreSamples) {
    std::mt19937_64 random{7};
    std::normal_distribution<double> normal;
    base::Sketch light;
    base::Sketch heavy;
    for (int i = 0; i < 20'000; ++i) {
        const double z = normal(random);
        light.add(static_cast<std::uint64_t>(2e7 * std::exp(0.5 * z)));
        heavy.add(static_cast<std::uint64_t>(2e7 * std::exp(0.9 * z)));
    }
    EXPECT_EQ(samples_needed(light, statistics().looks), 1350);
    EXPECT_EQ(samples_needed(heavy, statistics().looks), 5000);
}

}  // namespace
}  // namespace accubooks::launch
