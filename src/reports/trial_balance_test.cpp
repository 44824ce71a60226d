#include "reports/trial_balance.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/json.h"
#include "reports/csv.h"

namespace accubooks::reports {
namespace {

using base::Date;

Date day(std::string_view text) {
    return *Date::parse(text);
}

/// A report without columns beside.
TrialBalances only(TrialBalance balance) {
    return {{std::move(balance)}};
}

TrialBalance sample() {
    TrialBalance balance;
    balance.range = {.from = day("2026-01-01"), .to = day("2026-12-31")};
    balance.base = {.code = "USD", .scale = 2};
    balance.last_entry = base::EntryNumber{42};
    balance.rows = {
        {.account = base::AccountId{1},
         .code = "1000",
         .path = "Assets:Büro \"Süd\", Köln",
         .type = ledger::AccountType::asset,
         .commodity = {.code = "USD", .scale = 2},
         .opening = 5,
         .debit = 123456,
         .credit = 0,
         .closing = 123461,
         .base_opening = 5,
         .base_debit = 123456,
         .base_credit = 0,
         .base_closing = 123461},
        {.account = base::AccountId{2},
         .code = "Income",
         .path = "Income",
         .type = ledger::AccountType::revenue,
         .commodity = {.code = "", .scale = 0},
         .opening = -5,
         .debit = 0,
         .credit = 7,
         .closing = -12,
         .base_opening = -5,
         .base_debit = 0,
         .base_credit = 123456,
         .base_closing = -123461},
    };
    balance.debit = 123456;
    balance.credit = 123456;
    return balance;
}

TEST(TrialBalance, IsCsvThatSpreadsheetsRead) {
    EXPECT_EQ(
        to_csv(only(sample())),
        "account_code,account,commodity,opening,debit,credit,closing\n"
        "1000,\"Assets:Büro \"\"Süd\"\", Köln\",USD,0.05,1234.56,0.00,1234.61\n"
        "Income,Income,,-5,0,7,-12\n"
        ",Debits equal credits. As of entry 42.,,,,,\n"
    );
    TrialBalance odd = sample();
    odd.rows.resize(1);
    odd.rows[0].path = "a\rb\nc";
    EXPECT_NE(to_csv(only(odd)).find(",\"a\rb\nc\","), std::string::npos);
    EXPECT_EQ(
        to_csv(only(TrialBalance{})),
        "account_code,account,commodity,opening,debit,credit,closing\n"
        ",Debits equal credits. As of entry 0.,,,,,\n"
    );
}

TEST(TrialBalance, IsATableForPeople) {
    EXPECT_EQ(
        to_table(only(sample())),
        "Trial balance 2026-01-01 to 2026-12-31, without closing entries\n"
        "\n"
        "Code  Account                  Commodity  Opening    Debit   Credit  Closing\n"
        "1000  Assets:Büro \"Süd\", Köln  USD           0.05  1234.56     0.00  1234.61\n"
        "      Income                                   -5        0        7      -12\n"
        "      Total in base currency   USD           0.00  1234.56  1234.56     0.00\n"
        "\n"
        "Debits equal credits. As of entry 42.\n"
    );
    TrialBalance broken = sample();
    broken.range = {};
    broken.debit = 1;
    const std::string table = to_table(only(broken));
    EXPECT_TRUE(table.starts_with("Trial balance from the first entry to the last entry, "));
    EXPECT_NE(table.find("DEBITS AND CREDITS DIFFER"), std::string::npos);
}

TEST(TrialBalance, OnATerminalNamesCantActButElsewhereTheyAreExact) {
    TrialBalance hostile = sample();
    hostile.rows[0].path =
        "Assets:\x1B[2J\xE2\x80\xAE"
        "evil";
    hostile.rows[0].code = "1\x07";
    hostile.rows[0].commodity.code = "\xC2\x9B";
    const std::string table = to_table(only(hostile));
    EXPECT_NE(table.find("1\\x07  Assets:\\x1b[2J\\u202eevil"), std::string::npos) << table;
    EXPECT_NE(table.find("\\u009b"), std::string::npos);
    EXPECT_EQ(table.find('\x1B'), std::string::npos);
    EXPECT_EQ(table.find("\xE2\x80\xAE"), std::string::npos);
    EXPECT_NE(to_csv(only(hostile)).find(hostile.rows[0].path), std::string::npos);
    const auto json = base::parse_json(to_json(only(hostile)));
    ASSERT_TRUE(json.has_value());
    EXPECT_EQ(json->at("items").at(0).at("account").as_string(), hostile.rows[0].path);
}

TEST(TrialBalance, IsJsonWithItsAssertion) {
    const auto json = base::parse_json(to_json(only(sample())));
    ASSERT_TRUE(json.has_value());
    EXPECT_EQ(json->at("from"), "2026-01-01");
    EXPECT_EQ(json->at("to"), "2026-12-31");
    EXPECT_EQ(json->at("base_currency"), "USD");
    EXPECT_EQ(json->at("last_entry"), 42);
    EXPECT_EQ(json->at("balanced"), true);
    ASSERT_EQ(json->at("items").as_array().size(), 2U);
    const boost::json::value expected_row{
        {"account_id", 1},
        {"account_code", "1000"},
        {"account", "Assets:Büro \"Süd\", Köln"},
        {"type", "asset"},
        {"commodity", "USD"},
        {"opening", "0.05"},
        {"debit", "1234.56"},
        {"credit", "0.00"},
        {"closing", "1234.61"},
        {"base_opening", "0.05"},
        {"base_debit", "1234.56"},
        {"base_credit", "0.00"},
        {"base_closing", "1234.61"},
        {"comparatives", boost::json::array{}},
    };
    EXPECT_EQ(json->at("items").at(0), expected_row);
    const boost::json::value expected_totals{
        {"opening", "0.00"}, {"debit", "1234.56"}, {"credit", "1234.56"}, {"closing", "0.00"}
    };
    EXPECT_EQ(json->at("totals"), expected_totals);

    TrialBalance open = sample();
    open.range = {};
    open.closing = 1;
    const auto other = base::parse_json(to_json(only(open)));
    ASSERT_TRUE(other.has_value());
    EXPECT_TRUE(other->at("from").is_null());
    EXPECT_TRUE(other->at("to").is_null());
    EXPECT_EQ(other->at("balanced"), false);
}

TEST(TrialBalance, IsOneRowAnAccountInTheBaseCurrencyWithTheUnvaluedBeside) {
    TrialBalance balance = sample();
    TrialBalanceRow euros = balance.rows[0];
    euros.commodity = {.code = "EUR", .scale = 2};
    euros.closing = euros.debit = 700;
    euros.opening = 0;
    euros.base_opening = 0;
    euros.base_closing = euros.base_debit = 770;
    TrialBalanceRow shares = euros;
    shares.commodity = {.code = "SHARES", .scale = 0};
    shares.base_closing = shares.base_debit = 0;
    balance.rows.insert(balance.rows.begin() + 1, {euros, shares});
    const TrialBalances report = in_base_currency(only(balance));
    const auto& rows = report.columns.front().rows;
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].commodity.code, "SHARES");
    EXPECT_TRUE(rows[0].debit == 700);
    EXPECT_EQ(rows[1].commodity.code, "USD");
    EXPECT_TRUE(rows[1].debit == 123456 + 770);
    EXPECT_TRUE(rows[2].closing == -123461);  // of a commodity without a name
    EXPECT_EQ(rows[2].commodity.code, "USD");
}

TEST(TrialBalance, ShowsWhatEarlierYearsLeftUnclosedAsNoAccounts) {
    TrialBalance year = sample();
    year.rows[1].opening = year.rows[1].base_opening = -4;
    const TrialBalances report = aligned({with_earlier_years_apart(sample(), year)});
    const TrialBalance& balance = report.columns.front();
    ASSERT_EQ(balance.rows.size(), 3U);
    EXPECT_TRUE(balance.rows[1].opening == -1 && balance.rows[1].closing == -8);
    EXPECT_EQ(
        to_csv(report),
        "account_code,account,commodity,opening,debit,credit,closing\n"
        "1000,\"Assets:Büro \"\"Süd\"\", Köln\",USD,0.05,1234.56,0.00,1234.61\n"
        "Income,Income,,-1,0,7,-8\n"
        "retained_unclosed,Retained (unclosed),,-4,0,0,-4\n"
        ",Debits equal credits. As of entry 42.,,,,,\n"
    );
    const auto json = base::parse_json(to_json(report));
    const boost::json::value& row = json->at("items").at(2);
    EXPECT_TRUE(row.at("account_id").is_null());
    EXPECT_EQ(row.at("account_code"), "retained_unclosed");
    EXPECT_EQ(row.at("account"), "Retained (unclosed)");
    EXPECT_EQ(row.at("type"), "equity");
    EXPECT_EQ(row.at("base_opening"), "-0.04");
    EXPECT_NE(to_table(report).find("\n      Retained (unclosed) "), std::string::npos);
    // Whatever its accounts are in, it is one row in the base currency.
    TrialBalance other = sample();
    TrialBalance other_year = year;
    other.rows.push_back(other.rows[1]);
    other_year.rows.push_back(other_year.rows[1]);
    other.rows[2].commodity = other_year.rows[2].commodity = {.code = "EUR", .scale = 2};
    const TrialBalances in_base =
        in_base_currency(aligned({with_earlier_years_apart(other, other_year)}));
    const TrialBalanceRow& last = in_base.columns.front().rows.back();
    EXPECT_FALSE(last.is_account());
    EXPECT_TRUE(last.commodity.code == "USD" && last.closing == -8);
    EXPECT_EQ(in_base.columns.front().rows.size(), 3U);
}

TEST(TrialBalance, IsComparedWithColumnsThatHaveOtherAccounts) {
    TrialBalance now = sample();
    TrialBalance before = sample();
    before.range = {.from = day("2025-01-01"), .to = day("2025-12-31")};
    before.rows.erase(before.rows.begin());
    before.rows[0].code = "0900";
    before.rows[0].path = "Gone";
    const TrialBalances report = aligned({now, before});
    ASSERT_EQ(report.columns.size(), 2U);
    for (const TrialBalance& column : report.columns) {
        ASSERT_EQ(column.rows.size(), 3U);
        EXPECT_EQ(column.rows[0].code, "0900");
    }
    EXPECT_EQ(
        to_csv(report),
        "account_code,account,commodity,opening,debit,credit,closing,"
        "opening_1,debit_1,credit_1,closing_1,change_1,percent_1\n"
        "0900,Gone,,0,0,0,0,-5,0,7,-12,12,100.0\n"
        "1000,\"Assets:Büro \"\"Süd\"\", Köln\",USD,0.05,1234.56,0.00,1234.61,"
        "0.00,0.00,0.00,0.00,1234.61,\n"
        "Income,Income,,-5,0,7,-12,0,0,0,0,-12,\n"
        ",Debits equal credits. As of entry 42.,,,,,,,,,,,\n"
    );
    const auto json = base::parse_json(to_json(report));
    ASSERT_TRUE(json.has_value());
    EXPECT_EQ(json->at("comparatives").at(0).at("from"), "2025-01-01");
    const boost::json::value& gone = json->at("items").at(0).at("comparatives").at(0);
    EXPECT_EQ(gone.at("closing"), "-12");
    EXPECT_EQ(gone.at("percent"), "100.0");
    EXPECT_TRUE(json->at("items").at(1).at("comparatives").at(0).at("percent").is_null());
    EXPECT_NE(to_table(report).find("2025-01-01 to 2025-12-31"), std::string::npos);
}

}  // namespace
}  // namespace accubooks::reports
