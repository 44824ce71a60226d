#include "identity/attempt_limiter.h"

#include <string>

#include <gtest/gtest.h>

#include "testing/fake_clock.h"

namespace accubooks::identity {
namespace {

using std::chrono::seconds;

constexpr AttemptLimits kLimits{
    .account_burst = 3,
    .account_interval = seconds{60},
    .address_burst = 5,
    .address_interval = seconds{10},
    .keys_max = 8,
};

int taken(
    AttemptLimiter& limiter, std::string_view account, std::string_view address, base::Instant now
) {
    int count = 0;
    while (count < 100 && limiter.take(account, address, now)) {
        ++count;
    }
    return count;
}

TEST(AttemptLimiter, BoundsAnAccountWhateverTheAddress) {
    AttemptLimiter limiter{kLimits};
    testing::FakeClock clock;
    EXPECT_TRUE(limiter.take("ann", "192.0.2.1", clock.now()));
    EXPECT_TRUE(limiter.take("ann", "192.0.2.2", clock.now()));
    EXPECT_TRUE(limiter.take("ann", "192.0.2.3", clock.now()));
    EXPECT_FALSE(limiter.take("ann", "192.0.2.4", clock.now()));
    EXPECT_TRUE(limiter.take("bob", "192.0.2.4", clock.now()));
}

TEST(AttemptLimiter, BoundsAnAddressWhateverTheAccount) {
    AttemptLimiter limiter{kLimits};
    testing::FakeClock clock;
    for (const char* account : {"a", "b", "c", "d", "e"}) {
        EXPECT_TRUE(limiter.take(account, "192.0.2.1", clock.now()));
    }
    EXPECT_FALSE(limiter.take("f", "192.0.2.1", clock.now()));
}

TEST(AttemptLimiter, GivesOneMoreEachInterval) {
    AttemptLimiter limiter{kLimits};
    testing::FakeClock clock;
    EXPECT_EQ(taken(limiter, "ann", "192.0.2.1", clock.now()), 3);
    clock.advance(seconds{59});
    EXPECT_EQ(taken(limiter, "ann", "192.0.2.1", clock.now()), 0);
    clock.advance(seconds{1});
    EXPECT_EQ(taken(limiter, "ann", "192.0.2.1", clock.now()), 1);
    clock.advance(seconds{3600});
    EXPECT_EQ(taken(limiter, "ann", "192.0.2.1", clock.now()), 3);
}

TEST(AttemptLimiter, ForgivesAnAccountAndNotItsAddress) {
    AttemptLimiter limiter{kLimits};
    testing::FakeClock clock;
    EXPECT_EQ(taken(limiter, "ann", "192.0.2.1", clock.now()), 3);
    limiter.forgive("ann");
    EXPECT_EQ(taken(limiter, "ann", "192.0.2.1", clock.now()), 2);
    limiter.forgive("nobody");
}

TEST(AttemptLimiter, CountsAHomeOfIpv6Once) {
    AttemptLimiter limiter{kLimits};
    testing::FakeClock clock;
    for (const char* account : {"a", "b", "c", "d", "e"}) {
        const std::string address = std::string{"2001:db8:0:1::"} + account;
        EXPECT_TRUE(limiter.take(account, address, clock.now()));
    }
    EXPECT_FALSE(limiter.take("f", "2001:db8:0:1:ffff::1", clock.now()));
    EXPECT_TRUE(limiter.take("f", "2001:db8:0:2::1", clock.now()));
}

TEST(AttemptLimiter, ForgetsTheKeyTriedLongestAgo) {
    AttemptLimiter limiter{kLimits};
    testing::FakeClock clock;
    EXPECT_EQ(taken(limiter, "ann", "192.0.2.1", clock.now()), 3);
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(
            limiter.take("x" + std::to_string(i), "198.51.100." + std::to_string(i), clock.now())
        );
    }
    EXPECT_EQ(taken(limiter, "ann", "192.0.2.2", clock.now()), 0);  // still known, and used again
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(
            limiter.take("y" + std::to_string(i), "203.0.113." + std::to_string(i), clock.now())
        );
    }
    EXPECT_EQ(taken(limiter, "ann", "192.0.2.3", clock.now()), 3);
}

}  // namespace
}  // namespace accubooks::identity
