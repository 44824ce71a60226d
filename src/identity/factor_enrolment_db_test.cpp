#include <charconv>

#include "identity/factor_api.h"
#include "identity/factor_enrolment.h"
#include "identity/internal/api_house_test.h"
#include "identity/totp.h"

namespace accubooks::identity {
namespace {

constexpr const char* kFactor = "/api/v1/me/second-factor";

class FactorEnrolmentTest : public IdentityApiTest {
protected:
    FactorEnrolmentTest() {
        mount_factor(house.router, {house.authenticator, house.second_factor, enrolment});
        browser = sign_in();
    }

    net::Response send(const std::string& rest, boost::json::object body) {
        return house.send(
            as(browser, request(net::Method::post, kFactor + rest, boost::json::serialize(body)))
        );
    }

    net::Response begin(std::optional<std::string> code = {}) {
        boost::json::object body{{"current_password", kPassword}};
        if (code) {
            body["code"] = *code;
        }
        return send("/enrolment", std::move(body));
    }

    net::Response conclude(const net::Response& begun, std::string code) {
        return send("", {{"enrolment", text(begun, "/enrolment")}, {"code", std::move(code)}});
    }

    /// What an authenticator that has read the address shows now.
    std::string code_of(const net::Response& begun) {
        const std::string uri = text(begun, "/uri");
        const auto from = uri.find("secret=") + 7;
        const std::string secret = uri.substr(from, uri.find('&', from) - from);
        std::vector<std::uint8_t> bytes;
        std::uint32_t held = 0;
        int bits = 0;
        for (const char letter : secret) {
            held = (held << 5U) |
                   static_cast<std::uint32_t>(letter >= 'A' ? letter - 'A' : letter - '2' + 26);
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                bytes.push_back(static_cast<std::uint8_t>(held >> static_cast<unsigned>(bits)));
            }
        }
        return totp_code(bytes, totp_step_of(house.clock.now()));
    }

    /// Of one who has a factor now: a recovery code of it.
    std::string enrol() {
        const auto begun = begin();
        EXPECT_EQ(begun.status, 201) << begun.body;
        const auto concluded = conclude(begun, code_of(begun));
        EXPECT_EQ(concluded.status, 201) << concluded.body;
        return text(concluded, "/recovery_codes/0");
    }

    FactorEnrolment enrolment{
        house.second_factor, house.passwords, house.secret_key, house.clock, house.random
    };
    Browser browser;
};

TEST_F(FactorEnrolmentTest, TakesThePasswordAndACodeOfTheAuthenticator) {
    EXPECT_EQ(
        text(send("/enrolment", {{"current_password", "wrong password"}}), "/code"),
        "identity.wrong_password"
    );
    const auto begun = begin();
    ASSERT_EQ(begun.status, 201) << begun.body;
    EXPECT_EQ(begun.headers.find("Cache-Control"), "no-store");
    EXPECT_EQ(text(conclude(begun, "000000"), "/code"), "identity.bad_code");
    EXPECT_EQ(try_to_sign_in("ada@example.com", kPassword).status, 201);  // nothing has changed yet

    const std::string code = code_of(begun);
    const auto concluded = conclude(begun, code);
    ASSERT_EQ(concluded.status, 201) << concluded.body;
    EXPECT_EQ(
        text(try_to_sign_in("ada@example.com", kPassword), "/code"), "identity.code_required"
    );
    // What proved the enrolment doesn't sign in as well.
    const auto spent = try_to_sign_in("ada@example.com", kPassword, "192.0.2.1", code);
    EXPECT_EQ(text(spent, "/code"), "identity.bad_code");
    house.clock.advance(kTotpStep);
    const auto next = try_to_sign_in("ada@example.com", kPassword, "192.0.2.1", code_of(begun));
    EXPECT_EQ(next.status, 201) << next.body;
    const auto by_recovery = try_to_sign_in(
        "ada@example.com", kPassword, "192.0.2.1", text(concluded, "/recovery_codes/9")
    );
    EXPECT_EQ(by_recovery.status, 201) << by_recovery.body;
}

TEST_F(FactorEnrolmentTest, CountsOnceAndForTenMinutes) {
    const auto first = begin();
    const auto second = begin();
    EXPECT_EQ(conclude(first, code_of(first)).status, 201);
    house.clock.advance(kTotpStep);
    EXPECT_EQ(text(conclude(first, code_of(first)), "/code"), "identity.enrolment_over");
    EXPECT_EQ(text(conclude(second, code_of(second)), "/code"), "identity.enrolment_over");
}

TEST_F(FactorEnrolmentTest, IsOverAfterTenMinutes) {
    const auto begun = begin();
    house.clock.advance(kEnrolmentLifetime);
    EXPECT_EQ(conclude(begun, "000000").status, 403);
    house.clock.advance(std::chrono::microseconds{1});
    EXPECT_EQ(text(conclude(begun, code_of(begun)), "/code"), "identity.enrolment_over");
}

TEST_F(FactorEnrolmentTest, IsReplacedAndRemovedByACodeOfTheOneBefore) {
    std::string recovery_code = enrol();
    EXPECT_EQ(text(begin(), "/errors/0/pointer"), "/code");
    const auto again = begin(recovery_code);
    ASSERT_EQ(again.status, 201) << again.body;
    const auto concluded = conclude(again, code_of(again));
    ASSERT_EQ(concluded.status, 201) << concluded.body;

    boost::json::object proof{{"current_password", kPassword}, {"code", recovery_code}};
    EXPECT_EQ(text(send("/removal", proof), "/code"), "identity.bad_code");
    proof["code"] = text(concluded, "/recovery_codes/0");
    EXPECT_EQ(send("/removal", proof).status, 204);
    EXPECT_EQ(try_to_sign_in("ada@example.com", kPassword).status, 201);
    const auto state = house.send(as(browser, request(net::Method::get, kFactor)));
    EXPECT_EQ(state.body, R"({"enrolled_at":null,"recovery_codes_left":0})");
    EXPECT_EQ(text(send("/removal", proof), "/code"), "identity.no_second_factor");
}

TEST_F(FactorEnrolmentTest, IsThePersonsWhoBeganIt) {
    const auto begun = begin();
    const auto keeper =
        house.await(house.directory.user_named("keeper@example.com", TestHouse::deadline()));
    const auto concluded = house.await(enrolment.conclude(
        keeper.value(), text(begun, "/enrolment"), code_of(begun), {}, TestHouse::deadline()
    ));
    ASSERT_FALSE(concluded.has_value());
    EXPECT_EQ(concluded.error().code, "identity.enrolment_over");
}

}  // namespace
}  // namespace accubooks::identity
