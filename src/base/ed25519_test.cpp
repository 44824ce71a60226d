#include "base/ed25519.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "base/digest.h"

namespace accubooks::base {
namespace {

template <std::size_t size>
std::array<std::uint8_t, size> from_hex(std::string_view hex) {
    std::array<std::uint8_t, size> bytes{};
    EXPECT_EQ(hex.size(), size * 2);
    for (std::size_t i = 0; i < size; ++i) {
        bytes[i] =
            static_cast<std::uint8_t>(std::stoi(std::string{hex.substr(2 * i, 2)}, nullptr, 16));
    }
    return bytes;
}

const std::string_view kSeed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

TEST(Ed25519, GivesTheSignaturesOfItsStandard) {
    struct Case {
        std::string_view seed;
        std::string_view public_key;
        std::string message;
        std::string_view signature;
    };
    // RFC 8032 §7.1, TEST 1 to 3
    const Case cases[] = {
        {kSeed,
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
         "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701"
         "c"
         "f9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
         "\x72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d"
         "0"
         "f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
        {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
         "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
         "\xaf\x82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f7609"
         "8"
         "4dc6594a7c15e9716ed28dc027beceea1ec40a"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.seed);
        const SigningKey key{from_hex<32>(c.seed)};
        EXPECT_EQ(to_hex(key.public_key().bytes), c.public_key);
        EXPECT_EQ(to_hex(key.seed()), c.seed);
        const Signature signature = key.sign(c.message);
        EXPECT_EQ(to_hex(signature.bytes), c.signature);
        EXPECT_TRUE(verify(key.public_key(), c.message, signature));
        EXPECT_FALSE(verify(key.public_key(), c.message + "x", signature));
    }
}

TEST(Ed25519, RefusesEachFlippedBit) {
    const SigningKey key{from_hex<32>(kSeed)};
    const std::string message = "what was approved";
    const Signature signature = key.sign(message);
    for (std::size_t bit = 0; bit < signature.bytes.size() * 8; ++bit) {
        Signature flipped = signature;
        flipped.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        EXPECT_FALSE(verify(key.public_key(), message, flipped)) << bit;
    }
    for (std::size_t bit = 0; bit < key.public_key().bytes.size() * 8; ++bit) {
        PublicKey flipped = key.public_key();
        flipped.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        EXPECT_FALSE(verify(flipped, message, signature)) << bit;
    }
}

TEST(Ed25519, RefusesASecondSignatureMadeFromAGoodOne) {
    const SigningKey key{from_hex<32>(kSeed)};
    Signature signature = key.sign("");
    // The scalar plus the group's order satisfies the equation as well.
    const auto order =
        from_hex<32>("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    unsigned carry = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        carry += signature.bytes[32 + i] + unsigned{order[i]};
        signature.bytes[32 + i] = static_cast<std::uint8_t>(carry);
        carry >>= 8U;
    }
    ASSERT_EQ(carry, 0U);
    EXPECT_FALSE(verify(key.public_key(), "", signature));
}

TEST(Ed25519, RefusesKeysThatWouldSignAnything) {
    // With the neutral point as key, R = neutral and s = 0 satisfy the equation for each message.
    Signature empty;
    empty.bytes[0] = 1;
    const std::string_view keys[] = {
        "0100000000000000000000000000000000000000000000000000000000000000",  // neutral
        "0000000000000000000000000000000000000000000000000000000000000000",  // of order 4
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // of order 2
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // 1, not canonical
    };
    for (const auto key : keys) {
        EXPECT_FALSE(verify(PublicKey{from_hex<32>(key)}, "anything", empty)) << key;
    }
}

TEST(Ed25519, MakesAKeyFromRandomBytesAndLeavesNothingBehind) {
    const auto counting = [](std::span<std::uint8_t> bytes) {
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bytes[i] = static_cast<std::uint8_t>(i);
        }
    };
    SigningKey first = SigningKey::generate(counting);
    const PublicKey public_key = first.public_key();
    const SigningKey second = std::move(first);
    EXPECT_EQ(second.public_key(), public_key);
    // NOLINTNEXTLINE(bugprone-use-after-move): that nothing is left is what this asks
    EXPECT_EQ(first.public_key(), PublicKey{});
}

TEST(Ed25519DeathTest, AMovedKeySignsNothing) {
    SigningKey key{from_hex<32>(kSeed)};
    const SigningKey moved = std::move(key);
    // NOLINTNEXTLINE(bugprone-use-after-move)
    EXPECT_DEATH(key.sign(""), "moved away");
}

}  // namespace
}  // namespace accubooks::base
