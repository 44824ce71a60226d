#include "launch/internal/pace.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "launch/rehearsal.h"

namespace accubooks::launch {
namespace {

TEST(Pace, IsThePlansOwn) {
    const PoolScaling& plan = default_plan().phase1;
    const Pace pace = pace_of(plan);
    EXPECT_EQ(pace.tick, plan.statistics.sampling.every);
    EXPECT_EQ(pace.sketches, plan.statistics.sampling.sketches_every);
    EXPECT_EQ(pace.health, std::chrono::seconds{1});
    EXPECT_EQ(pace.books, std::chrono::seconds{75});
}

TEST(Pace, GivesEvenTheShortestWindowOfARehearsalSeveralSamples) {
    for (const std::int64_t scale : {10, 60, 300, 600}) {
        SCOPED_TRACE(scale);
        const Plan plan = rehearsal_of(default_plan(), scale);
        const Pace pace = pace_of(plan.phase1);
        const Milliseconds shortest = plan.phase1.stages.immediate.window;
        EXPECT_LE(pace.tick * 10, shortest);
        EXPECT_LE(pace.sketches * 4, std::max(shortest, 4 * pace.tick));
        EXPECT_LE(pace.health * 2, shortest);
        EXPECT_LE(pace.facts * 4, shortest);
        EXPECT_LE(pace.books * 4, shortest);
    }
}

}  // namespace
}  // namespace accubooks::launch
