#include <algorithm>
#include <map>
#include <stdexcept>
#include <tuple>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "reports/general_ledger.h"
#include "reports/internal/posted_books_test.h"

namespace accubooks::reports {
namespace {

class GeneralLedgerTest : public ::testing::Test, protected PostedBooks {
protected:
    base::Result<GeneralLedger> result(LedgerQuery query) {
        if (query.lines_max == 0) {
            query.lines_max = 10'000;
        }
        return books.await(general_ledger(books.pool, tenant, query, TestBooks::deadline()));
    }
    GeneralLedger ledger(LedgerQuery query) {
        auto made = result(std::move(query));
        EXPECT_TRUE(made.has_value());
        return *std::move(made);
    }
};

/// What a ledger shows of an account's lines: number, line, and the balance in both units.
using Lines = std::vector<std::tuple<std::int64_t, int, Total, Total>>;
using Accounts = std::map<std::pair<std::int64_t, std::string>, Lines>;

Accounts shown(const GeneralLedger& ledger) {
    Accounts accounts;
    for (const AccountLedger& of : ledger.accounts) {
        Lines& lines = accounts[{of.account.account.value, of.account.commodity.code}];
        for (const LedgerLine& line : of.lines) {
            lines.emplace_back(line.number.value, line.line, line.balance, line.base_balance);
        }
    }
    return accounts;
}

/// The same as one reads its definition. Entries are numbered as they stand, from 1.
Accounts added_up(const std::vector<Entry>& entries, base::Date from, base::Date to) {
    std::vector<std::size_t> order(entries.size());
    for (std::size_t at = 0; at < order.size(); ++at) {
        order[at] = at;
    }
    std::ranges::sort(order, {}, [&](std::size_t at) { return std::pair{entries[at].date, at}; });
    std::map<std::pair<std::int64_t, std::string>, std::pair<Total, Total>> balances;
    Accounts accounts;
    for (const std::size_t at : order) {
        int number = 0;
        for (const Line& line : entries[at].lines) {
            ++number;
            if (entries[at].date > to) {
                continue;
            }
            const std::pair key{line.account.value, line.commodity};
            auto& [balance, base_balance] = balances[key];
            balance += line.amount;
            base_balance += line.base_amount;
            if (entries[at].date >= from) {
                accounts[key].emplace_back(
                    static_cast<std::int64_t>(at) + 1, number, balance, base_balance
                );
            }
        }
    }
    for (const auto& [key, balance] : balances) {
        if (balance != std::pair<Total, Total>{}) {
            accounts[key];  // with an opening alone
        }
    }
    return accounts;
}

TEST_F(GeneralLedgerTest, AgreesWithAddingUpEveryLineForRandomRangesAndParts) {
    const std::vector<Entry> entries = random_entries(300);
    post(entries);
    for (int at = 0; at < 30; ++at) {
        base::Date from = random_day();
        base::Date to = random_day();
        if (to < from) {
            std::swap(from, to);
        }
        const Scope scope = random_scope(300);
        SCOPED_TRACE(to_string(DateRange{from, to}) + ", " + to_string(scope));
        const auto expected = added_up(in_scope(entries, scope, {from, to}), from, to);
        const GeneralLedger whole = ledger({.range = {from, to}, .scope = scope});
        EXPECT_TRUE(shown(whole) == expected);
        EXPECT_TRUE(whole.balanced());
        EXPECT_TRUE(std::ranges::is_sorted(whole.accounts, {}, [](const AccountLedger& of) {
            return std::pair{of.account.code, of.account.commodity.code};
        }));
        const std::int64_t account = 1 + below(5);
        const GeneralLedger one =
            ledger({.range = {from, to}, .scope = scope, .account = base::AccountId{account}});
        EXPECT_TRUE(one.balanced());
        auto rest = expected;
        std::erase_if(rest, [account](const auto& each) { return each.first.first != account; });
        EXPECT_TRUE(shown(one) == rest);
    }
}

TEST_F(GeneralLedgerTest, NamesTheCounterAccountWhereThereIsExactlyOne) {
    const auto bank = books.account(tenant, {.code = "1"});
    const auto sales = books.account(tenant, {.code = "4", .type = "revenue"});
    const auto tax = books.account(tenant, {.code = "2", .type = "liability"});
    Entry taxed = move(5, day("2026-01-02"), sales, bank);
    taxed.lines.push_back({.account = bank, .commodity = "USD", .amount = 1, .base_amount = 1});
    taxed.lines.push_back({.account = tax, .commodity = "USD", .amount = -1, .base_amount = -1});
    post({move(5, day("2026-01-01"), sales, bank), taxed});
    const GeneralLedger statement = ledger({.account = std::string{"1"}});
    ASSERT_EQ(statement.accounts.size(), 1U);
    const auto& lines = statement.accounts[0].lines;
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0].counter_account, "4");
    EXPECT_EQ(lines[1].counter_account, std::nullopt);
}

TEST_F(GeneralLedgerTest, ShowsAnAccountThatHasAnOpeningAndNothingElse) {
    const auto bank = books.account(tenant, {.code = "1"});
    const auto sales = books.account(tenant, {.code = "4", .type = "revenue"});
    post({move(5, day("2026-01-01"), sales, bank)});
    const GeneralLedger later = ledger({.range = {.from = day("2026-02-01")}});
    ASSERT_EQ(later.accounts.size(), 2U);
    EXPECT_TRUE(later.accounts[0].account.opening == 5);
    EXPECT_TRUE(later.accounts[0].lines.empty());
    EXPECT_TRUE(later.balanced());
    const GeneralLedger earlier = ledger({.range = {.to = day("2025-12-31")}});
    EXPECT_TRUE(earlier.accounts.empty());
}

TEST_F(GeneralLedgerTest, HoldsOnTheLastDayThereIsAndShowsLinesOfNothing) {
    const auto bank = books.account(tenant, {.code = "1", .imported = true});
    const auto sales = books.account(tenant, {.code = "4", .imported = true});
    post({move(0, day("9999-12-31"), sales, bank)});
    const GeneralLedger whole = ledger({});
    ASSERT_EQ(whole.accounts.size(), 2U);
    EXPECT_EQ(whole.accounts[0].lines.size(), 1U);
    EXPECT_TRUE(whole.balanced());
}

TEST_F(GeneralLedgerTest, SaysWhenTheLinesDoNotLeadToTheKeptClosing) {
    const auto bank = books.account(tenant, {.code = "1"});
    const auto sales = books.account(tenant, {.code = "4", .type = "revenue"});
    post({move(5, day("2026-01-01"), sales, bank)});
    books.tamper("update books.account_balance set debit = debit + 1 where account_id = 1");
    const GeneralLedger broken = ledger({});
    EXPECT_FALSE(broken.balanced());
    EXPECT_NE(to_table(broken, Shown::base).find("run accubooks verify"), std::string::npos);
}

TEST_F(GeneralLedgerTest, FailsWhereRowPoliciesOfSomebodysHideAnAccount) {
    const auto bank = books.account(tenant, {.code = "1"});
    const auto sales = books.account(tenant, {.code = "4", .type = "revenue"});
    post({move(5, day("2026-01-01"), sales, bank)});
    books.database.run_script(
        "postgres",
        "create policy hides on books.account as restrictive for select using (code <> '4')"
    );
    EXPECT_THROW((void)result({}), std::runtime_error);
}

TEST_F(GeneralLedgerTest, RefusesMoreLinesThanOneTakes) {
    const auto bank = books.account(tenant, {.code = "1"});
    const auto sales = books.account(tenant, {.code = "4", .type = "revenue"});
    post({move(5, day("2026-01-01"), sales, bank), move(5, day("2026-01-01"), sales, bank)});
    EXPECT_TRUE(result({.lines_max = 4}).has_value());
    const auto refused = result({.lines_max = 3});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "reports.too_many_lines");
}

TEST_F(GeneralLedgerTest, RefusesAnAccountThatIsNotThere) {
    const auto stranger = books.tenant();
    const auto foreign = books.account(stranger, {.code = "theirs"});
    for (const LedgerQuery& query :
         {LedgerQuery{.account = base::AccountId{foreign.value}},
          LedgerQuery{.account = std::string{"theirs"}}}) {
        const auto refused = result(query);
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().code, "ledger.account_not_found");
    }
}

}  // namespace
}  // namespace accubooks::reports
