#include "launch/coverage.h"

#include <gtest/gtest.h>

namespace accubooks::launch {
namespace {

using base::Instant;
using std::chrono::seconds;

Instant at(std::int64_t second) {
    return Instant::from_unix_micros(second * 1'000'000);
}
TimeSpan span(std::int64_t from, std::int64_t to) {
    return {.from = at(from), .to = at(to)};
}
std::int64_t covered_s(std::vector<std::int64_t> times) {
    std::vector<Instant> samples;
    samples.reserve(times.size());
    for (const std::int64_t time : times) {
        samples.push_back(at(time));
    }
    return length(covered(samples, seconds{15})) / seconds{1};
}

TEST(Coverage, CountsOnlyWhatWasHeard) {
    EXPECT_EQ(covered_s({}), 0);
    EXPECT_EQ(covered_s({0}), 0);
    EXPECT_EQ(covered_s({0, 10, 20}), 20);
    EXPECT_EQ(covered_s({0, 10, 40, 50}), 20);  // a silence of 30 s is none
    EXPECT_EQ(covered_s({0, 16}), 0);
}

TEST(Coverage, AStepOfTheClockAddsNothing) {
    EXPECT_EQ(covered_s({0, 10, 3610, 3620}), 20);
    EXPECT_EQ(covered_s({0, 10, 5, 10, 15}), 15);  // set back: counted once
}

TEST(Coverage, IntersectsAndCutsOut) {
    const std::vector<TimeSpan> left{span(0, 10), span(20, 40)};
    const std::vector<TimeSpan> right{span(5, 25), span(30, 35)};
    EXPECT_EQ(length(in_both(left, right)), seconds{5 + 5 + 5});
    EXPECT_EQ(length(without(left, right)), seconds{5 + 5 + 5});
    EXPECT_EQ(length(without(left, {})), seconds{30});
    EXPECT_EQ(length(without(left, std::vector{span(0, 100)})), seconds{0});
}

}  // namespace
}  // namespace accubooks::launch
