#include <string>

#include <gtest/gtest.h>

#include "interchange/internal/journal_fixture.h"
#include "interchange/journal_import.h"

namespace accubooks::interchange {
namespace {

TEST(JournalBalance, InfersOneAmountInSeveralCommodities) {
    const auto journal = read_text("2024-01-01\n  a  1.50 EUR\n  b  2 ACME @ 3.25 USD\n  c\n");
    ASSERT_FALSE(journal.error) << journal.error_text;
    ASSERT_EQ(journal.entries[0].lines.size(), 4U);
    EXPECT_EQ((journal.balances.at({"c", "EUR"})), "-1.5");
    EXPECT_EQ((journal.balances.at({"c", "USD"})), "-6.5");
}

TEST(JournalBalance, DerivesTheCostOfAnExchange) {
    const auto journal = read_text(
        "2024-01-01\n  a  10 EUR\n  b  -11.01 USD\n\n2024-01-02\n  a  1 EUR\n  a  2 EUR\n  b  -10 "
        "USD\n"
    );
    ASSERT_FALSE(journal.error) << journal.error_text;
    EXPECT_TRUE(journal.balanced);
    EXPECT_EQ(journal.entries[0].lines[0].cost, "11.01 USD");
    EXPECT_EQ(journal.entries[0].lines[1].cost, "");
    EXPECT_EQ(journal.entries[1].lines[0].cost, "3.33 USD");
    EXPECT_EQ(journal.entries[1].lines[1].cost, "6.67 USD");
    EXPECT_EQ(journal.remarks(RemarkKind::derived_cost), 2U);
    EXPECT_EQ(journal.remarks(RemarkKind::rounded_cost), 0U);
}

TEST(JournalBalance, ExchangesWhatIsNamedFirstEvenAtACostThatCancels) {
    const auto journal =
        read_text("2024-01-01\n  a  5 B @ 1 X\n  a  -5 B @ 1 X\n  a  1 A\n  c  -2 B\n");
    ASSERT_FALSE(journal.error) << journal.error_text;
    EXPECT_TRUE(journal.balanced);
    const auto& lines = journal.entries[0].lines;
    EXPECT_EQ(lines[2].cost, "") << "A is what B is exchanged for";
    EXPECT_EQ(lines[3].cost, "-1 A");
}

TEST(JournalBalance, RoundsLikeHledgerOnlyWhenToldAndListsIt) {
    // 3 at 0.333 is 0.999: a tenth of a cent short of 1.00.
    const std::string exchange = "2024-01-01\n  a  3 ACME @ 0.333 EUR\n  b  -1.00 EUR\n";
    const auto refused = read_text(exchange);
    ASSERT_TRUE(refused.error);
    EXPECT_EQ(refused.error->code, "interchange.unbalanced");
    EXPECT_NE(refused.error->reason.find("--like hledger"), std::string::npos);
    const auto exchanged = read_text(exchange, {.like = Like::hledger});
    ASSERT_FALSE(exchanged.error) << exchanged.error_text;
    EXPECT_TRUE(exchanged.balanced);
    EXPECT_EQ(exchanged.entries[0].lines[0].cost, "1 EUR");
    EXPECT_EQ(exchanged.remarks(RemarkKind::rounding_line), 0U);

    const std::string same =
        "commodity 1,000.00 EUR\n\n2024-01-01\n  a  1.004 EUR\n  b  -1.00 EUR\n";
    const auto rounded = read_text(same, {.like = Like::hledger});
    ASSERT_FALSE(rounded.error) << rounded.error_text;
    EXPECT_TRUE(rounded.balanced);
    EXPECT_EQ((rounded.balances.at({"expenses:rounding", "EUR"})), "-0.004");
    EXPECT_EQ(rounded.remarks(RemarkKind::rounding_line), 1U);
    EXPECT_EQ(rounded.account("expenses:rounding")->type, AccountType::expense);

    // Half a unit of the last digit shown is still rounded away, more isn't.
    EXPECT_FALSE(read_text(
                     "commodity 1,000.00 EUR\n2024-01-01\n  a  1.005 EUR\n  b  -1 EUR\n",
                     {.like = Like::hledger}
    )
                     .error);
    EXPECT_TRUE(read_text(
                    "commodity 1,000.00 EUR\n2024-01-01\n  a  1.0051 EUR\n  b  -1 EUR\n",
                    {.like = Like::hledger}
    )
                    .error);
    EXPECT_TRUE(
        read_text("2024-01-01\n  a  1.005 EUR\n  b  -1 EUR\n", {.like = Like::hledger}).error
    );

    const auto taken = read_text(
        "commodity 1,000.00 EUR\n\n2024-01-01\n  expenses:rounding  1.004 EUR\n  b  -1.00 EUR\n",
        {.like = Like::hledger}
    );
    ASSERT_FALSE(taken.error) << taken.error_text;
    EXPECT_EQ((taken.balances.at({"expenses:rounding", "EUR"})), "1.004");
    EXPECT_EQ((taken.balances.at({"expenses:rounding 2", "EUR"})), "-0.004");
}

TEST(JournalBalance, BracketedPostingsBalanceApart) {
    EXPECT_FALSE(read_text("2024-01-01\n  a  1\n  b\n  [c]  5\n  [d]\n").error);
    EXPECT_TRUE(read_text("2024-01-01\n  a  1\n  b\n  [c]  5\n  [d]  4\n").error);
    EXPECT_TRUE(read_text("2024-01-01\n  a  1\n  [c]  -1\n").error);
}

TEST(JournalBalance, ScaleIsTheMostDigitsOfAmountsAndNotOfRates) {
    const auto journal = read_text(
        "2024-01-01\n  a  2 ACME @ 1.2345678 USD\n  b  -2.4691356 USD\n\n2024-01-02\n  a  1.500 "
        "EUR @ 1.0845123456 GBP\n  a  -1.500 EUR @ 1.0845123456 GBP\n"
    );
    ASSERT_FALSE(journal.error) << journal.error_text;
    const auto scale = [&](std::string_view code) {
        for (const auto& each : journal.commodities) {
            if (each.commodity.code == code) {
                return int{each.commodity.scale};
            }
        }
        return -1;
    };
    EXPECT_EQ(scale("ACME"), 0);
    EXPECT_EQ(scale("USD"), 7);
    EXPECT_EQ(scale("EUR"), 3);
    EXPECT_EQ(scale("GBP"), 10);  // only ever a cost
}

TEST(JournalBalance, AKnownScaleIsKeptAndAFinerAmountRefused) {
    const JournalOptions options{.known_commodities = {{.code = "EUR", .scale = 2}}};
    const auto kept = read_text("2024-01-01\n  a  1.500 EUR\n  b\n", options);
    ASSERT_FALSE(kept.error) << kept.error_text;
    EXPECT_EQ(kept.commodities.back().commodity.scale, 2);
    const auto finer = read_text("2024-01-01\n  a  1.505 EUR\n  b\n", options);
    ASSERT_TRUE(finer.error);
    EXPECT_EQ(finer.error->code, "interchange.too_fine");
    EXPECT_EQ(finer.error->line, 2U);
}

TEST(JournalBalance, ACostInTheAmountsCommodityIsTheAmountOrRefused) {
    const JournalOptions mapped{.symbols = {{"EUR", "USD"}}};
    const auto same = read_text("2024-01-01\n  a  10 EUR @ 1 USD\n  b  -10 USD\n", mapped);
    ASSERT_FALSE(same.error) << same.error_text;
    EXPECT_EQ(same.entries[0].lines[0].amount, "10 USD");
    EXPECT_EQ(same.entries[0].lines[0].cost, "");
    EXPECT_TRUE(same.balanced);
    for (const auto like : {Like::exact, Like::hledger, Like::ledger}) {
        JournalOptions options = mapped;
        options.like = like;
        const auto other = read_text("2024-01-01\n  a  10 EUR @ 1.1 USD\n  b  -11 USD\n", options);
        ASSERT_TRUE(other.error);
        EXPECT_EQ(other.error->code, "interchange.bad_cost");
        EXPECT_EQ(other.error->line, 2U);
        EXPECT_EQ(other.error->column, 15U);
    }
}

}  // namespace
}  // namespace accubooks::interchange
