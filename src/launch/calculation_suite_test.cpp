#include "launch/calculation_suite.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/json.h"

namespace accubooks::launch {
namespace {

TEST(CalculationSuite, HoldsEveryVector) {
    const auto results = run_calculation_suite();
    EXPECT_GE(results.size(), 30U);
    for (const CalculationVector& one : results) {
        SCOPED_TRACE(one.name);
        EXPECT_EQ(one.actual, one.expected);
    }
}

TEST(CalculationSuite, HasAnotherDigestWhenOneResultDiffers) {
    auto results = run_calculation_suite();
    EXPECT_EQ(digest_of(results), digest_of(run_calculation_suite()));
    results.back().actual += "0";
    EXPECT_NE(digest_of(results), digest_of(run_calculation_suite()));
    const auto json = base::parse_json(to_json(results));
    ASSERT_TRUE(json);
    EXPECT_EQ(json->at("failed").as_int64(), 1);
    EXPECT_EQ(json->at("passed").as_int64(), static_cast<std::int64_t>(results.size()) - 1);
    EXPECT_FALSE(json->at("vectors").as_array().back().at("holds").as_bool());
}

}  // namespace
}  // namespace accubooks::launch
