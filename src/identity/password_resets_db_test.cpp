#include <fstream>
#include <iterator>
#include <regex>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "identity/internal/house_test.h"

namespace accubooks::identity {
namespace {

constexpr const char* kOld = "correct horse battery";
constexpr const char* kNew = "another horse battery";

class PasswordResetsTest : public ::testing::Test {
protected:
    base::Uuid make_user(std::string email) {
        return house
            .await(house.directory.create_user(
                {.email = std::move(email), .name = "Somebody", .password = kOld},
                TestHouse::deadline()
            ))
            .value();
    }

    /// That were sent, in no order.
    std::vector<std::string> mails() const {
        std::vector<std::string> found;
        const auto outbox = house.folder.path() / "outbox";
        if (!std::filesystem::exists(outbox)) {
            return found;
        }
        for (const auto& file : std::filesystem::directory_iterator{outbox}) {
            std::ifstream in{file.path()};
            found.emplace_back(
                std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}
            );
        }
        return found;
    }

    /// Theirs.
    std::vector<std::string> secrets() const {
        static const std::regex secret{"abr_[0-9a-f]{64}"};
        std::vector<std::string> found;
        for (const std::string& text : mails()) {
            std::smatch match;
            EXPECT_TRUE(std::regex_search(text, match, secret)) << text;
            EXPECT_EQ(text.find(match.str(), text.find(match.str()) + 1), std::string::npos);
            found.push_back(match.str());
        }
        return found;
    }

    std::string ask(std::string_view email, std::string_view peer = "192.0.2.1") {
        const auto asked = house.password_resets.ask(email, peer);
        house.await(house.password_resets.send_asked());
        return code_of(asked);
    }

    std::string conclude(std::string secret, std::string password = kNew) {
        return code_of(house.await(house.password_resets.conclude(
            std::move(secret), std::move(password), "192.0.2.1", TestHouse::deadline()
        )));
    }

    base::Result<NewSession> sign_in(std::string password) {
        return house.await(house.sign_in.begin(
            {.email = "ann@example.com", .password = std::move(password), .peer = "192.0.2.9"},
            TestHouse::deadline()
        ));
    }

    std::int64_t count(std::string_view rows) {
        return house.await(counted(
            house.ops,
            fmt::format("test.{}", ++counts),
            fmt::format("select count(*) from {}", rows)
        ));
    }

    static base::Task<std::int64_t> counted(pg::Pool& ops, std::string name, std::string text) {
        auto lease = co_await ops.acquire(TestHouse::deadline());
        const pg::Statement statement{.name = name, .text = text};
        const auto rows = co_await lease->execute(statement, {}, TestHouse::deadline());
        co_return rows[0].get<std::int64_t>(0);
    }

    static std::string code_of(const auto& result) {
        return result ? "" : std::string{result.error().code};
    }

    TestHouse house;
    base::Uuid ann = make_user("ann@example.com");
    int counts = 0;
};

TEST_F(PasswordResetsTest, SetANewPasswordOnceAndEndAllSessions) {
    ASSERT_EQ(code_of(sign_in(kOld)), "");
    ASSERT_EQ(count("platform.session"), 1);
    ASSERT_EQ(ask("Ann@Example.com"), "");
    ASSERT_EQ(secrets().size(), 1U);
    const std::string secret = secrets()[0];
    EXPECT_EQ(conclude(secret, "short"), "identity.weak_password");
    EXPECT_EQ(conclude(secret), "");
    EXPECT_EQ(count("platform.session"), 0);
    EXPECT_EQ(code_of(sign_in(kOld)), "identity.bad_credentials");
    EXPECT_EQ(code_of(sign_in(kNew)), "");
    EXPECT_EQ(conclude(secret), "identity.bad_reset") << "it counts once";
    EXPECT_EQ(
        count("audit.act where action = 'identity.password_reset_by_mail' and actor like 'user:%'"),
        1
    );
}

TEST_F(PasswordResetsTest, TellNobodyWhetherAnAddressHasAnAccount) {
    EXPECT_EQ(ask("nobody@example.com"), "");
    EXPECT_TRUE(secrets().empty());
    EXPECT_EQ(count("platform.password_reset"), 0);
    // Nor does the bound of one address from one peer.
    for (const char* email : {"nobody@example.com", "ann@example.com"}) {
        std::string last;
        for (int at = 0; at < 4; ++at) {
            last = ask(email, "192.0.2.7");
        }
        EXPECT_EQ(last, "identity.too_many_attempts");
    }
    EXPECT_EQ(ask("ann"), "identity.bad_email");
}

TEST_F(PasswordResetsTest, AreDroppedUnseenWhereTooManyWait) {
    for (std::size_t at = 0; at < kResetsWaitingMax; ++at) {
        const auto asked = house.password_resets.ask(
            fmt::format("{}@example.com", at), fmt::format("198.51.100.{}", at)
        );
        ASSERT_EQ(code_of(asked), "");
    }
    for (const char* email : {"nobody@example.com", "ann@example.com"}) {
        EXPECT_EQ(code_of(house.password_resets.ask(email, "192.0.2.1")), "");
    }
    house.await(house.password_resets.send_asked());
    EXPECT_TRUE(secrets().empty());
    EXPECT_EQ(
        house.told,
        (std::vector<std::string>{"resets of passwords were dropped: 2 were asked for while 200 "
                                  "waited"})
    );
    EXPECT_EQ(ask("ann@example.com"), "");
    EXPECT_EQ(secrets().size(), 1U) << "there is room again";
    EXPECT_EQ(house.told.size(), 1U);
}

TEST_F(PasswordResetsTest, AreSentToAPersonInBounds) {
    for (int peer = 0; peer < 6; ++peer) {
        ASSERT_EQ(ask("ann@example.com", "192.0.2." + std::to_string(peer)), "");
    }
    EXPECT_EQ(secrets().size(), std::size_t{kResetsOfPersonMax});
    house.clock.advance(kResetLifetime);
    ASSERT_EQ(ask("ann@example.com", "192.0.2.20"), "");
    EXPECT_EQ(secrets().size(), std::size_t{kResetsOfPersonMax} + 1);
}

TEST_F(PasswordResetsTest, AreSentToAPersonInBoundsOfADay) {
    std::vector<std::size_t> sent;
    for (int hour = 0; hour < 12; ++hour) {
        ASSERT_EQ(ask("ann@example.com", "192.0.2." + std::to_string(hour)), "");
        sent.push_back(secrets().size());
        house.clock.advance(kResetLifetime);
    }
    EXPECT_EQ(sent, (std::vector<std::size_t>{1, 2, 3, 4, 5, 6, 6, 6, 7, 7, 7, 8}))
        << "who asks for others keeps nobody out for a day";
    make_user("bob@example.com");
    ASSERT_EQ(ask("bob@example.com"), "");
    EXPECT_EQ(secrets().size(), 9U) << "everybody has his own";
    EXPECT_EQ(count("platform.password_reset"), 9);
    // The first is a day old.
    house.clock.advance(std::chrono::hours{12});
    ASSERT_EQ(ask("ann@example.com"), "");
    ASSERT_EQ(ask("ann@example.com"), "");
    EXPECT_EQ(secrets().size(), 10U);
    EXPECT_EQ(count("platform.password_reset"), 9) << "older ones are gone";
}

TEST_F(PasswordResetsTest, WaitOnceForEachAddress) {
    for (int peer = 0; peer < 3; ++peer) {
        const std::string from = fmt::format("192.0.2.{}", peer);
        ASSERT_EQ(code_of(house.password_resets.ask("ann@example.com", from)), "");
    }
    for (std::size_t at = 1; at < kResetsWaitingMax; ++at) {
        const auto asked = house.password_resets.ask(
            fmt::format("{}@example.com", at), fmt::format("198.51.100.{}", at)
        );
        ASSERT_EQ(code_of(asked), "");
    }
    // It is full, and has Ann.
    ASSERT_EQ(code_of(house.password_resets.ask("ann@example.com", "192.0.2.9")), "");
    house.await(house.password_resets.send_asked());
    EXPECT_EQ(secrets().size(), 1U);
    EXPECT_TRUE(house.told.empty()) << "there was room for all";
}

TEST_F(PasswordResetsTest, TellTheirEndToTheMinute) {
    ASSERT_EQ(ask("ann@example.com"), "");
    const std::string end = base::to_rfc3339(house.clock.now() + kResetLifetime);
    const std::string told = fmt::format("{} {} UTC:", end.substr(0, 10), end.substr(11, 5));
    EXPECT_NE(mails().at(0).find("once and until " + told), std::string::npos) << mails().at(0);
}

TEST_F(PasswordResetsTest, EndWithTheirTimeAndWithAnotherOfTheSamePerson) {
    ASSERT_EQ(ask("ann@example.com"), "");
    const std::string over = secrets().at(0);
    house.clock.advance(kResetLifetime - std::chrono::seconds{1});
    ASSERT_EQ(ask("ann@example.com"), "");
    house.clock.advance(std::chrono::seconds{1});
    EXPECT_EQ(conclude(over), "identity.bad_reset");
    ASSERT_EQ(ask("ann@example.com"), "");
    auto open = secrets();
    std::erase(open, over);
    ASSERT_EQ(open.size(), 2U);
    EXPECT_EQ(conclude(open[0]), "");
    EXPECT_EQ(conclude(open[1]), "identity.bad_reset");
    EXPECT_EQ(conclude("abr_" + std::string(64, '0')), "identity.bad_reset");
    EXPECT_EQ(conclude("abr_"), "identity.bad_reset");
}

TEST_F(PasswordResetsTest, EndWithAPasswordThatIsSetOtherwise) {
    ASSERT_EQ(ask("ann@example.com"), "");
    const std::string secret = secrets().at(0);
    const User user{.user_id = ann, .email = "ann@example.com", .name = "Ann"};
    ASSERT_TRUE(house.await(
        house.passwords.reset(user, "correct horse battery", "cli:test", TestHouse::deadline())
    ));
    EXPECT_EQ(conclude(secret), "identity.bad_reset");
}

TEST_F(PasswordResetsTest, OneThatReachedNobodyDoesNotCount) {
    const auto outbox = house.folder.path() / "outbox";
    std::ofstream{outbox} << "no folder";
    ASSERT_EQ(ask("ann@example.com"), "");
    EXPECT_EQ(count("platform.password_reset"), 0);
    std::filesystem::remove(outbox);
    ASSERT_EQ(ask("ann@example.com"), "");
    EXPECT_EQ(conclude(secrets().at(0)), "");
}

TEST_F(PasswordResetsTest, ADisabledPersonIsSentNone) {
    make_user("bob@example.com");
    ASSERT_EQ(ask("ann@example.com"), "");
    const std::string secret = secrets().at(0);
    house.database.run_script("accubooks_ops", "update platform.app_user set disabled = true");
    ASSERT_EQ(ask("bob@example.com"), "");
    EXPECT_EQ(secrets().size(), 1U);
    EXPECT_EQ(conclude(secret), "identity.bad_reset") << "nor does one from before count";
}

TEST_F(PasswordResetsTest, LeaveTheSecondFactor) {
    const auto minted =
        house.second_factor.mint({.user_id = ann, .email = "ann@example.com", .name = "Ann"});
    house.await(house.second_factor.keep(minted.value(), "cli:test", "first", TestHouse::deadline())
    );
    ASSERT_EQ(ask("ann@example.com"), "");
    ASSERT_EQ(conclude(secrets().at(0)), "");
    EXPECT_EQ(code_of(sign_in(kNew)), "identity.code_required")
        << "who can read the mail alone doesn't get in";
}

}  // namespace
}  // namespace accubooks::identity
