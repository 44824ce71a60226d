#include <fmt/format.h>
#include <gtest/gtest.h>

#include "identity/internal/house_test.h"
#include "identity/internal/token_lookup.h"
#include "identity/secret.h"

namespace accubooks::identity {
namespace {

using Answer = std::optional<TokenRecord>;

class TokenLookupTest : public ::testing::Test {
protected:
    base::Digest make_token() {
        const auto issued = house.await(house.directory.create_token(
            {.tenant = tenant, .role = Role::viewer, .label = "test", .created_by = "operator"},
            TestHouse::deadline()
        ));
        return *api_token_digest(issued.value().secret);
    }

    /// All asked for before any is answered; none where the database failed.
    std::vector<std::optional<Answer>> find_all(
        TokenLookup& lookup, const std::vector<base::Digest>& digests
    ) {
        std::vector<std::optional<Answer>> answers(digests.size());
        std::size_t open = digests.size();
        for (std::size_t at = 0; at < digests.size(); ++at) {
            boost::asio::co_spawn(
                house.context,
                lookup.find(digests[at], TestHouse::deadline()),
                [&, at](const std::exception_ptr& thrown, Answer found) {
                    --open;
                    if (!thrown) {
                        answers[at] = found;
                    }
                }
            );
        }
        house.context.restart();
        while (open > 0 && house.context.run_one() > 0) {
        }
        EXPECT_EQ(open, 0U);
        return answers;
    }

    TestHouse house;
    base::TenantId tenant = house
                                .await(house.directory.create_tenant(
                                    {.name = "Ada", .currency = "USD"}, TestHouse::deadline()
                                ))
                                .value();
};

TEST_F(TokenLookupTest, GivesEachOfManyRequestsItsOwnToken) {
    TokenLookup lookup{house.app};
    const std::vector<base::Digest> known = {make_token(), make_token()};
    std::vector<base::Digest> asked;
    for (std::size_t at = 0; at < 300; ++at) {  // more than one look-up takes
        asked.push_back(at % 3 == 2 ? base::sha256(fmt::format("unknown {}", at)) : known[at % 3]);
    }
    const auto answers = find_all(lookup, asked);
    const auto first = answers[0].value().value().token_id;
    const auto second = answers[1].value().value().token_id;
    EXPECT_NE(first, second);
    for (std::size_t at = 0; at < asked.size(); ++at) {
        const Answer& answer = answers[at].value();
        ASSERT_EQ(answer.has_value(), at % 3 != 2) << at;
        if (answer) {
            EXPECT_EQ(answer->token_id, at % 3 == 0 ? first : second);
            EXPECT_EQ(answer->tenant, tenant);
        }
    }
}

TEST_F(TokenLookupTest, RemembersNothing) {
    TokenLookup lookup{house.app};
    const base::Digest digest = make_token();
    EXPECT_TRUE(find_all(lookup, {digest})[0].value());
    const auto connection = house.await(
        pg::Connection::open(house.database.endpoint("accubooks_ops"), TestHouse::deadline())
    );
    house.await(connection->run_script(
        "update platform.api_token set revoked_at = now()", TestHouse::deadline()
    ));
    EXPECT_FALSE(find_all(lookup, {digest})[0].value());
}

TEST_F(TokenLookupTest, TellsEveryRequestOfAFailureAndGoesOnAfterIt) {
    TokenLookup lookup{house.app};
    const base::Digest digest = make_token();
    const auto rename = [this](std::string_view from, std::string_view to) {
        const auto owner = house.await(
            pg::Connection::open(house.database.endpoint("postgres"), TestHouse::deadline())
        );
        house.await(owner->run_script(
            fmt::format("alter function platform.{}(bytea[]) rename to {}", from, to),
            TestHouse::deadline()
        ));
    };
    rename("api_tokens_by_digest", "elsewhere");
    for (const auto& answer : find_all(lookup, {digest, digest, digest, digest})) {
        EXPECT_FALSE(answer.has_value());
    }
    rename("elsewhere", "api_tokens_by_digest");
    EXPECT_TRUE(find_all(lookup, {digest})[0].value());
}

TEST_F(TokenLookupTest, FailsTheRequestAndNothingElseWhereARoleIsANewerPrograms) {
    TokenLookup lookup{house.app};
    const base::Digest digest = make_token();
    const auto owner =
        house.await(pg::Connection::open(house.database.endpoint("postgres"), TestHouse::deadline())
        );
    house.await(owner->run_script(
        "alter table platform.api_token drop constraint api_token__role;"
        "update platform.api_token set role = 'auditor'",
        TestHouse::deadline()
    ));
    EXPECT_FALSE(find_all(lookup, {digest})[0].has_value());
    EXPECT_TRUE(find_all(lookup, {base::sha256("unknown")})[0].has_value());
}

}  // namespace
}  // namespace accubooks::identity
