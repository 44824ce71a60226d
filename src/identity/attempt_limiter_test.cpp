#include "identity/attempt_limiter.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "testing/fake_clock.h"

namespace accubooks::identity {
namespace {

using std::chrono::seconds;

constexpr AttemptLimits kLimits{
    .pair_burst = 3,
    .pair_interval = seconds{60},
    .address_burst = 5,
    .address_interval = seconds{10},
    .account_burst = 6,
    .account_interval = seconds{10},
    .wait_max = seconds{3},
    .keys_max = 12,
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

TEST(AttemptLimiter, ClosesAnAccountToTheAddressThatGuessesAndToNoOther) {
    AttemptLimiter limiter{kLimits};
    testing::FakeClock clock;
    EXPECT_EQ(taken(limiter, "ann", "192.0.2.1", clock.now()), 3);
    EXPECT_TRUE(limiter.take("ann", "192.0.2.2", clock.now()));
    EXPECT_TRUE(limiter.take("bob", "192.0.2.1", clock.now()));
}

TEST(AttemptLimiter, SaysWhenTheNextAttemptIsFree) {
    AttemptLimiter limiter{kLimits};
    testing::FakeClock clock;
    EXPECT_EQ(taken(limiter, "ann", "192.0.2.1", clock.now()), 3);
    clock.advance(seconds{1});
    const auto refused = limiter.take("ann", "192.0.2.1", clock.now());
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error(), clock.now() + seconds{59});
    EXPECT_FALSE(limiter.take("ann", "192.0.2.1", clock.now() + seconds{58}));
    EXPECT_TRUE(limiter.take("ann", "192.0.2.1", refused.error()));
}

TEST(AttemptLimiter, BoundsAnAddressWhateverTheAccount) {
    AttemptLimiter limiter{kLimits};
    testing::FakeClock clock;
    for (const char* account : {"a", "b", "c", "d", "e"}) {
        EXPECT_TRUE(limiter.take(account, "192.0.2.1", clock.now()));
    }
    EXPECT_FALSE(limiter.take("f", "192.0.2.1", clock.now()));
}

TEST(AttemptLimiter, MakesAnAccountThatIsGuessedFromEverywhereWaitAndNoOther) {
    AttemptLimiter limiter{kLimits};
    testing::FakeClock clock;
    std::vector<int> waits;
    for (int i = 0; i < 11; ++i) {
        const auto wait = limiter.take("ann", "192.0.2." + std::to_string(i), clock.now());
        ASSERT_TRUE(wait.has_value());
        waits.push_back(static_cast<int>(wait->count()));
    }
    EXPECT_EQ(waits, (std::vector{0, 0, 0, 0, 0, 0, 1, 2, 3, 3, 3}));
    EXPECT_EQ(limiter.take("bob", "192.0.2.1", clock.now()), seconds{0});
    // However long it went on, it is over as soon as the guesses are.
    clock.advance(seconds{30});
    EXPECT_EQ(limiter.take("ann", "198.51.100.1", clock.now()), seconds{0});
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

TEST(AttemptLimiter, ForgivesAnAccountAtItsAddressAndNotTheAddress) {
    AttemptLimiter limiter{kLimits};
    testing::FakeClock clock;
    EXPECT_EQ(taken(limiter, "ann", "192.0.2.1", clock.now()), 3);
    limiter.forgive("ann", "192.0.2.2");
    EXPECT_EQ(taken(limiter, "ann", "192.0.2.1", clock.now()), 0);
    limiter.forgive("ann", "192.0.2.1");
    EXPECT_EQ(taken(limiter, "ann", "192.0.2.1", clock.now()), 2);
    limiter.forgive("nobody", "192.0.2.1");
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
    const auto three_keys = [&](int number) {
        const std::string text = std::to_string(number);
        EXPECT_TRUE(limiter.take("x" + text, "198.51.100." + text, clock.now()));
    };
    for (int i = 0; i < 3; ++i) {
        three_keys(i);
    }
    EXPECT_EQ(taken(limiter, "ann", "192.0.2.1", clock.now()), 0);  // still known, and used again
    for (int i = 3; i < 7; ++i) {
        three_keys(i);
    }
    EXPECT_EQ(taken(limiter, "ann", "192.0.2.1", clock.now()), 3);
}

}  // namespace
}  // namespace accubooks::identity
