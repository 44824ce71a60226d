#include <gmock/gmock.h>

#include "identity/internal/api_house_test.h"

namespace accubooks::identity {
namespace {

using std::chrono::minutes;
using ::testing::HasSubstr;

constexpr const char* kOther = "another good password";

class MeApiTest : public IdentityApiTest {
protected:
    MintedFactor enrol() {
        auto minted =
            house.second_factor.mint({.user_id = ada, .email = "ada@example.com", .name = "Ada"})
                .value();
        house.await(house.second_factor.keep(minted, "cli:test", "first", TestHouse::deadline()));
        return minted;
    }
    net::Response with_code(const std::string& code, const std::string& password = kPassword) {
        return try_to_sign_in("ada@example.com", password, "192.0.2.1", code);
    }
    net::Response change_password(
        const Browser& browser, const std::string& current, const std::string& next
    ) {
        const boost::json::object body{{"current_password", current}, {"new_password", next}};
        return house.send(as(
            browser, request(net::Method::post, "/api/v1/me/password", boost::json::serialize(body))
        ));
    }
    net::Response rename(const Browser& browser, const std::string& name) {
        const boost::json::object body{{"name", name}};
        return house.send(
            as(browser, request(net::Method::patch, "/api/v1/me", boost::json::serialize(body)))
        );
    }
    /// What the log has of new names.
    std::string renamings() {
        return house.await([](pg::Pool& ops) -> base::Task<std::string> {
            constexpr pg::Statement kRenamings{
                .name = "test.renamings",
                .text = R"sql(
select string_agg(actor || ' ' || object || ' ' || convert_from(payload, 'UTF8'), '; ')
  from audit.act
 where action = 'identity.renamed')sql",
            };
            auto lease = co_await ops.acquire(TestHouse::deadline());
            const auto acts =
                co_await lease->execute(kRenamings, pg::Params{}, TestHouse::deadline());
            co_return acts[0].get<std::string>(0);
        }(house.ops));
    }
    boost::json::array sessions(const Browser& browser) {
        const auto listed =
            house.send(as(browser, request(net::Method::get, "/api/v1/me/sessions")));
        EXPECT_EQ(listed.status, 200) << listed.body;
        return boost::json::parse(listed.body).at("items").as_array();
    }
    net::Response end(const Browser& browser, std::string_view session_id) {
        return house.send(as(
            browser, request(net::Method::del, fmt::format("/api/v1/me/sessions/{}", session_id))
        ));
    }
};

TEST_F(MeApiTest, SigningInTakesACodeOfTheSecondFactorOnce) {
    const auto minted = enrol();
    const auto without = try_to_sign_in("ada@example.com", kPassword);
    EXPECT_EQ(without.status, 401);
    EXPECT_EQ(text(without, "/code"), "identity.code_required");
    EXPECT_FALSE(without.headers.find("Set-Cookie").has_value());
    // Who doesn't know the password learns of no factor, and spends no code.
    const auto& codes = minted.recovery_codes;
    EXPECT_EQ(text(with_code(codes[0], "a wrong password"), "/code"), "identity.bad_credentials");
    EXPECT_EQ(
        text(try_to_sign_in("ada@example.com", "a wrong password"), "/code"),
        "identity.bad_credentials"
    );
    EXPECT_EQ(with_code(codes[0]).status, 201);
    EXPECT_EQ(text(with_code(codes[0]), "/code"), "identity.bad_code");
    EXPECT_EQ(with_code(codes[1]).status, 201);
    EXPECT_EQ(with_code("000000").status, 403);
}

TEST_F(MeApiTest, WrongCodesAreRefusedUntilATimeThatIsTold) {
    const auto minted = enrol();
    for (int attempt = 1; attempt <= 5; ++attempt) {
        EXPECT_EQ(with_code("not-a-code").status, 403) << attempt;
    }
    const auto refused = with_code(minted.recovery_codes[0]);
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(text(refused, "/code"), "identity.too_many_codes");
    const int seconds = std::stoi(std::string{refused.headers.find("Retry-After").value_or("0")});
    EXPECT_GT(seconds, 200);  // the database's clock and ours aren't one
    EXPECT_LT(seconds, 400);
    EXPECT_THAT(text(refused, "/retry_at"), HasSubstr("Z"));
    house.database.run_script(
        "postgres",
        "update platform.second_factor set attempts_paid_until = attempts_paid_until - interval '5 "
        "minutes'"
    );
    EXPECT_EQ(with_code(minted.recovery_codes[0]).status, 201);
}

TEST_F(MeApiTest, AStrangersAttemptsAreRefusedUntilATimeThatIsTold) {
    for (int attempt = 1; attempt <= 10; ++attempt) {
        EXPECT_EQ(try_to_sign_in("ada@example.com", "a wrong password").status, 401);
    }
    const auto refused = try_to_sign_in("ada@example.com", kPassword);
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.headers.find("Retry-After"), "60");
    EXPECT_EQ(text(refused, "/retry_at"), base::to_rfc3339(house.clock.now() + minutes{1}));
    house.clock.advance(minutes{1});
    EXPECT_EQ(try_to_sign_in("ada@example.com", kPassword).status, 201);
}

TEST_F(MeApiTest, AChangeOfPasswordEndsEveryOtherSession) {
    const Browser here = sign_in();
    const Browser elsewhere = sign_in();
    EXPECT_EQ(
        text(change_password(here, "a wrong password", kOther), "/code"), "identity.wrong_password"
    );
    EXPECT_EQ(text(change_password(here, kPassword, "short"), "/code"), "identity.weak_password");
    EXPECT_EQ(who_am_i(elsewhere).status, 200);
    EXPECT_EQ(change_password(here, kPassword, kOther).status, 204);
    EXPECT_EQ(who_am_i(here).status, 200);
    EXPECT_EQ(who_am_i(elsewhere).status, 401);
    EXPECT_EQ(try_to_sign_in("ada@example.com", kPassword).status, 401);
    EXPECT_EQ(try_to_sign_in("ada@example.com", kOther).status, 201);
}

TEST_F(MeApiTest, AttemptsToChangeThePasswordCountAsAttemptsToSignIn) {
    const Browser browser = sign_in();
    for (int attempt = 1; attempt <= 10; ++attempt) {
        EXPECT_EQ(change_password(browser, "a wrong password", kOther).status, 403);
    }
    EXPECT_EQ(change_password(browser, kPassword, kOther).status, 429);
    EXPECT_EQ(try_to_sign_in("ada@example.com", kPassword).status, 429);
}

TEST_F(MeApiTest, AnOperatorsResetEndsEverySession) {
    const Browser browser = sign_in();
    const User user{.user_id = ada, .email = "ada@example.com", .name = "Ada"};
    const auto weak =
        house.await(house.passwords.reset(user, "short", "cli:test", TestHouse::deadline()));
    EXPECT_EQ(weak.error().code, "identity.weak_password");
    EXPECT_EQ(who_am_i(browser).status, 200);
    EXPECT_TRUE(house.await(house.passwords.reset(user, kOther, "cli:test", TestHouse::deadline()))
                    .has_value());
    EXPECT_EQ(who_am_i(browser).status, 401);
    EXPECT_EQ(try_to_sign_in("ada@example.com", kPassword).status, 401);
    EXPECT_EQ(try_to_sign_in("ada@example.com", kOther).status, 201);
}

TEST_F(MeApiTest, ANewNameIsKnownAtOnceAndTheLogHasTheOneBefore) {
    const Browser browser = sign_in();
    const auto answer = rename(browser, "Ada King");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(text(answer, "/name"), "Ada King");
    EXPECT_EQ(answer.headers.find("Cache-Control"), "no-store");
    EXPECT_EQ(text(who_am_i(browser), "/user/name"), "Ada King");
    EXPECT_EQ(rename(browser, "Ada King").status, 200) << "which is no change";
    EXPECT_EQ(
        renamings(),
        fmt::format(
            R"(user:{0} user:{0} {{"after":"Ada King","before":"Ada"}})", base::to_string(ada)
        )
    );
    for (const char* name : {"", "two\nlines", " ", "Ada ", "Ada\u200B", "Ada\u00A0King"}) {
        const auto refused = rename(browser, name);
        EXPECT_EQ(text(refused, "/code"), "identity.bad_name");
        EXPECT_EQ(text(refused, "/errors/0/pointer"), "/name");
    }
    EXPECT_EQ(text(who_am_i(browser), "/user/name"), "Ada King");
}

TEST_F(MeApiTest, ANameIsChangedSoOftenAndNoMore) {
    const Browser browser = sign_in();
    for (int at = 0; at < 20; ++at) {
        ASSERT_EQ(rename(browser, fmt::format("Ada {}", at)).status, 200);
    }
    const auto refused = rename(browser, "Ada 20");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(text(refused, "/code"), "identity.too_many_attempts");
    house.clock.advance(minutes{10});
    EXPECT_EQ(rename(browser, "Ada 20").status, 200);
}

TEST_F(MeApiTest, ListsAndEndsSessionsOfThePersonAlone) {
    const Browser here = sign_in();
    house.clock.advance(minutes{1});
    const Browser elsewhere = sign_in();
    const auto listed = sessions(here);
    ASSERT_EQ(listed.size(), 2U);
    EXPECT_EQ(listed[0].at("is_this"), true);
    EXPECT_EQ(listed[1].at("is_this"), false);
    EXPECT_EQ(listed[0].at("from"), "192.0.2.1");
    const std::string session_id{listed[1].at("session_id").as_string()};

    const auto keeper = try_to_sign_in("keeper@example.com", kPassword);
    const std::string cookie{keeper.headers.find("Set-Cookie").value_or("")};
    const Browser stranger{
        .cookie = cookie.substr(0, cookie.find(';')), .csrf_token = text(keeper, "/csrf_token")
    };
    EXPECT_EQ(text(end(stranger, session_id), "/code"), "identity.session_not_found");
    EXPECT_EQ(sessions(stranger).size(), 1U);
    EXPECT_EQ(who_am_i(elsewhere).status, 200);

    EXPECT_EQ(end(here, session_id).status, 204);
    EXPECT_EQ(who_am_i(elsewhere).status, 401);
    EXPECT_EQ(end(here, session_id).status, 404);
    EXPECT_EQ(end(here, "x").status, 404);
    EXPECT_EQ(sessions(here).size(), 1U);
}

TEST_F(MeApiTest, ASessionKnowsWhenItWasUsed) {
    const Browser browser = sign_in();
    const std::string before{sessions(browser)[0].at("last_used_at").as_string()};
    house.clock.advance(minutes{6});
    EXPECT_EQ(who_am_i(browser).status, 200);
    EXPECT_GT(std::string{sessions(browser)[0].at("last_used_at").as_string()}, before);
}

}  // namespace
}  // namespace accubooks::identity
