#include "base/ids.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace accubooks::base {
namespace {

TEST(Uuid, ReadsEitherCaseAndRefusesTheRest) {
    const auto uuid = Uuid::parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F");
    ASSERT_TRUE(uuid.has_value());
    EXPECT_EQ(to_string(*uuid), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    EXPECT_EQ(*Uuid::parse(to_string(*uuid)), *uuid);
    for (const char* text : {
             "",
             "017f22e279b07cc398c4dc0c0c07398f",
             "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
             "017f22e2-79b0-7cc3-98c4-dc0c0c07398fa",
             "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
             "017f22e27-9b0-7cc3-98c4-dc0c0c07398f",
             "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}",
         }) {
        EXPECT_EQ(Uuid::parse(text).error().code, "base.bad_uuid") << text;
    }
}

TEST(UuidV7, GivesTheExampleOfItsStandard) {
    // RFC 9562, appendix A.6: 2022-02-22 14:22:22 -05:00, rand_a CC3, rand_b 18C4DC0C0C07398F.
    const auto at = Instant::from_unix_micros(0x017F22E279B0 * std::int64_t{1000} + 999);
    const RandomBytes random = [](std::span<std::uint8_t> bytes) {
        constexpr std::uint8_t kBits[] = {
            0xFC, 0xC3, 0xD8, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F
        };
        ASSERT_EQ(bytes.size(), std::size(kBits));
        std::ranges::copy(kBits, bytes.begin());
    };
    EXPECT_EQ(to_string(uuid_v7(at, random)), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

TEST(UuidV7, SortsByTheMillisecondItWasMade) {
    const auto random = system_random();
    const auto at = Instant::from_unix_micros(1'750'000'000'000'000);
    EXPECT_LT(uuid_v7(at, random), uuid_v7(at + std::chrono::milliseconds{1}, random));
    EXPECT_NE(uuid_v7(at, random), uuid_v7(at, random));
}

TEST(Ids, OfOneKindCompareAndHash) {
    EXPECT_LT(TenantId{1}, TenantId{2});
    EXPECT_EQ(std::hash<TenantId>{}(TenantId{7}), std::hash<TenantId>{}(TenantId{7}));
    static_assert(!std::is_convertible_v<TenantId, AccountId>);
}

}  // namespace
}  // namespace accubooks::base
