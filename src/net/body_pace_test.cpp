#include "net/internal/body_pace.h"

#include <gtest/gtest.h>

namespace accubooks::net {
namespace {

using namespace std::chrono_literals;

constexpr base::Deadline kStart{};

TEST(BodyPace, AsksForNothingBeforeTheWindowEnds) {
    BodyPace pace{1000, 2000ms, kStart};
    EXPECT_EQ(pace.due(), kStart + 2000ms);
    EXPECT_TRUE(pace.keeps_up(0, kStart + 1999ms));
    EXPECT_FALSE(pace.keeps_up(1999, kStart + 2000ms));
}

TEST(BodyPace, CountsEachWindowByItself) {
    BodyPace pace{1000, 2000ms, kStart};
    EXPECT_TRUE(pace.keeps_up(1'000'000, kStart + 2000ms));
    EXPECT_EQ(pace.due(), kStart + 4000ms);
    EXPECT_TRUE(pace.keeps_up(1'002'000, kStart + 4000ms));
    // What came at first doesn't pay for what doesn't come now.
    EXPECT_FALSE(pace.keeps_up(1'003'999, kStart + 6000ms));
}

}  // namespace
}  // namespace accubooks::net
