#include "launch/rehearsal.h"

#include <gtest/gtest.h>

namespace accubooks::launch {
namespace {

using std::chrono::seconds;

TEST(Rehearsal, AtScaleOneIsThePlanItself) {
    EXPECT_EQ(canonical_json(rehearsal_of(default_plan(), 1)), canonical_json(default_plan()));
}

TEST(Rehearsal, ShortensWindowsThoughNotBelowWhatTheyNeed) {
    struct Case {
        std::int64_t scale;
        seconds baseline;
        seconds immediate;
        seconds sustained;
        seconds watch;
    };
    const Case cases[] = {
        {10, seconds{180}, seconds{30}, seconds{360}, seconds{90}},
        {60, seconds{30}, seconds{5}, seconds{60}, seconds{15}},
        {300, seconds{30}, seconds{5}, seconds{30}, seconds{5}},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.scale);
        const Plan rehearsal = rehearsal_of(default_plan(), c.scale);
        const PoolScaling& plan = rehearsal.phase1;
        EXPECT_EQ(plan.baseline.window, c.baseline);
        EXPECT_EQ(plan.stages.immediate.window, c.immediate);
        EXPECT_EQ(plan.stages.sustained.window, c.sustained);
        EXPECT_EQ(plan.rollback.watch, c.watch);
        EXPECT_EQ(plan.rollback.deadline, default_plan().phase1.rollback.deadline);
        EXPECT_EQ(plan.hard_triggers.size(), default_plan().phase1.hard_triggers.size());
    }
}

TEST(Rehearsal, ActsOnSilenceSoonerThoughNotWhileAnotherDriverTakesOver) {
    struct Case {
        std::int64_t scale;
        seconds pause;
        seconds rollback;
    };
    const Case cases[] = {
        {1, seconds{120}, seconds{600}},
        {2, seconds{60}, seconds{300}},
        {60, seconds{30}, seconds{150}},
        {600, seconds{30}, seconds{150}},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.scale);
        const NoDataPolicy plan = rehearsal_of(default_plan(), c.scale).phase1.no_data;
        EXPECT_EQ(plan.pause_after, c.pause);
        EXPECT_EQ(plan.rollback_after, c.rollback);
    }
}

TEST(Rehearsal, AllowsHalvesOfABaselineWhatChanceDoesToFewerRequests) {
    const auto stability = [](std::int64_t scale) {
        return rehearsal_of(default_plan(), scale).phase1.baseline.stability.ppm;
    };
    EXPECT_EQ(stability(1), 100'000);
    EXPECT_EQ(stability(4), 100'000);   // 450 s at 20 a second are as many as the plan wants
    EXPECT_EQ(stability(60), 387'298);  // a 15th of them
}

}  // namespace
}  // namespace accubooks::launch
