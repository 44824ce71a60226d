#include "identity/password.h"

#include <gtest/gtest.h>

#include "testing/run.h"

namespace accubooks::identity {
namespace {

constexpr PasswordCost kCheap{.passes = 1, .memory_bytes = std::size_t{8} << 10U};

using testing::run;

TEST(PasswordHasher, KnowsThePasswordAgainAndNoOther) {
    PasswordHasher hasher{1, 4, kCheap};
    const auto hash = run(hasher.hash("correct horse battery")).value();
    EXPECT_TRUE(hash.starts_with("$argon2id$")) << hash;
    EXPECT_TRUE(run(hasher.verify(hash, "correct horse battery")).value());
    EXPECT_FALSE(run(hasher.verify(hash, "correct horse batterz")).value());
    EXPECT_FALSE(run(hasher.verify(hash, "")).value());
    EXPECT_FALSE(run(hasher.verify("not a hash", "correct horse battery")).value());
    EXPECT_NE(run(hasher.hash("correct horse battery")).value(), hash);  // salted
}

TEST(PasswordHasher, HasADecoyOfTheSameCost) {
    PasswordHasher hasher{1, 4, kCheap};
    const auto hash = run(hasher.hash("correct horse battery")).value();
    const auto cost = hash.substr(0, hash.find("p="));
    EXPECT_TRUE(hasher.decoy().starts_with(cost));
    EXPECT_FALSE(run(hasher.verify(hasher.decoy(), "correct horse battery")).value());
}

TEST(PasswordHasher, RefusesWhenItsQueueIsFull) {
    PasswordHasher hasher{1, 0, kCheap};
    EXPECT_EQ(run(hasher.hash("correct horse battery")).error().code, "identity.busy");
    EXPECT_EQ(run(hasher.verify(hasher.decoy(), "x")).error().code, "identity.busy");
}

TEST(PasswordHasher, GivesItsPlaceBack) {
    PasswordHasher hasher{1, 1, kCheap};
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(run(hasher.verify(hasher.decoy(), "x")).has_value());
    }
}

TEST(CheckPassword, WantsTwelveCharacters) {
    EXPECT_TRUE(check_password("twelve chars").has_value());
    EXPECT_TRUE(check_password("zwölf Zeiche").has_value());
    EXPECT_FALSE(check_password("elf Zeichen").has_value());
    EXPECT_FALSE(check_password("zwölfZeiche").has_value());  // 12 bytes, 11 characters
    EXPECT_FALSE(check_password("").has_value());
    EXPECT_FALSE(check_password("\xFF twelve chars").has_value());
    EXPECT_TRUE(check_password(std::string(kPasswordBytesMax, 'a')).has_value());
    EXPECT_EQ(
        check_password(std::string(kPasswordBytesMax + 1, 'a')).error().code,
        "identity.weak_password"
    );
}

}  // namespace
}  // namespace accubooks::identity
