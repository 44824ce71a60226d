#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/directory.h"
#include "identity/internal/house_test.h"
#include "identity/secret.h"

namespace accubooks::identity {
namespace {

constexpr const char* kPassword = "correct horse battery";

class DirectoryTest : public ::testing::Test {
protected:
    base::TenantId tenant(std::string name = "Ada & Co", std::string currency = "USD") {
        return house
            .await(house.directory.create_tenant(
                {.name = std::move(name), .currency = std::move(currency)}, TestHouse::deadline()
            ))
            .value();
    }

    base::Result<base::Uuid> user(std::string email, std::string password = kPassword) {
        return house.await(house.directory.create_user(
            {.email = std::move(email), .name = "Ada", .password = std::move(password)},
            TestHouse::deadline()
        ));
    }

    base::Result<IssuedToken> token(NewToken wanted) {
        return house.await(house.directory.create_token(std::move(wanted), TestHouse::deadline()));
    }

    /// One number that `sql` selects, as `role`, within `in`.
    std::int64_t number(std::string_view role, std::string_view sql, base::TenantId in = {}) {
        return house.await(select(database_connection(role), in, sql));
    }

    TestHouse house;

private:
    base::Task<std::unique_ptr<pg::Connection>> database_connection(std::string_view role) {
        return pg::Connection::open(house.database.endpoint(role), TestHouse::deadline());
    }

    static base::Task<std::int64_t> select(
        base::Task<std::unique_ptr<pg::Connection>> opening, base::TenantId in, std::string_view sql
    ) {
        const auto connection = co_await std::move(opening);
        const pg::Statement set{
            "test.set", "select set_config('app.tenant_id', $1::bigint::text, false)"
        };
        co_await connection->execute(set, pg::Params::of(in), TestHouse::deadline());
        const pg::Statement statement{"test.select", sql};
        const auto rows = co_await connection->execute(statement, {}, TestHouse::deadline());
        co_return rows[0].get<std::int64_t>(0);
    }
};

TEST_F(DirectoryTest, OpensEmptyBooksWithATenant) {
    const auto dollars = tenant("Ada & Co", "USD");
    const auto yen = tenant("Büro", "JPY");
    EXPECT_LT(dollars, yen);
    const char* ledger = "select count(*) from books.ledger where last_number = 0";
    const char* scale =
        "select c.scale::bigint from books.ledger l join books.commodity c on c.code = "
        "l.base_commodity";
    EXPECT_EQ(number("accubooks_app", ledger, dollars), 1);
    EXPECT_EQ(number("accubooks_app", scale, dollars), 2);
    EXPECT_EQ(number("accubooks_app", scale, yen), 0);
    EXPECT_EQ(number("accubooks_app", ledger), 0);
}

TEST_F(DirectoryTest, RefusesATenantThatCannotKeepBooks) {
    struct Case {
        const char* name;
        NewTenant tenant;
        std::string_view code;
    };
    const Case cases[] = {
        {"no name", {.name = "", .currency = "USD"}, "identity.bad_name"},
        {"201 characters", {.name = std::string(201, 'a'), .currency = "USD"}, "identity.bad_name"},
        {"a new line", {.name = "a\nb", .currency = "USD"}, "identity.bad_name"},
        {"no currency", {.name = "a", .currency = ""}, "identity.unknown_currency"},
        {"a word", {.name = "a", .currency = "dollars"}, "identity.unknown_currency"},
        {"lower case", {.name = "a", .currency = "usd"}, "identity.unknown_currency"},
        {"13 digits", {.name = "a", .currency = "$", .scale = 13}, "identity.bad_scale"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto made =
            house.await(house.directory.create_tenant(c.tenant, TestHouse::deadline()));
        ASSERT_FALSE(made.has_value());
        EXPECT_EQ(made.error().code, c.code);
    }
    EXPECT_EQ(number("accubooks_ops", "select count(*) from platform.tenant"), 0);
    const NewTenant own_scale{.name = "a", .currency = "$", .scale = 4};
    EXPECT_TRUE(
        house.await(house.directory.create_tenant(own_scale, TestHouse::deadline())).has_value()
    );
}

TEST_F(DirectoryTest, KeepsOneUserPerAddress) {
    const auto ada = user("Ada@Example.com").value();
    EXPECT_EQ(user("ada@example.COM").error().code, "identity.email_taken");
    const auto find = [&](std::string email) {
        return house.await(house.directory.find_user(std::move(email), TestHouse::deadline()));
    };
    EXPECT_EQ(find("ADA@example.com").value(), ada);
    EXPECT_EQ(find("bob@example.com").error().code, "identity.user_not_found");
    EXPECT_EQ(find("nonsense").error().code, "identity.user_not_found");
    EXPECT_EQ(user("bob@example.com", "short").error().code, "identity.weak_password");
    for (const char* email :
         {"", "bob", "@example.com", "bob@", "a@b@c", "bö@example.com", "a b@c"}) {
        EXPECT_EQ(user(email).error().code, "identity.bad_email") << email;
    }
    EXPECT_EQ(
        number(
            "accubooks_ops",
            "select count(*) from platform.app_user where password_hash like '$argon2id$%'"
        ),
        1
    );
}

TEST_F(DirectoryTest, ChangesTheRoleOfAMember) {
    const auto books = tenant();
    const auto ada = user("ada@example.com").value();
    const auto add = [&](base::Uuid whom, base::TenantId where, Role role) {
        return house.await(house.directory.add_member(whom, where, role, TestHouse::deadline()));
    };
    EXPECT_TRUE(add(ada, books, Role::viewer).has_value());
    EXPECT_TRUE(add(ada, books, Role::owner).has_value());
    EXPECT_EQ(
        number("accubooks_ops", "select count(*) from platform.membership where role = 'owner'"), 1
    );
    EXPECT_EQ(add(ada, {books.value + 1}, Role::owner).error().code, "identity.tenant_not_found");
    EXPECT_EQ(add(base::Uuid{}, books, Role::owner).error().code, "identity.user_not_found");
}

TEST_F(DirectoryTest, KeepsATokensDigestAndNotItsSecret) {
    const auto books = tenant();
    const auto issued =
        token({.tenant = books, .role = Role::viewer, .label = "till", .created_by = "operator"})
            .value();
    EXPECT_TRUE(api_token_digest(issued.secret).has_value());
    EXPECT_EQ(
        number(
            "accubooks_ops",
            fmt::format(
                "select count(*) from platform.api_token t where t.token_digest = decode('{}', "
                "'hex')",
                base::to_hex(base::sha256(issued.secret))
            )
        ),
        1
    );
    EXPECT_EQ(
        number(
            "accubooks_ops",
            fmt::format(
                "select count(*) from platform.api_token t where t::text like '%{}%'",
                issued.secret.substr(3, 20)
            )
        ),
        0
    );
}

TEST_F(DirectoryTest, RefusesTokensOfNoUse) {
    const auto books = tenant();
    EXPECT_EQ(
        token({.tenant = {books.value + 1}, .label = "a", .created_by = "operator"}).error().code,
        "identity.tenant_not_found"
    );
    EXPECT_EQ(
        token({.tenant = books, .label = "", .created_by = "operator"}).error().code,
        "identity.bad_name"
    );
    EXPECT_EQ(
        token({.tenant = books,
               .label = "a",
               .created_by = "operator",
               .expires_at = house.clock.now()})
            .error()
            .code,
        "identity.already_expired"
    );
}

TEST_F(DirectoryTest, ListsTheTokensOfOneTenantInOrder) {
    const auto books = tenant();
    const auto others = tenant("Others");
    for (const char* label : {"a", "b", "c"}) {
        house.clock.advance(std::chrono::seconds{1});
        token({.tenant = books, .label = label, .created_by = "operator"}).value();
    }
    const auto foreign = token({.tenant = others, .label = "x", .created_by = "operator"}).value();
    const auto list = [&](std::optional<base::Uuid> after, std::int64_t limit) {
        return house.await(house.directory.list_tokens(books, after, limit, TestHouse::deadline()));
    };
    const auto first = list({}, 2);
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first[0].label, "a");
    EXPECT_EQ(first[1].label, "b");
    const auto rest = list(first[1].token_id, 2);
    ASSERT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest[0].label, "c");
    EXPECT_EQ(rest[0].created_at, house.clock.now());

    const auto revoke = [&](base::Uuid id) {
        return house.await(house.directory.revoke_token(books, id, {}, TestHouse::deadline()));
    };
    EXPECT_EQ(revoke(foreign.token.token_id).error().code, "identity.token_not_found");
    EXPECT_TRUE(revoke(rest[0].token_id).has_value());
    const auto revoked_at = list(first[1].token_id, 2)[0].revoked_at;
    EXPECT_EQ(revoked_at, house.clock.now());
    house.clock.advance(std::chrono::seconds{1});
    EXPECT_TRUE(revoke(rest[0].token_id).has_value());
    EXPECT_EQ(list(first[1].token_id, 2)[0].revoked_at, revoked_at);
}

TEST_F(DirectoryTest, IsClosedToTheApplicationsRole) {
    const char* refused[] = {
        "select count(*) from platform.session",
        "select count(*) from platform.api_token",
        "select count(password_hash) from platform.app_user",
        "select count(email) from platform.app_user",
        "select count(name) from platform.tenant",
        "select count(user_id) from platform.membership",
        "select count(*) from (select u.* from platform.app_user u) x",
        "select platform.create_tenant('a', 'USD', 2::smallint, 'USD')",
        "with gone as (delete from platform.membership returning 1) select count(*) from gone",
        "with made as (insert into platform.api_token select * from platform.api_token returning "
        "1) "
        "select count(*) from made",
    };
    for (const char* sql : refused) {
        SCOPED_TRACE(sql);
        try {
            number("accubooks_app", sql);
            ADD_FAILURE() << "was not refused";
        } catch (const pg::Failure& failure) {
            EXPECT_EQ(failure.sqlstate(), "42501");
        }
    }
}

}  // namespace
}  // namespace accubooks::identity
