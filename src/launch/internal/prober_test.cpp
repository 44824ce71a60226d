#include "launch/internal/prober.h"

#include <gtest/gtest.h>

namespace accubooks::launch {
namespace {

using std::chrono::milliseconds;

base::Instant at(milliseconds since_start) {
    return base::Instant::from_unix_micros(1'767'225'600'000'000) + since_start;
}

TEST(ProbeTally, TellsWhatHappenedBetweenTwoLooks) {
    ProbeTally tally{at(milliseconds{0})};
    tally.answered(true, at(milliseconds{100}));
    tally.answered(false, at(milliseconds{300}));
    tally.answered(true, at(milliseconds{900}));
    tally.answered(true, at(milliseconds{950}));
    const ProbeSample first = tally.take(at(milliseconds{1000}));
    EXPECT_EQ(first.span.from, at(milliseconds{0}));
    EXPECT_EQ(first.span.to, at(milliseconds{1000}));
    EXPECT_EQ(first.counts.requests, 4);
    EXPECT_EQ(first.counts.errors, 1);
    EXPECT_EQ(first.first_success, at(milliseconds{100}));
    EXPECT_EQ(first.last_success, at(milliseconds{950}));
    EXPECT_EQ(first.longest_gap, milliseconds{800});

    tally.answered(false, at(milliseconds{1200}));
    const ProbeSample second = tally.take(at(milliseconds{2000}));
    EXPECT_EQ(second.span.from, first.span.to);
    EXPECT_EQ(second.counts.requests, 1);
    EXPECT_EQ(second.counts.errors, 1);
    EXPECT_FALSE(second.first_success);
    EXPECT_FALSE(second.last_success);
    EXPECT_EQ(second.longest_gap, milliseconds{0});
}

TEST(ProbeTally, SurvivesAClockThatIsSetBack) {
    ProbeTally tally{at(milliseconds{1000})};
    tally.answered(true, at(milliseconds{1100}));
    tally.answered(true, at(milliseconds{400}));
    const ProbeSample sample = tally.take(at(milliseconds{500}));
    EXPECT_EQ(sample.span.to, sample.span.from);
    EXPECT_EQ(sample.counts.requests, 2);
    EXPECT_EQ(sample.longest_gap, milliseconds{0});
}

}  // namespace
}  // namespace accubooks::launch
