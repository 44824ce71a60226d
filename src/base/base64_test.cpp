#include "base/base64.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace accubooks::base {
namespace {

TEST(Base64, GivesTheTextsOfItsStandard) {
    // RFC 4648 §10
    const std::pair<const char*, const char*> cases[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xfb\xff", "+/8="},
    };
    for (const auto& [bytes, text] : cases) {
        EXPECT_EQ(to_base64(std::string_view{bytes}), text);
        EXPECT_EQ(*from_base64(text), bytes);
    }
}

TEST(Base64, HasOneTextForEachByteString) {
    for (const std::string_view text :
         {"Zg",
          "Zg=",
          "Zg===",
          "Zh==",
          "Zm9=",
          "=",
          "====",
          "Z===",
          "Zg==Zg==",
          "Zm9v\n",
          " Zm9v",
          "Zm 9v",
          "Zm9\n",
          "-_8=",
          "Zm9vY"}) {
        const auto bytes = from_base64(text);
        ASSERT_FALSE(bytes.has_value()) << text;
        EXPECT_EQ(bytes.error().code, "base.bad_base64");
    }
    EXPECT_FALSE(from_base64(std::string_view{"Zg=\0", 4}).has_value());
}

TEST(Base64, TakesNoByteOutsideItsAlphabet) {
    for (int byte = 0x80; byte < 0x100; ++byte) {
        EXPECT_FALSE(from_base64(std::string{"Zm9"} + static_cast<char>(byte)).has_value()) << byte;
    }
}

RC_GTEST_PROP(Base64, GivesBackWhatItTook, (const std::string& bytes)) {
    RC_ASSERT(*from_base64(to_base64(std::string_view{bytes})) == bytes);
}

}  // namespace
}  // namespace accubooks::base
