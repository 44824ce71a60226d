#include "base/clock.h"

#include <gtest/gtest.h>

namespace accubooks::base {
namespace {

TEST(Instant, IsWrittenAsRfc3339InUtc) {
    struct Case {
        std::int64_t micros;
        const char* text;
    };
    const Case cases[] = {
        {0, "1970-01-01T00:00:00.000000Z"},
        {1, "1970-01-01T00:00:00.000001Z"},
        {-1, "1969-12-31T23:59:59.999999Z"},
        {1769851800000001, "2026-01-31T09:30:00.000001Z"},
        {951868799999999, "2000-02-29T23:59:59.999999Z"},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(to_rfc3339(Instant::from_unix_micros(c.micros)), c.text);
    }
}

TEST(Instant, MeasuresDistances) {
    const auto noon = Instant::from_unix_micros(5'000'000);
    EXPECT_EQ((noon + std::chrono::seconds{2}).unix_micros(), 7'000'000);
    EXPECT_EQ(noon - Instant::from_unix_micros(1), std::chrono::microseconds{4'999'999});
    EXPECT_LT(noon, noon + std::chrono::microseconds{1});
}

TEST(SystemClock, TellsThisCentury) {
    const auto now = SystemClock{}.now();
    EXPECT_GT(to_rfc3339(now), "2026");
    EXPECT_LT(to_rfc3339(now), "2100");
}

}  // namespace
}  // namespace accubooks::base
