#include "reports/statement.h"

#include <algorithm>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/json.h"
#include "reports/balance_sheet.h"
#include "reports/csv.h"
#include "reports/income_statement.h"

namespace accubooks::reports {
namespace {

using ledger::AccountType;

const base::Commodity kUsd{.code = "USD", .scale = 2};
const base::Commodity kEur{.code = "EUR", .scale = 2};

base::Date day(std::string_view text) {
    return *base::Date::parse(text);
}

/// What happened to an account in a year, in cents: what was there before, and what came to it.
struct Moved {
    std::string code;
    AccountType type;
    std::string subtype;
    Total opening = 0;
    Total movement = 0;
    base::Commodity commodity = kUsd;
    bool is_valued = true;
};

TrialBalance year_of(const std::vector<Moved>& accounts, std::string_view year = "2026") {
    TrialBalance balance;
    balance.range = {
        .from = day(std::string{year} + "-01-01"), .to = day(std::string{year} + "-12-31")
    };
    balance.base = kUsd;
    balance.last_entry = base::EntryNumber{42};
    for (const Moved& moved : accounts) {
        TrialBalanceRow row{
            .account = base::AccountId{std::stoll(moved.code)},
            .code = moved.code,
            .path = "Account " + moved.code,
            .type = moved.type,
            .subtype = moved.subtype,
            .commodity = moved.commodity,
            .opening = moved.opening,
            .debit = std::max<Total>(moved.movement, 0),
            .credit = std::max<Total>(-moved.movement, 0),
            .closing = moved.opening + moved.movement,
        };
        if (moved.is_valued) {
            row.base_opening = row.opening;
            row.base_debit = row.debit;
            row.base_credit = row.credit;
            row.base_closing = row.closing;
        }
        balance.opening += row.base_opening;
        balance.debit += row.base_debit;
        balance.credit += row.base_credit;
        balance.closing += row.base_closing;
        balance.rows.push_back(std::move(row));
    }
    return balance;
}

/// A first year: income 50,000.00 and expense 38,250.40, of which something in every section.
std::vector<Moved> first_year() {
    return {
        {"1000", AccountType::asset, "bank", 0, 2'174'960},
        {"2000", AccountType::liability, "payable", 0, -500'000},
        {"3000", AccountType::equity, "capital", 0, -500'000},
        {"4000", AccountType::revenue, "sales", 0, -4'950'000},
        {"4900", AccountType::revenue, "discount_given", 0, 50'000},
        {"4950", AccountType::revenue, "fx_gain", 0, -100'000},
        {"5000", AccountType::expense, "cogs", 0, 2'000'000},
        {"6000", AccountType::expense, "payroll", 0, 1'500'000},
        {"6400", AccountType::expense, "", 0, 300'000},
        {"6500", AccountType::expense, "interest", 0, 25'040},
    };
}

const StatementSection& section(const Statement& statement, std::string_view name) {
    const auto found = std::ranges::find(statement.sections, name, &StatementSection::name);
    EXPECT_NE(found, statement.sections.end()) << name;
    return *found;
}

Total total(const Statement& statement, std::string_view name, std::size_t column = 0) {
    return section(statement, name).totals.base.at(column);
}

TEST(IncomeStatement, GoesFromRevenueToNetIncome) {
    const Statement statement = income_statement_of({year_of(first_year())});
    EXPECT_TRUE(total(statement, "revenue") == 4'900'000);
    EXPECT_TRUE(total(statement, "cost_of_sales") == 2'000'000);
    EXPECT_TRUE(total(statement, "gross_profit") == 2'900'000);
    EXPECT_TRUE(total(statement, "operating_expenses") == 1'800'000);
    EXPECT_TRUE(total(statement, "operating_profit") == 1'100'000);
    EXPECT_TRUE(total(statement, "other_income") == 100'000);
    EXPECT_TRUE(total(statement, "other_expenses") == 25'040);
    EXPECT_TRUE(total(statement, "net_income") == 1'174'960);
    EXPECT_TRUE(statement.balanced);
    const auto& discount = section(statement, "revenue").rows.at(1);
    EXPECT_EQ(discount.code, "4900");
    EXPECT_TRUE(discount.amounts.at(0) == -50'000);  // contra is minus
}

TEST(IncomeStatement, IsOfTheRangeAloneWhateverCameBefore) {
    auto accounts = first_year();
    for (Moved& moved : accounts) {
        moved.opening = 7 * moved.movement;
    }
    EXPECT_TRUE(total(income_statement_of({year_of(accounts)}), "net_income") == 1'174'960);
}

TEST(BalanceSheet, ShowsEarningsThatNobodyClosed) {
    const Statement statement = balance_sheet_of({year_of(first_year())});
    EXPECT_TRUE(total(statement, "assets") == 2'174'960);
    EXPECT_TRUE(total(statement, "liabilities") == 500'000);
    EXPECT_TRUE(total(statement, "equity_accounts") == 500'000);
    EXPECT_TRUE(total(statement, "prior_years_unclosed") == 0);
    EXPECT_TRUE(total(statement, "current_year_earnings") == 1'174'960);
    EXPECT_TRUE(total(statement, "equity") == 1'674'960);
    EXPECT_TRUE(total(statement, "liabilities_and_equity") == 2'174'960);
    EXPECT_TRUE(statement.balanced);
}

TEST(BalanceSheet, IsTheSameAfterTheYearIsClosed) {
    auto accounts = first_year();
    Total earned = 0;
    for (Moved& moved : accounts) {
        if (moved.type == AccountType::revenue || moved.type == AccountType::expense) {
            earned -= moved.movement;
            moved.movement = 0;
        }
    }
    ASSERT_TRUE(earned == 1'174'960);
    accounts.push_back({"3200", AccountType::equity, "retained", 0, -earned});
    const Statement statement = balance_sheet_of({year_of(accounts)});
    EXPECT_TRUE(total(statement, "current_year_earnings") == 0);
    EXPECT_TRUE(total(statement, "equity_accounts") == 1'674'960);
    EXPECT_TRUE(total(statement, "equity") == 1'674'960);
    EXPECT_TRUE(statement.balanced);
}

TEST(BalanceSheet, TellsThisYearsEarningsFromThoseBefore) {
    auto accounts = first_year();
    for (Moved& moved : accounts) {
        moved.opening = moved.movement;
    }
    const Statement statement = balance_sheet_of({year_of(accounts)});
    EXPECT_TRUE(total(statement, "prior_years_unclosed") == 1'174'960);
    EXPECT_TRUE(total(statement, "current_year_earnings") == 1'174'960);
    EXPECT_TRUE(total(statement, "liabilities_and_equity") == 2 * 2'174'960);
    EXPECT_TRUE(statement.balanced);
}

TEST(Statement, SaysWhenItsAssertionDoesNotHold) {
    auto accounts = first_year();
    accounts.front().movement += 1;
    const TrialBalance broken = year_of(accounts);
    for (const Statement& statement : {income_statement_of({broken}), balance_sheet_of({broken})}) {
        EXPECT_FALSE(statement.balanced);
        EXPECT_NE(to_table(statement, Shown::base).find("run accubooks verify"), std::string::npos);
        EXPECT_NE(to_json(statement).find("\"balanced\":false"), std::string::npos);
    }
}

/// Dollars, euros with a value and euros without, on two accounts.
Statement of_two_currencies() {
    return balance_sheet_of({year_of({
        {"1000", AccountType::asset, "bank", 0, 1000},
        {"1000", AccountType::asset, "bank", 0, 250, kEur},
        {"1100", AccountType::asset, "bank", 0, 700, kEur, false},
        {"3000", AccountType::equity, "capital", 0, -1250},
        {"3900", AccountType::equity, "opening_balance", 0, -700, kEur, false},
    })});
}

TEST(Statement, ShowsWhatHasNoValueBesideTheTotals) {
    const Statement statement = of_two_currencies();
    const StatementSection& assets = section(statement, "assets");
    EXPECT_TRUE(assets.totals.base.at(0) == 1250);
    ASSERT_EQ(assets.totals.unvalued.size(), 1U);
    EXPECT_TRUE(assets.totals.unvalued.at("EUR").amounts.at(0) == 700);
    EXPECT_TRUE(
        section(statement, "liabilities_and_equity").totals.unvalued.at("EUR").amounts.at(0) == 700
    );
    EXPECT_TRUE(statement.balanced);
}

TEST(Statement, IsATableInTheBaseCurrencyOrInEachOfItsOwn) {
    EXPECT_EQ(
        to_table(of_two_currencies(), Shown::base),
        "Balance sheet, without closing entries\n"
        "\n"
        "Code  Account                           Commodity  as of 2026-12-31\n"
        "      Assets\n"
        "1000    Account 1000                    USD                   12.50\n"
        "1100    Account 1100                    EUR                    7.00\n"
        "      Total                             USD                   12.50\n"
        "      Total, unvalued                   EUR                    7.00\n"
        "\n"
        "      Liabilities                       USD                    0.00\n"
        "\n"
        "      Equity accounts\n"
        "3000    Account 3000                    USD                   12.50\n"
        "3900    Account 3900                    EUR                    7.00\n"
        "      Total                             USD                   12.50\n"
        "      Total, unvalued                   EUR                    7.00\n"
        "\n"
        "      Prior years unclosed              USD                    0.00\n"
        "\n"
        "      Current-year earnings             USD                    0.00\n"
        "\n"
        "      Equity                            USD                   12.50\n"
        "      Equity, unvalued                  EUR                    7.00\n"
        "\n"
        "      Liabilities and equity            USD                   12.50\n"
        "      Liabilities and equity, unvalued  EUR                    7.00\n"
        "\n"
        "Assets equal liabilities and equity. As of entry 42.\n"
    );
    const std::string original = to_table(of_two_currencies(), Shown::original);
    EXPECT_NE(
        original.find("1000    Account 1000                    EUR                    2.50\n"),
        std::string::npos
    ) << original;
}

TEST(Statement, IsCsvWithEachSectionsTotal) {
    EXPECT_EQ(
        to_csv(of_two_currencies()),
        "section,account_code,account,commodity,amount,base_amount\n"
        "assets,1000,Account 1000,EUR,2.50,2.50\n"
        "assets,1000,Account 1000,USD,10.00,10.00\n"
        "assets,1100,Account 1100,EUR,7.00,0.00\n"
        "assets,,,USD,12.50,12.50\n"
        "assets,,,EUR,7.00,0.00\n"
        "liabilities,,,USD,0.00,0.00\n"
        "equity_accounts,3000,Account 3000,USD,12.50,12.50\n"
        "equity_accounts,3900,Account 3900,EUR,7.00,0.00\n"
        "equity_accounts,,,USD,12.50,12.50\n"
        "equity_accounts,,,EUR,7.00,0.00\n"
        "prior_years_unclosed,,,USD,0.00,0.00\n"
        "current_year_earnings,,,USD,0.00,0.00\n"
        "equity,,,USD,12.50,12.50\n"
        "equity,,,EUR,7.00,0.00\n"
        "liabilities_and_equity,,,USD,12.50,12.50\n"
        "liabilities_and_equity,,,EUR,7.00,0.00\n"
        ",,Assets equal liabilities and equity. As of entry 42.,,,\n"
    );
}

TEST(Statement, IsJsonWithItsSectionsInOrder) {
    const auto json = base::parse_json(to_json(of_two_currencies()));
    ASSERT_TRUE(json.has_value());
    EXPECT_EQ(json->at("report"), "balance_sheet");
    EXPECT_EQ(json->at("columns").at(0).at("to"), "2026-12-31");
    EXPECT_EQ(json->at("last_entry"), 42);
    const boost::json::value& assets = json->at("sections").at(0);
    EXPECT_EQ(assets.at("name"), "assets");
    const boost::json::value expected_row{
        {"account_id", 1100},
        {"account_code", "1100"},
        {"account", "Account 1100"},
        {"subtype", "bank"},
        {"commodity", "EUR"},
        {"amounts", boost::json::array{"7.00"}},
        {"changes", boost::json::array{}},
        {"percents", boost::json::array{}},
        {"base_amounts", boost::json::array{"0.00"}},
        {"base_changes", boost::json::array{}},
        {"base_percents", boost::json::array{}},
    };
    EXPECT_EQ(assets.at("items").at(2), expected_row);
    EXPECT_EQ(assets.at("base_amounts"), (boost::json::array{"12.50"}));
    EXPECT_EQ(assets.at("unvalued").at(0).at("amounts"), (boost::json::array{"7.00"}));
}

TEST(Statement, IsComparedColumnByColumn) {
    const TrialBalance now = year_of({
        {"4000", AccountType::revenue, "sales", 0, -1500},
        {"1000", AccountType::asset, "bank", 0, 1500},
    });
    const TrialBalance before = year_of(
        {
            {"4000", AccountType::revenue, "sales", 0, -1200},
            {"6000", AccountType::expense, "", 0, 300},
            {"1000", AccountType::asset, "bank", 0, 900},
        },
        "2025"
    );
    const Statement statement = income_statement_of({now, before});
    EXPECT_TRUE(total(statement, "net_income", 1) == 900);
    const std::string csv = to_csv(statement);
    EXPECT_TRUE(csv.starts_with(
        "section,account_code,account,commodity,amount,base_amount,"
        "amount_1,base_amount_1,change_1,percent_1,base_change_1,base_percent_1\n"
        "revenue,4000,Account 4000,USD,15.00,15.00,12.00,12.00,3.00,25.0,3.00,25.0\n"
    )) << csv;
    EXPECT_NE(
        csv.find("operating_expenses,6000,Account "
                 "6000,USD,0.00,0.00,3.00,3.00,-3.00,-100.0,-3.00,-100.0\n"),
        std::string::npos
    ) << csv;
    const auto json = base::parse_json(to_json(statement));
    ASSERT_TRUE(json.has_value());
    EXPECT_EQ(json->at("columns").at(1).at("from"), "2025-01-01");
    const boost::json::value& net = json->at("sections").as_array().back();
    EXPECT_EQ(net.at("base_changes"), (boost::json::array{"6.00"}));
    EXPECT_EQ(net.at("base_percents"), (boost::json::array{"66.7"}));
    EXPECT_TRUE(json->at("sections").at(5).at("base_percents").at(0).is_null());
    const std::string table = to_table(statement, Shown::base);
    EXPECT_NE(
        table.find("USD                           15.00                      9.00    6.00    66.7\n"
        ),
        std::string::npos
    ) << table;
}

TEST(Statement, OnATerminalNamesCantAct) {
    TrialBalance hostile = year_of(first_year());
    hostile.rows[0].path = "Bank\x1B[2J";
    const Statement statement = balance_sheet_of({hostile});
    EXPECT_EQ(to_table(statement, Shown::base).find('\x1B'), std::string::npos);
    EXPECT_NE(to_csv(statement).find(hostile.rows[0].path), std::string::npos);
}

}  // namespace
}  // namespace accubooks::reports
