#include "net/internal/body_budget.h"

#include <list>

#include <gtest/gtest.h>

namespace accubooks::net {
namespace {

constexpr std::size_t kMiB = 1024UL * 1024;

std::string code_of(const base::Result<void>& result) {
    return result ? "" : std::string{result.error().code};
}

TEST(BodyBudget, KeepsRoomForSmallBodiesWhateverLargeOnesHold) {
    BodyBudget::Shared shared;
    const HttpSettings settings{.bodies_bytes_max = 40 * kMiB};
    std::list<BodyBudget> large;
    int granted = 0;
    while (large.emplace_back(shared, settings, "").grow_to(8 * kMiB)) {
        ++granted;
    }
    EXPECT_EQ(granted, 3);
    BodyBudget small{shared, settings, ""};
    EXPECT_EQ(code_of(small.grow_to(kBodyBytesOfRoute)), "");
    EXPECT_EQ(code_of(small.grow_to(kBodyBytesOfRoute + 1)), "http.overloaded");
}

TEST(BodyBudget, BoundsWhatOneClientHolds) {
    BodyBudget::Shared shared;
    const HttpSettings settings{.body_bytes_per_peer_max = 1000};
    {
        BodyBudget first{shared, settings, "a"};
        BodyBudget second{shared, settings, "a"};
        EXPECT_EQ(code_of(first.grow_to(600)), "");
        EXPECT_EQ(code_of(second.grow_to(401)), "http.too_much_from_address");
        EXPECT_EQ(code_of(second.grow_to(400)), "");
        BodyBudget other{shared, settings, "b"};
        EXPECT_EQ(code_of(other.grow_to(1000)), "");
        BodyBudget unbounded{shared, settings, ""};
        EXPECT_EQ(code_of(unbounded.grow_to(5000)), "");
    }
    EXPECT_EQ(shared.bytes, 0U);
    EXPECT_EQ(shared.peers.size(), 0U);
}

}  // namespace
}  // namespace accubooks::net
