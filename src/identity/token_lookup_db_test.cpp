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

    /// What came of a request: no answer before it is over, nor where the database failed.
    struct Asked {
        bool is_over = false;
        std::optional<Answer> answer{};
    };

    std::shared_ptr<const Asked> ask(TokenLookup& lookup, base::Digest digest) {
        auto asked = std::make_shared<Asked>();
        boost::asio::co_spawn(
            house.context,
            lookup.find(digest, TestHouse::deadline()),
            [asked](const std::exception_ptr& thrown, Answer found) {
                asked->is_over = true;
                if (!thrown) {
                    asked->answer = found;
                }
            }
        );
        return asked;
    }

    void wait_for(const Asked& asked) {
        house.context.restart();
        while (!asked.is_over && house.context.run_one() > 0) {
        }
        ASSERT_TRUE(asked.is_over);
    }

    /// All asked for before any is answered; none where the database failed.
    std::vector<std::optional<Answer>> find_all(
        TokenLookup& lookup, const std::vector<base::Digest>& digests
    ) {
        std::vector<std::shared_ptr<const Asked>> asked;
        for (const base::Digest& digest : digests) {
            asked.push_back(ask(lookup, digest));
        }
        std::vector<std::optional<Answer>> answers;
        for (const auto& each : asked) {
            wait_for(*each);
            answers.push_back(each->answer);
        }
        return answers;
    }

    std::unique_ptr<pg::Connection> superuser() {
        return house.await(
            pg::Connection::open(house.database.endpoint("postgres"), TestHouse::deadline())
        );
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

TEST_F(TokenLookupTest, NotesTheUseOfATokenOnceAMinute) {
    TokenLookup lookup{house.app};
    const base::Digest digest = make_token();
    make_token();  // one that nobody uses
    const auto owner = superuser();
    // When, and by which transaction: a row that is written again has another.
    const auto uses = [&] {
        static constexpr pg::Statement kUses{
            .name = "test.uses",
            .text =
                "select count(last_used_at), string_agg(xmin::text || last_used_at, ',') from "
                "platform.api_token where last_used_at > now() - interval '1 minute'",
        };
        const auto rows = house.await(owner->execute(kUses, {}, TestHouse::deadline()));
        return std::pair{
            rows[0].get<std::int64_t>(0), rows[0].get<std::optional<std::string>>(1).value_or("")
        };
    };
    EXPECT_EQ(uses().first, 0);
    find_all(lookup, {digest, digest, digest});
    const auto first = uses();
    EXPECT_EQ(first.first, 1);
    find_all(lookup, {digest, digest});
    EXPECT_EQ(uses(), first);
    house.await(owner->run_script(
        "update platform.api_token set last_used_at = now() - interval '2 minutes'",
        TestHouse::deadline()
    ));
    find_all(lookup, {digest});
    EXPECT_EQ(uses().first, 1);
}

TEST_F(TokenLookupTest, TellsEveryRequestOfAFailureAndGoesOnAfterIt) {
    TokenLookup lookup{house.app};
    const base::Digest digest = make_token();
    const auto rename = [this](std::string_view from, std::string_view to) {
        const auto owner = superuser();
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

TEST_F(TokenLookupTest, LetsNoRequestWaitForLookUpsThatHang) {
    TokenLookup lookup{house.app};
    const base::Digest digest = make_token();
    const base::Digest stuck = base::sha256("stuck");
    const auto owner = superuser();
    house.await(owner->run_script(
        R"sql(
alter function platform.api_tokens_by_digest(bytea[]) rename to elsewhere;
create function platform.api_tokens_by_digest(p_token_digest bytea[])
returns table (token_digest bytea, token_id uuid, tenant_id bigint, role text, label text,
               expires_at timestamptz, use_is_due boolean)
language plpgsql security definer as $$
begin
    if sha256('stuck') = any (p_token_digest) then
        perform pg_advisory_xact_lock_shared(1);
    end if;
    return query select * from platform.elsewhere(p_token_digest);
end $$;
select pg_advisory_lock(1))sql",
        TestHouse::deadline()
    ));
    const auto hanging = [&] {
        static constexpr pg::Statement kHanging{
            .name = "test.hanging",
            .text = R"sql(
select count(*)
  from pg_stat_activity
 where datname = current_database() and wait_event_type = 'Lock')sql",
        };
        return house.await(owner->execute(kHanging, {}, TestHouse::deadline()))[0]
            .get<std::int64_t>(0);
    };
    std::vector<std::shared_ptr<const Asked>> held;
    for (std::int64_t count = 1; count <= 3; ++count) {  // more than may be under way
        held.push_back(ask(lookup, stuck));
        while (hanging() < count) {
            ASSERT_FALSE(held.front()->is_over) << "nobody is let past those that hang";
        }
    }
    const auto free = ask(lookup, digest);
    wait_for(*free);
    EXPECT_TRUE(free->answer.value());
    for (const auto& each : held) {
        EXPECT_FALSE(each->is_over);
    }
    house.await(owner->run_script("select pg_advisory_unlock(1)", TestHouse::deadline()));
    for (const auto& each : held) {
        wait_for(*each);
        EXPECT_FALSE(each->answer.value());
    }
}

TEST_F(TokenLookupTest, FailsTheRequestAndNothingElseWhereARoleIsANewerPrograms) {
    TokenLookup lookup{house.app};
    const base::Digest digest = make_token();
    const auto owner = superuser();
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
