#include "identity/totp.h"

#include <vector>

#include <gtest/gtest.h>

namespace accubooks::identity {
namespace {

using std::chrono::seconds;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

const auto kSecret = bytes_of("12345678901234567890");

base::Instant at(std::int64_t unix_seconds) {
    return base::Instant::from_unix_micros(unix_seconds * 1'000'000);
}

// RFC 6238, appendix B, the rows of SHA-1; they have 8 digits, of which ours are the last 6.
TEST(Totp, GivesTheValuesOfTheStandard) {
    struct Case {
        std::int64_t time;
        std::uint32_t value;
    };
    const Case cases[] = {
        {59, 94287082},
        {1111111109, 7081804},
        {1111111111, 14050471},
        {1234567890, 89005924},
        {2000000000, 69279037},
        {20000000000, 65353130},
    };
    for (const Case& c : cases) {
        const std::int64_t step = totp_step_of(at(c.time));
        EXPECT_EQ(hotp_value(kSecret, step) % 100'000'000, c.value) << c.time;
        EXPECT_EQ(std::stoul(totp_code(kSecret, step)), c.value % 1'000'000) << c.time;
    }
}

// RFC 4226, appendix D.
TEST(Totp, CountsAsHotpDoes) {
    const char* const codes[] = {
        "755224",
        "287082",
        "359152",
        "969429",
        "338314",
        "254676",
        "287922",
        "162583",
        "399871",
        "520489",
    };
    for (std::int64_t counter = 0; counter < 10; ++counter) {
        EXPECT_EQ(totp_code(kSecret, counter), codes[counter]);
    }
}

TEST(Totp, KeepsLeadingZeros) {
    EXPECT_EQ(totp_code(kSecret, totp_step_of(at(1111111109))), "081804");
}

TEST(Totp, TakesTheStepBeforeAndTheStepBehind) {
    const base::Instant now = at(1111111111);
    const std::int64_t present = totp_step_of(now);
    for (std::int64_t step = present - 3; step <= present + 3; ++step) {
        const bool is_near = step >= present - 1 && step <= present + 1;
        EXPECT_EQ(
            accepted_step(kSecret, totp_code(kSecret, step), now, 0),
            is_near ? std::optional{step} : std::nullopt
        ) << step - present;
    }
}

TEST(Totp, TakesNoStepAgainAndNoneBeforeIt) {
    const base::Instant now = at(1111111111);
    const std::int64_t present = totp_step_of(now);
    const auto accepted = [&](std::int64_t step, std::int64_t last) {
        return accepted_step(kSecret, totp_code(kSecret, step), now, last).has_value();
    };
    EXPECT_TRUE(accepted(present, present - 1));
    EXPECT_FALSE(accepted(present, present));
    EXPECT_FALSE(accepted(present - 1, present));
    EXPECT_TRUE(accepted(present + 1, present));
    EXPECT_FALSE(accepted(present + 1, present + 1));
}

TEST(Totp, TakesNothingButSixRightDigits) {
    const base::Instant now = at(1111111109);
    for (const std::string_view text :
         {"", "81804", "0081804", "081805", "08180４", "081804 ", "000000"}) {
        EXPECT_FALSE(accepted_step(kSecret, text, now, 0)) << text;
    }
}

// RFC 4648, section 10.
TEST(Base32, GivesTheValuesOfTheStandard) {
    EXPECT_EQ(to_base32(bytes_of("")), "");
    EXPECT_EQ(to_base32(bytes_of("f")), "MY");
    EXPECT_EQ(to_base32(bytes_of("fo")), "MZXQ");
    EXPECT_EQ(to_base32(bytes_of("foo")), "MZXW6");
    EXPECT_EQ(to_base32(bytes_of("foob")), "MZXW6YQ");
    EXPECT_EQ(to_base32(bytes_of("fooba")), "MZXW6YTB");
    EXPECT_EQ(to_base32(bytes_of("foobar")), "MZXW6YTBOI");
}

TEST(OtpauthUri, SaysWhoseItIsAndHowCodesAreMade) {
    EXPECT_EQ(
        otpauth_uri("ann+x@example.com", kSecret),
        "otpauth://totp/AccuBooks:ann%2Bx%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&issuer=AccuBooks&algorithm=SHA1&digits=6&period=30"
    );
}

}  // namespace
}  // namespace accubooks::identity
