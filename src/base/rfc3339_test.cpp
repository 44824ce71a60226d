#include "base/rfc3339.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace accubooks::base {
namespace {

TEST(ParseRfc3339, ReadsTimesInUtcAndNothingElse) {
    EXPECT_EQ(*parse_rfc3339("1970-01-01T00:00:00Z"), Instant{});
    EXPECT_EQ(parse_rfc3339("2026-01-01T00:00:00Z")->unix_micros(), 1'767'225'600'000'000);
    EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:01.5Z")->unix_micros(), 1'500'000);
    EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:01.000001Z")->unix_micros(), 1'000'001);
    for (const std::string_view text :
         {"",
          "Z",
          "2026-01-01",
          "2026-01-01T00:00:00",
          "2026-01-01 00:00:00Z",
          "2026-01-01T00:00:00+00:00",
          "2026-02-30T00:00:00Z",
          "2026-01-01T24:00:00Z",
          "2026-01-01T00:60:00Z",
          "2026-01-01T00:00:60Z",
          "2026-01-01T00:00:00.Z",
          "2026-01-01T00:00:00.0000001Z",
          "2026-01-01T00:00:00,5Z",
          "2026-01-01T-1:00:00Z",
          "2026-01-01T00:00:00ZZ",
          "2026-01-01T00:00: 1Z"}) {
        const auto at = parse_rfc3339(text);
        ASSERT_FALSE(at.has_value()) << text;
        EXPECT_EQ(at.error().code, "base.bad_time");
    }
}

RC_GTEST_PROP(ParseRfc3339, GivesBackWhatWasWritten, ()) {
    const auto micros =
        *rc::gen::inRange<std::int64_t>(-62'135'596'800'000'000, 253'402'300'799'999'999);
    const auto at = Instant::from_unix_micros(micros);
    RC_ASSERT(*parse_rfc3339(to_rfc3339(at)) == at);
}

}  // namespace
}  // namespace accubooks::base
