#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "reports/balance_sheet.h"
#include "reports/income_statement.h"
#include "reports/internal/posted_books_test.h"

namespace accubooks::reports {
namespace {

class StatementTest : public ::testing::Test, protected PostedBooks {
protected:
    Statement income(DateRange range, Comparison comparison = {}, const Scope& scope = {}) {
        return *books.await(
            income_statement(books.pool, tenant, {range, comparison, scope}, TestBooks::deadline())
        );
    }
    Statement sheet(DateRange range, Comparison comparison = {}, const Scope& scope = {}) {
        return *books.await(
            balance_sheet(books.pool, tenant, {range, comparison, scope}, TestBooks::deadline())
        );
    }
    static Total total(const Statement& statement, std::string_view name) {
        const auto found = std::ranges::find(statement.sections, name, &StatementSection::name);
        return found->totals.base.at(0);
    }
};

/// What each type of account holds in USD of the entries from `first` to `last`, debit positive.
std::map<std::int64_t, Total> held(
    const std::vector<Entry>& entries, base::Date first, base::Date last
) {
    std::map<std::int64_t, Total> sums;
    for (const Entry& entry : entries) {
        if (first <= entry.date && entry.date <= last) {
            for (const Line& line : entry.lines) {
                sums[line.account.value] += line.base_amount;
            }
        }
    }
    return sums;
}

TEST_F(StatementTest, AgreeWithAddingUpEveryLineForRandomRangesAndParts) {
    const std::vector<Entry> all = random_entries(300);
    post(all);
    // In the order in which random_entries makes them.
    constexpr std::int64_t kAsset = 1, kLiability = 2, kEquity = 3, kRevenue = 4, kExpense = 5;
    const base::Date begin = day("0001-01-01");
    for (int at = 0; at < 40; ++at) {
        base::Date from = random_day();
        base::Date to = random_day();
        if (to < from) {
            std::swap(from, to);
        }
        const Scope scope = random_scope(300);
        SCOPED_TRACE(to_string(DateRange{from, to}) + ", " + to_string(scope));
        const std::vector<Entry> entries = in_scope(all, scope, {from, to});
        auto of_range = held(entries, from, to);
        auto of_all = held(entries, begin, to);
        const Total earned = -of_range[kRevenue] - of_range[kExpense];

        const Statement statement = income({from, to}, {}, scope);
        EXPECT_TRUE(total(statement, "revenue") == -of_range[kRevenue]);
        EXPECT_TRUE(total(statement, "operating_expenses") == of_range[kExpense]);
        EXPECT_TRUE(total(statement, "net_income") == earned);
        EXPECT_TRUE(statement.balanced);

        const Statement balance = sheet({from, to}, {}, scope);
        EXPECT_TRUE(total(balance, "assets") == of_all[kAsset]);
        EXPECT_TRUE(total(balance, "liabilities") == -of_all[kLiability]);
        EXPECT_TRUE(total(balance, "equity_accounts") == -of_all[kEquity]);
        EXPECT_TRUE(total(balance, "current_year_earnings") == earned);
        EXPECT_TRUE(
            total(balance, "prior_years_unclosed") == -of_all[kRevenue] - of_all[kExpense] - earned
        );
        EXPECT_TRUE(balance.balanced);
    }
}

TEST_F(StatementTest, ABalanceSheetIsOfTheFiscalYearThatHoldsItsLastDay) {
    const auto bank = books.account(tenant, {.code = "1"});
    const auto sales = books.account(tenant, {.code = "4", .type = "revenue"});
    post({move(5, day("2025-12-31"), sales, bank), move(7, day("2026-01-01"), sales, bank)});
    const Statement now = sheet({});
    EXPECT_EQ(now.columns.front(), (DateRange{day("2026-01-01"), day("2026-01-01")}));
    EXPECT_TRUE(total(now, "prior_years_unclosed") == 5);
    EXPECT_TRUE(total(now, "current_year_earnings") == 7);
    const Statement before = sheet({.to = day("2025-12-31")});
    EXPECT_TRUE(total(before, "current_year_earnings") == 5);
    const Statement fiscal = sheet({.from = day("2025-07-01"), .to = day("2026-06-30")});
    EXPECT_TRUE(total(fiscal, "current_year_earnings") == 12);
    // From the day on which the tenant's fiscal years begin.
    books.tamper("update books.ledger set year_starts_month = 7, year_starts_day = 1");
    const Statement of_tenant = sheet({}, {.earlier = 1});
    EXPECT_EQ(of_tenant.columns[0], (DateRange{day("2025-07-01"), day("2026-01-01")}));
    EXPECT_EQ(of_tenant.columns[1], (DateRange{day("2024-07-01"), day("2025-06-30")}));
    EXPECT_TRUE(total(of_tenant, "prior_years_unclosed") == 0);
    EXPECT_TRUE(total(of_tenant, "current_year_earnings") == 12);
}

TEST_F(StatementTest, TheEquityOfABalanceSheetIsTheSameWithClosingEntriesAndWithout) {
    const auto bank = books.account(tenant, {.code = "1"});
    const auto retained = books.account(tenant, {.code = "3", .type = "equity"});
    const auto sales = books.account(tenant, {.code = "4", .type = "revenue"});
    Entry closing = move(5, day("2025-12-31"), retained, sales);
    closing.tags.emplace("closing", "2025");
    post({move(5, day("2025-06-30"), sales, bank), closing});
    const Scope include{.closing = Closing::include};
    // Of the year itself, a closing entry is what has moved its earnings, or it isn't there.
    const DateRange year{day("2025-01-01"), day("2025-12-31")};
    const Statement with = sheet(year, {}, include);
    const Statement without = sheet(year);
    EXPECT_TRUE(total(with, "equity_accounts") == 5 && total(with, "current_year_earnings") == 0);
    EXPECT_TRUE(total(without, "equity_accounts") == 0);
    EXPECT_TRUE(total(without, "current_year_earnings") == 5);
    EXPECT_TRUE(total(with, "equity") == total(without, "equity"));
    EXPECT_TRUE(total(income(year), "net_income") == 5);
    // For every later one the year is closed, and nothing of it unclosed.
    for (const Scope& scope : {Scope{}, include}) {
        const Statement next = sheet({day("2026-01-01"), day("2026-12-31")}, {}, scope);
        EXPECT_TRUE(total(next, "equity_accounts") == 5);
        EXPECT_TRUE(total(next, "prior_years_unclosed") == 0);
        EXPECT_TRUE(total(next, "current_year_earnings") == 0);
    }
}

TEST_F(StatementTest, OfEmptyBooksAreZeroAndHold) {
    for (const Statement& statement : {income({}), sheet({})}) {
        EXPECT_TRUE(statement.balanced);
        for (const StatementSection& section : statement.sections) {
            EXPECT_TRUE(section.rows.empty());
            EXPECT_TRUE(section.totals.base == std::vector<Total>{0});
        }
    }
}

TEST_F(StatementTest, RefuseRangesThatEndFirstAndBooksThatAreNotThere) {
    const DateRange backwards{.from = day("2026-02-01"), .to = day("2026-01-31")};
    for (auto make : {income_statement, balance_sheet}) {
        const auto refused =
            books.await(make(books.pool, tenant, {backwards}, TestBooks::deadline()));
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().code, "reports.bad_range");
        const auto none =
            books.await(make(books.pool, base::TenantId{999}, {}, TestBooks::deadline()));
        ASSERT_FALSE(none.has_value());
        EXPECT_EQ(none.error().code, "ledger.no_books");
    }
}

TEST_F(StatementTest, ABalanceSheetIsComparedWithYearsBeforeOrTheSameDayOfThem) {
    const auto bank = books.account(tenant, {.code = "1"});
    const auto sales = books.account(tenant, {.code = "4", .type = "revenue"});
    post({
        move(1, day("2024-12-31"), sales, bank),
        move(2, day("2025-03-31"), sales, bank),
        move(4, day("2025-04-01"), sales, bank),
        move(8, day("2026-03-31"), sales, bank),
    });
    const auto assets = [](const Statement& statement) {
        return statement.sections.front().totals.base;
    };
    const Statement years = sheet({.to = day("2026-03-31")}, {.earlier = 2});
    EXPECT_EQ(years.columns[1], (DateRange{day("2025-01-01"), day("2025-12-31")}));
    EXPECT_EQ(years.columns[2], (DateRange{day("2024-01-01"), day("2024-12-31")}));
    EXPECT_TRUE(assets(years) == (std::vector<Total>{15, 7, 1}));
    const Statement days =
        sheet({.to = day("2026-03-31")}, {.earlier = 2, .with = CompareWith::year});
    EXPECT_EQ(days.columns[1], (DateRange{day("2025-01-01"), day("2025-03-31")}));
    EXPECT_TRUE(assets(days) == (std::vector<Total>{15, 3, 0}));
    const Statement quarters =
        sheet({.to = day("2026-03-31")}, {.earlier = 2, .with = CompareWith::quarter});
    EXPECT_EQ(quarters.columns[1], (DateRange{day("2025-01-01"), day("2025-12-31")}));
    EXPECT_EQ(quarters.columns[2], (DateRange{day("2025-01-01"), day("2025-09-30")}));
    EXPECT_TRUE(assets(quarters) == (std::vector<Total>{15, 7, 7}));
    EXPECT_TRUE(days.balanced && years.balanced && quarters.balanced);
}

}  // namespace
}  // namespace accubooks::reports
