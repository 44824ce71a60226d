#include "ops/capacity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace accubooks::ops {
namespace {

using ::testing::HasSubstr;

Values pool_max(std::int64_t max, std::int64_t reserved = 10) {
    Values values = presets(Takes::live);
    values["database.pool.max"] = max;
    values["database.connections.reserved"] = reserved;
    return values;
}

TEST(Capacity, IsTheSumOverAllInstancesAndWhatIsReserved) {
    struct Case {
        const char* name;
        std::int64_t max;
        std::vector<std::int64_t> others;
        ServerLimits limits;
        bool fits;
    };
    const ServerLimits usual{.max_connections = 100, .superuser_reserved = 3};
    const ServerLimits own{.max_connections = 800, .superuser_reserved = 3};
    const Case cases[] = {
        {"the default on a server as it comes", 50, {5}, usual, true},
        {"the plan on a server as it comes", 200, {5}, usual, false},
        {"exactly all", 82, {5}, usual, true},
        {"one more than all", 83, {5}, usual, false},
        {"two instances", 50, {5, 5}, usual, false},
        {"nobody is there: one is assumed", 82, {}, usual, true},
        {"nobody is there, and one doesn't fit", 83, {}, usual, false},
        {"three at the plan's 200 on the private cluster", 200, {5, 5, 5}, own, true},
        {"four don't fit", 200, {5, 5, 5, 5}, own, false},
        {"the login's limit",
         50,
         {5},
         {.max_connections = 800, .superuser_reserved = 3, .role = 64},
         false},
        {"the database's limit",
         50,
         {5},
         {.max_connections = 800, .superuser_reserved = 3, .database = 64},
         false},
        {"limits that suffice",
         50,
         {5},
         {.max_connections = 800, .superuser_reserved = 3, .role = 65, .database = 65},
         true},
        {"a login that may not connect at all",
         50,
         {5},
         {.max_connections = 800, .superuser_reserved = 3, .role = 0},
         false},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(check_capacity(pool_max(c.max), c.others, c.limits).has_value(), c.fits);
    }
}

TEST(Capacity, IsRefusedWithTheSum) {
    const auto refused =
        check_capacity(pool_max(200), {5, 6}, {.max_connections = 100, .superuser_reserved = 3});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "settings.over_capacity");
    EXPECT_THAT(
        refused.error().detail,
        HasSubstr(
            "2 instances x 200 + 11 other connections + 10 reserved = 421, but the database serves "
            "97 (max_connections 100 - 3 for superusers = 97)"
        )
    );
    const auto by_login = check_capacity(
        pool_max(200), {5}, {.max_connections = 800, .superuser_reserved = 3, .role = 40}
    );
    EXPECT_THAT(
        by_login.error().detail, HasSubstr("serves 40 (the login's connection limit is 40)")
    );
    const auto by_database = check_capacity(
        pool_max(200), {5}, {.max_connections = 800, .superuser_reserved = 3, .database = 30}
    );
    EXPECT_THAT(
        by_database.error().detail, HasSubstr("serves 30 (the database's connection limit is 30)")
    );
}

TEST(Capacity, IsNoQuestionOnTheWayDown) {
    EXPECT_TRUE(asks_for_more(pool_max(50), pool_max(51)));
    EXPECT_TRUE(asks_for_more(pool_max(50, 10), pool_max(50, 11)));
    EXPECT_FALSE(asks_for_more(pool_max(200), pool_max(50)));
    EXPECT_FALSE(asks_for_more(pool_max(50), pool_max(50)));
}

}  // namespace
}  // namespace accubooks::ops
