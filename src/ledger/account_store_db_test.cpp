#include <gtest/gtest.h>

#include "ledger/account_store.h"
#include "ledger/chart.h"
#include "ledger/internal/house_test.h"

namespace accubooks::ledger {
namespace {

class AccountStoreTest : public ::testing::Test {
protected:
    base::Result<std::vector<Account>> insert(std::vector<NewAccount> accounts) {
        const auto task = [](pg::Pool& pool, base::TenantId tenant, std::vector<NewAccount> wanted
                          ) -> base::Task<base::Result<std::vector<Account>>> {
            auto transaction = co_await pg::TenantTransaction::begin(
                pool, tenant, pg::Access::read_write, TestLedger::deadline()
            );
            std::vector<AccountToInsert> rows;
            for (NewAccount& account : wanted) {
                rows.push_back({.account = std::move(account)});
            }
            auto made = co_await insert_accounts(transaction, std::move(rows));
            if (made) {
                co_await transaction.commit();
            }
            co_return made;
        };
        return house.await(task(house.pool, books.id, std::move(accounts)));
    }

    base::Result<Account> change(base::AccountId id, AccountChange change) {
        const auto task =
            [](pg::Pool& pool, base::TenantId tenant, base::AccountId id, AccountChange change
            ) -> base::Task<base::Result<Account>> {
            auto transaction = co_await pg::TenantTransaction::begin(
                pool, tenant, pg::Access::read_write, TestLedger::deadline()
            );
            auto changed = co_await change_account(transaction, id, std::move(change));
            if (changed) {
                co_await transaction.commit();
            }
            co_return changed;
        };
        return house.await(task(house.pool, books.id, id, std::move(change)));
    }

    std::int64_t accounts() { return house.number("select count(*) from books.account"); }

    TestLedger house;
    TestLedger::Tenant books = house.open_books();
};

TEST_F(AccountStoreTest, GivesIdsInOrderAndKnowsParentsOfTheSameCall) {
    const auto made = insert(
        {{.code = "A", .name = "Root", .type = AccountType::expense, .subtype = "cogs"},
         {.code = "B", .name = "Child", .type = AccountType::expense, .parent_code = "A"},
         {.code = "C", .name = "Dollars", .commodity = "USD"}}
    );
    ASSERT_TRUE(made.has_value());
    ASSERT_EQ(made->size(), 3U);
    EXPECT_EQ(made->at(1).id.value, made->at(0).id.value + 1);
    EXPECT_EQ(made->at(1).parent, made->at(0).id);
    const auto all = house.await(load_books(house.pool, books.id, TestLedger::deadline()));
    ASSERT_TRUE(all.has_value());
    const Account& root = all->accounts.at(made->at(0).id);
    EXPECT_EQ(root.name, "Root");
    EXPECT_EQ(root.type, AccountType::expense);
    EXPECT_EQ(root.subtype, "cogs");
    EXPECT_TRUE(root.active);
    EXPECT_FALSE(root.imported);
    EXPECT_EQ(all->accounts.at(made->at(2).id).commodity, "USD");
    EXPECT_TRUE(insert({})->empty());
}

TEST_F(AccountStoreTest, RefusesWhatTheBooksForbidAndKeepsNothingOfIt) {
    ASSERT_TRUE(house.post(books.id, house.posting(house.sale(books, 1), "key")).has_value());
    std::vector<NewAccount> chain;
    for (int depth = 0; depth < 102; ++depth) {
        chain.push_back({.code = fmt::format("deep {:03}", depth), .name = "N"});
        if (depth > 0) {
            chain.back().parent_code = fmt::format("deep {:03}", depth - 1);
        }
    }
    struct Case {
        const char* name;
        std::vector<NewAccount> accounts;
        std::string_view code;
        base::ErrorKind kind;
        const char* pointer;
    };
    using enum base::ErrorKind;
    const Case cases[] = {
        {"a code that is there",
         {{.code = "1000", .name = "N"}},
         "ledger.account_exists",
         conflict,
         "/code"},
        {"a code twice in one call",
         {{.code = "X", .name = "N"}, {.code = "X", .name = "N"}},
         "ledger.account_exists",
         conflict,
         "/code"},
        {"a parent that isn't there",
         {{.code = "X", .name = "N", .parent_code = "Y"}},
         "ledger.unknown_parent",
         invalid,
         "/parent_code"},
        {"a commodity that isn't there",
         {{.code = "X", .name = "N", .commodity = "XAU"}},
         "ledger.unknown_commodity",
         invalid,
         "/commodity"},
        {"a parent with entries",
         {{.code = "X", .name = "N", .parent_code = "1000"}},
         "ledger.parent_has_lines",
         conflict,
         "/parent_code"},
        {"too deep", chain, "ledger.account_too_deep", invalid, "/parent_code"},
    };
    const std::int64_t before = accounts();
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto made = insert(c.accounts);
        ASSERT_FALSE(made.has_value());
        EXPECT_EQ(made.error().code, c.code);
        EXPECT_EQ(made.error().kind, c.kind);
        ASSERT_EQ(made.error().fields.size(), 1U);
        EXPECT_EQ(made.error().fields[0].pointer, c.pointer);
        EXPECT_EQ(accounts(), before);
    }
}

TEST_F(AccountStoreTest, ChangesWhatIsGivenAndKeepsTheRest) {
    const Account cash = insert({{.code = "N", .name = "Cash", .subtype = "cash"}})->front();
    const auto renamed = change(cash.id, {.name = "Till"});
    ASSERT_TRUE(renamed.has_value());
    EXPECT_EQ(renamed->name, "Till");
    EXPECT_EQ(renamed->subtype, "cash");
    EXPECT_TRUE(renamed->active);
    const auto ended = change(cash.id, {.subtype = "", .active = false});
    ASSERT_TRUE(ended.has_value());
    EXPECT_EQ(ended->name, "Till");
    EXPECT_EQ(ended->subtype, "");
    EXPECT_FALSE(ended->active);
    EXPECT_TRUE(change(cash.id, {.active = true})->active);
}

TEST_F(AccountStoreTest, RefusesToEndAnAccountThatHoldsSomething) {
    ASSERT_TRUE(house.post(books.id, house.posting(house.sale(books, 1), "key")).has_value());
    const auto refused = change(books.bank, {.name = "Old bank", .active = false});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "ledger.account_has_balance");
    EXPECT_EQ(refused.error().kind, base::ErrorKind::conflict);
    EXPECT_EQ(house.number("select count(*) from books.account where name = 'Old bank'"), 0);
}

TEST_F(AccountStoreTest, GivesManyWritersDifferentIds) {
    std::vector<base::Task<base::Result<std::vector<Account>>>> tasks;
    const auto task = [](pg::Pool& pool, base::TenantId tenant, std::string code
                      ) -> base::Task<base::Result<std::vector<Account>>> {
        auto transaction = co_await pg::TenantTransaction::begin(
            pool, tenant, pg::Access::read_write, TestLedger::deadline()
        );
        std::vector<AccountToInsert> rows;
        rows.push_back({.account = {.code = std::move(code), .name = "N"}});
        auto made = co_await insert_accounts(transaction, std::move(rows));
        co_await transaction.commit();
        co_return made;
    };
    for (int at = 0; at < 20; ++at) {  // every code is sent twice
        tasks.push_back(task(house.pool, books.id, fmt::format("N{}", at / 2)));
    }
    std::size_t made = 0;
    for (const auto& result : house.await_all(std::move(tasks))) {
        made += result ? 1 : 0;
        EXPECT_TRUE(result || result.error().code == "ledger.account_exists");
    }
    EXPECT_EQ(made, 10U);
}

TEST_F(AccountStoreTest, OneOfSeveralChartsAtOnceIsMadeAndNoneWhereThereAreAccounts) {
    using Made = base::Result<std::optional<std::vector<Account>>>;
    const auto task = [](pg::Pool& pool, base::TenantId tenant, std::string chart
                      ) -> base::Task<Made> {
        auto transaction = co_await pg::TenantTransaction::begin(
            pool, tenant, pg::Access::read_write, TestLedger::deadline()
        );
        auto made = co_await insert_chart(transaction, chart_named(chart, "USD").value());
        co_await transaction.commit();
        co_return made;
    };
    const base::TenantId empty = house.tenant();
    std::vector<base::Task<Made>> tasks;
    for (const char* chart : {"us", "uk", "de", "minimal", "us", "uk"}) {
        tasks.push_back(task(house.pool, empty, chart));
    }
    std::size_t made = 0;
    std::size_t charts = 0;
    for (const auto& result : house.await_all(std::move(tasks))) {
        ASSERT_TRUE(result) << result.error().detail;
        made += *result ? (*result)->size() : 0;
        charts += *result ? 1 : 0;
    }
    EXPECT_EQ(charts, 1U);
    EXPECT_EQ(
        house.number(
            fmt::format("select count(*) from books.account where tenant_id = {}", empty.value)
        ),
        static_cast<std::int64_t>(made)
    );
    const std::int64_t before = accounts();
    EXPECT_FALSE(*house.await(task(house.pool, books.id, "us")));
    EXPECT_EQ(accounts(), before);
}

}  // namespace
}  // namespace accubooks::ledger
