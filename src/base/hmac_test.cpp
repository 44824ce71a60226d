#include "base/hmac.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/digest.h"

namespace accubooks::base {
namespace {

// RFC 2202, section 3: cases 1, 2, 3 and 6.
TEST(HmacSha1, GivesTheValuesOfTheStandard) {
    struct Case {
        std::vector<std::uint8_t> key;
        std::string message;
        std::string_view code;
    };
    const std::string_view jefe = "Jefe";
    const Case cases[] = {
        {std::vector<std::uint8_t>(20, 0x0b), "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"
        },
        {{jefe.begin(), jefe.end()},
         "what do ya want for nothing?",
         "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
        {std::vector<std::uint8_t>(20, 0xaa),
         std::string(50, '\xdd'),
         "125d7342b9ac11cd91a39af48aa17b4f63f175d3"},
        {std::vector<std::uint8_t>(80, 0xaa),
         "Test Using Larger Than Block-Size Key - Hash Key First",
         "aa4ae5e15272d00e95705637ce8a3b55ed402112"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(to_hex(hmac_sha1(c.key, c.message)), c.code) << c.message;
    }
}

}  // namespace
}  // namespace accubooks::base
