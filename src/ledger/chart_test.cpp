#include "ledger/chart.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace accubooks::ledger {
namespace {

TEST(Charts, ConsistOfGoodAccountsOfEveryType) {
    for (const ChartTemplate& known : chart_templates()) {
        SCOPED_TRACE(known.name);
        const auto chart = chart_named(known.name, "USD");
        ASSERT_TRUE(chart.has_value());
        EXPECT_EQ(chart->size(), known.accounts);
        std::set<std::string> codes;
        std::set<AccountType> types;
        for (const NewAccount& account : *chart) {
            SCOPED_TRACE(account.code);
            EXPECT_TRUE(check(account).has_value());
            EXPECT_TRUE(codes.insert(account.code).second);
            EXPECT_FALSE(account.parent_code.has_value());
            types.insert(account.type);
        }
        EXPECT_EQ(types.size(), 5U);
        EXPECT_TRUE(std::ranges::is_sorted(*chart, {}, &NewAccount::code));
    }
}

TEST(Charts, KeepBankCashAndCardsInOneCurrency) {
    const std::set<std::string> one_currency{"bank", "cash", "card"};
    for (const ChartTemplate& known : chart_templates()) {
        const auto chart = chart_named(known.name, "EUR");
        ASSERT_TRUE(chart.has_value());
        for (const NewAccount& account : *chart) {
            SCOPED_TRACE(account.code);
            EXPECT_EQ(
                account.commodity,
                one_currency.contains(account.subtype) ? std::optional<std::string>{"EUR"}
                                                       : std::nullopt
            );
        }
    }
}

TEST(Charts, OfOtherNamesAreNone) {
    EXPECT_FALSE(chart_named("", "USD").has_value());
    EXPECT_FALSE(chart_named("US", "USD").has_value());
}

}  // namespace
}  // namespace accubooks::ledger
