#include "ops/governance.h"

#include <gtest/gtest.h>

namespace accubooks::ops {
namespace {

const std::vector<GovernedSetting> kGoverned{
    {.key = "database.pool.max", .change = "phase1"},
    {.key = "database.pool.min", .change = "phase1"},
};

Values with(std::int64_t max, std::int64_t queue = 1000) {
    Values values = presets(Takes::live);
    values["database.pool.max"] = max;
    values["database.pool.queue_max"] = queue;
    return values;
}

TEST(Governance, RefusesWhatAPlanNamesAndSaysWhatToRequest) {
    const auto checked = check_governed(kGoverned, differences(with(50), with(200)));
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, "settings.governed");
    EXPECT_TRUE(checked.error().detail.contains("database.pool.max 50 -> 200"));
    EXPECT_TRUE(checked.error().detail.contains("accubooks launch request phase1"));
}

TEST(Governance, LetsEverythingElseThrough) {
    EXPECT_TRUE(check_governed(kGoverned, {}));
    EXPECT_TRUE(check_governed(kGoverned, differences(with(50), with(50, 7))));
    EXPECT_TRUE(check_governed({}, differences(with(50), with(200))));
}

}  // namespace
}  // namespace accubooks::ops
