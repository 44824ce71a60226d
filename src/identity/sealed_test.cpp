#include "identity/sealed.h"

#include <algorithm>
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "testing/seeded_random.h"

namespace accubooks::identity {
namespace {

using Key = std::array<std::uint8_t, kSealKeyBytes>;

const Key kKey{1, 2, 3};
constexpr std::string_view kContext = "totp of ann";

std::vector<std::uint8_t> sealed_secret(const base::RandomBytes& random) {
    const std::string_view secret = "twenty secret bytes!";
    return seal(
        kKey,
        std::span{reinterpret_cast<const std::uint8_t*>(secret.data()), secret.size()},
        kContext,
        random
    );
}

TEST(Sealed, IsOpenedByItsKeyInItsContext) {
    const auto random = testing::seeded_random(1);
    const auto sealed = sealed_secret(random);
    const auto secret = unseal(kKey, sealed, kContext);
    ASSERT_TRUE(secret.has_value());
    EXPECT_EQ(std::string(secret->span().begin(), secret->span().end()), "twenty secret bytes!");
    EXPECT_NE(sealed_secret(random), sealed) << "each time under another nonce";
}

TEST(Sealed, IsOpenedNowhereElse) {
    const auto sealed = sealed_secret(testing::seeded_random(1));
    EXPECT_FALSE(unseal(kKey, sealed, "totp of eve"));
    EXPECT_FALSE(unseal(kKey, sealed, ""));
    EXPECT_FALSE(unseal(Key{1, 2, 4}, sealed, kContext));
}

TEST(Sealed, DoesNotSurviveAChangedBit) {
    const auto sealed = sealed_secret(testing::seeded_random(1));
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        auto changed = sealed;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        EXPECT_FALSE(unseal(kKey, changed, kContext)) << bit;
    }
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        EXPECT_FALSE(unseal(kKey, std::span{sealed}.first(size), kContext)) << size;
    }
}

}  // namespace
}  // namespace accubooks::identity
