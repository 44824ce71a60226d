#include "ledger/chart.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace accubooks::ledger {
namespace {

TEST(Charts, ConsistOfGoodAccountsOfEveryType) {
    for (const std::string_view name : {"us", "minimal"}) {
        SCOPED_TRACE(name);
        const auto chart = chart_named(name, "USD");
        ASSERT_TRUE(chart.has_value());
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

TEST(Charts, KeepBankAndCardsInOneCurrency) {
    const auto chart = chart_named("us", "EUR");
    ASSERT_TRUE(chart.has_value());
    for (const NewAccount& account : *chart) {
        SCOPED_TRACE(account.code);
        const bool one_currency = account.subtype == "bank" || account.subtype == "card";
        EXPECT_EQ(
            account.commodity, one_currency ? std::optional<std::string>{"EUR"} : std::nullopt
        );
    }
}

TEST(Charts, OfOtherNamesAreNone) {
    EXPECT_FALSE(chart_named("", "USD").has_value());
    EXPECT_FALSE(chart_named("US", "USD").has_value());
}

}  // namespace
}  // namespace accubooks::ledger
