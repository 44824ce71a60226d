#include "telemetry/throttle.h"

#include <gtest/gtest.h>

namespace accubooks::telemetry {
namespace {

using namespace std::chrono_literals;

TEST(Throttle, LetsOneThroughAndCountsTheOthers) {
    Throttle throttle{60s};
    const Throttle::Time start{1h};
    EXPECT_EQ(throttle.pass("a", start), 0U);
    EXPECT_EQ(throttle.pass("a", start), std::nullopt);
    EXPECT_EQ(throttle.pass("a", start + 59s), std::nullopt);
    EXPECT_EQ(throttle.pass("b", start + 59s), 0U);  // of another it knows nothing
    EXPECT_EQ(throttle.pass("a", start + 60s), 2U);
    EXPECT_EQ(throttle.pass("a", start + 61s), std::nullopt);
    EXPECT_EQ(throttle.pass("a", start + 500s), 1U);
}

}  // namespace
}  // namespace accubooks::telemetry
