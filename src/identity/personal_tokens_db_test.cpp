#include <gtest/gtest.h>

#include "identity/internal/house_test.h"
#include "identity/personal_tokens.h"

namespace accubooks::identity {
namespace {

class PersonalTokensTest : public ::testing::Test {
protected:
    PersonalTokensTest() {
        ann =
            house
                .await(house.directory.create_user(
                    {.email = "ann@example.com", .name = "Ann", .password = "a good long password"},
                    TestHouse::deadline()
                ))
                .value();
    }

    base::Result<std::string> create(
        std::chrono::days lifetime = std::chrono::days{90}, std::string label = "laptop"
    ) {
        AB_TRY(
            issued,
            tokens.mint({
                .user = ann,
                .label = std::move(label),
                .created_by = "cli:root",
                .lifetime = lifetime,
            })
        );
        house.await(tokens.keep(issued, TestHouse::deadline()));
        return issued.secret;
    }
    /// Who a request with this header is from; the refusal's code in brackets.
    std::string person(const std::string& authorization) {
        net::Request request;
        request.deadline = TestHouse::deadline();
        request.headers.set("Authorization", authorization);
        const auto person = house.await(house.authenticator.person(request));
        return person ? person->user.email : fmt::format("[{}]", person.error().code);
    }

    TestHouse house;
    PersonalTokens tokens{house.ops, house.clock, house.random};
    base::Uuid ann;
};

constexpr const char* kNobody = "[identity.unauthenticated]";

TEST_F(PersonalTokensTest, SayWhoActs) {
    const std::string secret = create().value();
    EXPECT_EQ(person("Bearer " + secret), "ann@example.com");
    EXPECT_EQ(person("bearer " + secret), "ann@example.com");
    EXPECT_EQ(person("Bearer " + secret + "0"), kNobody);
    EXPECT_EQ(person("Basic " + secret), kNobody);
}

TEST_F(PersonalTokensTest, OpenNoTenant) {
    net::Request request;
    request.method = net::Method::get;
    request.path = "/api/v1/session";
    request.headers.set("Authorization", "Bearer " + create().value());
    EXPECT_EQ(house.send(request).status, 401);
}

TEST_F(PersonalTokensTest, AreNotThoseOfPrograms) {
    const auto tenant = house
                            .await(house.directory.create_tenant(
                                {.name = "Atlas", .currency = "USD"}, TestHouse::deadline()
                            ))
                            .value();
    const auto issued = house.await(house.directory.create_token(
        {.tenant = tenant, .role = Role::owner, .label = "shop", .created_by = "cli:root"},
        TestHouse::deadline()
    ));
    EXPECT_EQ(person("Bearer " + issued->secret), kNobody);
}

TEST_F(PersonalTokensTest, AreOverAfterTheirTime) {
    const std::string secret = create(std::chrono::days{1}).value();
    house.clock.advance(std::chrono::days{1} - std::chrono::seconds{1});
    EXPECT_EQ(person("Bearer " + secret), "ann@example.com");
    house.clock.advance(std::chrono::seconds{1});
    EXPECT_EQ(person("Bearer " + secret), kNobody);
}

TEST_F(PersonalTokensTest, AreRevokedByTheirPerson) {
    const std::string secret = create().value();
    const auto listed = house.await(tokens.list(ann, TestHouse::deadline()));
    ASSERT_EQ(listed.size(), 1U);
    EXPECT_EQ(listed[0].label, "laptop");
    EXPECT_FALSE(listed[0].revoked_at);
    const auto revoke = [&](base::Uuid user) {
        return house.await(tokens.revoke(user, listed[0].token_id, TestHouse::deadline()));
    };
    EXPECT_EQ(revoke(base::Uuid{}).error().code, "identity.no_such_token");
    EXPECT_EQ(person("Bearer " + secret), "ann@example.com");
    EXPECT_TRUE(revoke(ann));
    EXPECT_EQ(person("Bearer " + secret), kNobody);
    EXPECT_TRUE(revoke(ann)) << "again changes nothing";
    EXPECT_TRUE(house.await(tokens.list(ann, TestHouse::deadline()))[0].revoked_at);
}

TEST_F(PersonalTokensTest, OfADisabledPersonOpenNothing) {
    const std::string secret = create().value();
    house.database.run_script("accubooks_ops", "update platform.app_user set disabled = true");
    EXPECT_EQ(person("Bearer " + secret), kNobody);
}

TEST_F(PersonalTokensTest, HaveALabelAndAnEnd) {
    EXPECT_EQ(create(std::chrono::days{0}).error().code, "identity.bad_lifetime");
    EXPECT_EQ(create(std::chrono::days{367}).error().code, "identity.bad_lifetime");
    EXPECT_EQ(create(std::chrono::days{90}, "").error().code, "identity.bad_name");
}

}  // namespace
}  // namespace accubooks::identity
