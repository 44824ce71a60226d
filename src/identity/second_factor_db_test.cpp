#include <filesystem>
#include <regex>
#include <set>

#include <gtest/gtest.h>

#include "identity/internal/house_test.h"
#include "identity/second_factor.h"
#include "identity/totp.h"
#include "testing/temporary_folder.h"

namespace accubooks::identity {
namespace {

/// The bytes of an otpauth URI's secret.
std::vector<std::uint8_t> secret_of(const std::string& uri) {
    std::smatch found;
    base::ensure(std::regex_search(uri, found, std::regex{"secret=([A-Z2-7]+)"}), "it is there");
    std::vector<std::uint8_t> bytes;
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (const char c : found[1].str()) {
        held = held << 5U | static_cast<unsigned>(c >= 'A' ? c - 'A' : c - '2' + 26);
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(static_cast<std::uint8_t>(held >> bits));
        }
    }
    return bytes;
}

class SecondFactorTest : public ::testing::Test {
protected:
    SecondFactorTest() {
        for (const char* name : {"ann", "bob"}) {
            const std::string email = std::string{name} + "@example.com";
            const auto made = house.await(house.directory.create_user(
                {.email = email, .name = name, .password = "a good long password"},
                TestHouse::deadline()
            ));
            (std::string{name} == "ann" ? ann : bob
            ) = {.user_id = made.value(), .email = email, .name = name};
        }
    }

    MintedFactor enrol(const User& user) {
        auto minted = factor.mint(user).value();
        house.await(factor.keep(minted, "cli:test", "first", TestHouse::deadline()));
        return minted;
    }
    /// The code of a spend's refusal; "" when it was taken.
    std::string spend(const User& user, std::string code) {
        const auto spent =
            house.await(factor.spend(user.user_id, std::move(code), TestHouse::deadline()));
        return spent ? "" : std::string{spent.error().code};
    }
    std::string code_of(const MintedFactor& enrolled, std::int64_t steps_ahead = 0) {
        return totp_code(secret_of(enrolled.uri), totp_step_of(house.clock.now()) + steps_ahead);
    }
    void execute(const std::string& sql) { house.database.run_script("postgres", sql); }

    testing::TemporaryFolder folder;
    TestHouse house;
    SecretKey key{folder.path() / "identity", house.random};
    SecondFactor factor{house.ops, key, house.clock, house.random};
    User ann;
    User bob;
};

TEST_F(SecondFactorTest, TakesTheAuthenticatorsCodeOnce) {
    EXPECT_FALSE(house.await(factor.is_enrolled(ann.user_id, TestHouse::deadline())));
    const auto enrolled = enrol(ann);
    EXPECT_TRUE(house.await(factor.is_enrolled(ann.user_id, TestHouse::deadline())));
    EXPECT_EQ(spend(ann, code_of(enrolled)), "");
    EXPECT_EQ(spend(ann, code_of(enrolled)), "identity.bad_code");
    house.clock.advance(kTotpStep);
    EXPECT_EQ(spend(ann, code_of(enrolled)), "");
}

TEST_F(SecondFactorTest, TakesNoStepBeforeOneThatWasTaken) {
    const auto enrolled = enrol(ann);
    EXPECT_EQ(spend(ann, code_of(enrolled, 1)), "");
    EXPECT_EQ(spend(ann, code_of(enrolled, 0)), "identity.bad_code");
}

TEST_F(SecondFactorTest, TakesACodeOnceAlsoWhenManyAskAtATime) {
    const std::string code = code_of(enrol(ann));
    int taken = 0;
    int done = 0;
    constexpr int kAsking = 4;
    for (int i = 0; i < kAsking; ++i) {
        boost::asio::co_spawn(
            house.context,
            factor.spend(ann.user_id, code, TestHouse::deadline()),
            [&](std::exception_ptr failure, base::Result<void> spent) {
                ASSERT_EQ(failure, nullptr);
                ++done;
                taken += spent.has_value() ? 1 : 0;
            }
        );
    }
    house.context.restart();
    while (done < kAsking && house.context.run_one() > 0) {
    }
    EXPECT_EQ(done, kAsking);
    EXPECT_EQ(taken, 1);
}

TEST_F(SecondFactorTest, TakesEachRecoveryCodeOnceAndFromItsPersonAlone) {
    const auto enrolled = enrol(ann);
    enrol(bob);
    ASSERT_EQ(enrolled.recovery_codes.size(), 10U);
    EXPECT_EQ(std::set(enrolled.recovery_codes.begin(), enrolled.recovery_codes.end()).size(), 10U);
    EXPECT_EQ(spend(bob, enrolled.recovery_codes[0]), "identity.bad_code");
    EXPECT_EQ(spend(ann, enrolled.recovery_codes[0]), "");
    EXPECT_EQ(spend(ann, enrolled.recovery_codes[0]), "identity.bad_code");
    EXPECT_EQ(spend(ann, enrolled.recovery_codes[9]), "");
}

TEST_F(SecondFactorTest, OfAnEarlierEnrolmentIsGoodForNothing) {
    const auto before = enrol(ann);
    const auto now = enrol(ann);
    EXPECT_EQ(spend(ann, code_of(before)), "identity.bad_code");
    EXPECT_EQ(spend(ann, before.recovery_codes[0]), "identity.bad_code");
    EXPECT_EQ(spend(ann, code_of(now)), "");
}

TEST_F(SecondFactorTest, LetsNobodyGuess) {
    const auto enrolled = enrol(ann);
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(spend(ann, i % 2 == 0 ? "aaaa" : "00000"), "identity.bad_code");
    }
    EXPECT_EQ(spend(ann, code_of(enrolled)), "identity.too_many_codes");
    EXPECT_EQ(spend(ann, enrolled.recovery_codes[0]), "identity.too_many_codes");
    execute(
        "update platform.second_factor set attempts_paid_until = attempts_paid_until - interval '5 "
        "minutes'"
    );
    EXPECT_EQ(spend(ann, code_of(enrolled)), "") << "which gives the attempts back";
    EXPECT_EQ(spend(ann, enrolled.recovery_codes[0]), "");
}

TEST_F(SecondFactorTest, OfNobodyIsToldApart) {
    EXPECT_EQ(spend(ann, "123456"), "identity.no_second_factor");
}

TEST_F(SecondFactorTest, CannotBeMovedToSomebodyElse) {
    const auto mine = enrol(ann);
    enrol(bob);
    execute(
        "update platform.second_factor b set sealed_secret = a.sealed_secret from "
        "platform.second_factor a where b.user_id <> a.user_id and a.user_id = '" +
        base::to_string(ann.user_id) + "'"
    );
    EXPECT_EQ(spend(bob, code_of(mine)), "identity.secret_key_unavailable");
}

TEST_F(SecondFactorTest, IsReadWithTheKeyThatSealedIt) {
    const auto enrolled = enrol(ann);
    const auto file = folder.path() / "identity" / "secret.key";
    EXPECT_EQ(
        std::filesystem::status(file).permissions(),
        std::filesystem::perms::owner_read | std::filesystem::perms::owner_write
    );
    SecretKey again{folder.path() / "identity", house.random};
    SecondFactor after_restart{house.ops, again, house.clock, house.random};
    EXPECT_TRUE(
        house.await(after_restart.spend(ann.user_id, code_of(enrolled), TestHouse::deadline()))
    );

    SecretKey lost{folder.path() / "elsewhere", house.random};
    SecondFactor without{house.ops, lost, house.clock, house.random};
    const auto spent =
        house.await(without.spend(ann.user_id, code_of(enrolled, 1), TestHouse::deadline()));
    ASSERT_FALSE(spent);
    EXPECT_EQ(spent.error().code, "identity.secret_key_unavailable");
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "elsewhere")) << "a look makes no key";
}

}  // namespace
}  // namespace accubooks::identity
