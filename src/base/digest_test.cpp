#include "base/digest.h"

#include <string>

#include <gtest/gtest.h>

namespace accubooks::base {
namespace {

TEST(Sha256, GivesTheValuesOfItsStandard) {
    struct Case {
        std::string bytes;
        const char* hex;
    };
    const Case cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {std::string(1'000'000, 'a'),
         "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(to_hex(sha256(c.bytes)), c.hex);
    }
}

TEST(Sha256, DoesNotDependOnThePieces) {
    Sha256 pieces;
    pieces.update("ab").update("").update("c");
    EXPECT_EQ(pieces.finish(), sha256("abc"));
    const std::uint8_t bytes[] = {'a', 'b', 'c'};
    EXPECT_EQ(sha256(bytes), sha256("abc"));
}

TEST(Sha256DeathTest, IsFinishedOnce) {
    Sha256 digest;
    digest.finish();
    EXPECT_DEATH(digest.finish(), "finished once");
    EXPECT_DEATH(digest.update("more"), "takes no more bytes");
}

TEST(Digest, ReadsItsHexadecimalForm) {
    const auto digest = sha256("abc");
    EXPECT_EQ(*digest_from_hex(to_hex(digest)), digest);
    EXPECT_EQ(
        *digest_from_hex("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"), digest
    );
    const std::string hex = to_hex(digest);
    for (const auto& text : {std::string{}, hex.substr(1), hex + "0", "g" + hex.substr(1)}) {
        EXPECT_EQ(digest_from_hex(text).error().code, "base.bad_digest") << text;
    }
}

TEST(EqualInConstantTime, ComparesLikeEquality) {
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
    EXPECT_FALSE(equal_in_constant_time("secret", "secreT"));
    EXPECT_FALSE(equal_in_constant_time("Secret", "secret"));
    EXPECT_FALSE(equal_in_constant_time("secret", "secrets"));
    EXPECT_FALSE(equal_in_constant_time("", "s"));
    using namespace std::string_view_literals;
    EXPECT_FALSE(equal_in_constant_time("a\0b"sv, "a\0c"sv));
}

}  // namespace
}  // namespace accubooks::base
