#include "reports/general_ledger.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/json.h"
#include "reports/csv.h"

namespace accubooks::reports {
namespace {

base::Date day(std::string_view text) {
    return *base::Date::parse(text);
}

/// A bank account in EUR with one line, worth dollars.
GeneralLedger sample() {
    GeneralLedger ledger;
    ledger.is_of_one_account = true;
    ledger.totals.range = {.from = day("2026-01-01"), .to = day("2026-12-31")};
    ledger.totals.base = {.code = "USD", .scale = 2};
    ledger.totals.last_entry = base::EntryNumber{42};
    ledger.totals.rows.push_back({
        .account = base::AccountId{1},
        .code = "1010",
        .path = "Bank, EUR",
        .commodity = {.code = "EUR", .scale = 2},
        .opening = 1000,
        .debit = 250,
        .closing = 1250,
        .base_opening = 1100,
        .base_debit = 300,
        .base_closing = 1400,
    });
    ledger.totals.add_up();
    ledger.accounts.push_back({
        .account = ledger.totals.rows.front(),
        .lines = {{
            .date = day("2026-03-31"),
            .number = base::EntryNumber{7},
            .line = 1,
            .description = "=SUM(1)",
            .reference = "R-1",
            .memo = "",
            .counter_account = "4000",
            .debit = 250,
            .balance = 1250,
            .base_debit = 300,
            .base_balance = 1400,
        }},
    });
    return ledger;
}

TEST(GeneralLedger, IsATableInTheBaseCurrencyOrInEachOfItsOwn) {
    EXPECT_EQ(
        to_table(sample(), Shown::base),
        "Account statement 2026-01-01 to 2026-12-31, without closing entries\n"
        "\n"
        "Date        Number  Description          Counter account  Debit  Credit  Balance\n"
        "                    1010 Bank, EUR, USD\n"
        "                    Opening                                                11.00\n"
        "2026-03-31  7       =SUM(1)              4000              3.00    0.00    14.00\n"
        "                    Closing                                3.00    0.00    14.00\n"
        "\n"
        "The lines lead from opening to closing. As of entry 42.\n"
    );
    const std::string original = to_table(sample(), Shown::original);
    EXPECT_NE(original.find("1010 Bank, EUR, EUR\n"), std::string::npos) << original;
    EXPECT_NE(original.find("4000              2.50    0.00    12.50\n"), std::string::npos);
}

TEST(GeneralLedger, IsCsvWithAnOpeningRowAndWithoutFormulas) {
    EXPECT_EQ(
        to_csv(sample()),
        "account_code,account,commodity,date,number,description,reference,memo,"
        "counter_account_code,debit,credit,balance,base_debit,base_credit,base_balance\n"
        "1010,\"Bank, EUR\",EUR,,,Opening,,,,0.00,0.00,10.00,0.00,0.00,11.00\n"
        "1010,\"Bank, EUR\",EUR,2026-03-31,7,'=SUM(1),R-1,,4000,2.50,0.00,12.50,3.00,0.00,14.00\n"
        ",The lines lead from opening to closing. As of entry 42.,,,,,,,,,,,,,\n"
    );
}

TEST(GeneralLedger, IsJsonWithLinesBelowTheirAccount) {
    const auto json = base::parse_json(to_json(sample()));
    ASSERT_TRUE(json.has_value());
    EXPECT_EQ(json->at("last_entry"), 42);
    EXPECT_EQ(json->at("balanced"), true);
    const boost::json::value& account = json->at("items").at(0);
    EXPECT_EQ(account.at("base_opening"), "11.00");
    const boost::json::value expected{
        {"date", "2026-03-31"},
        {"number", 7},
        {"line", 1},
        {"description", "=SUM(1)"},
        {"reference", "R-1"},
        {"memo", ""},
        {"counter_account_code", "4000"},
        {"debit", "2.50"},
        {"credit", "0.00"},
        {"balance", "12.50"},
        {"base_debit", "3.00"},
        {"base_credit", "0.00"},
        {"base_balance", "14.00"},
    };
    EXPECT_EQ(account.at("lines").at(0), expected);
    EXPECT_EQ(json->at("totals").at("closing"), "14.00");
}

TEST(GeneralLedger, DoesNotHoldWhereALineLeadsElsewhere) {
    EXPECT_TRUE(sample().balanced());
    GeneralLedger broken = sample();
    broken.accounts[0].lines[0].base_balance += 1;
    EXPECT_FALSE(broken.balanced());
    GeneralLedger whole = sample();
    whole.is_of_one_account = false;  // debits alone
    EXPECT_FALSE(whole.balanced());
}

}  // namespace
}  // namespace accubooks::reports
