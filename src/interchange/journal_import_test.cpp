#include "interchange/journal_import.h"

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/utf8.h"
#include "interchange/internal/journal_fixture.h"

namespace accubooks::interchange {
namespace {

ReadJournal read(std::string_view text, const JournalOptions& options = {}) {
    const JournalFolder folder;
    return read_journal(folder.write("books.journal", text), options);
}

/// What the first line of the first entry comes to, or the refusal.
std::string first_amount(
    const std::string& amount, const JournalOptions& options = {}, const std::string& before = ""
) {
    const auto journal = read(before + "2024-01-01\n    a  " + amount + "\n    b\n", options);
    if (journal.error) {
        return std::string{journal.error->code};
    }
    const auto& line = journal.entries.at(0).lines.at(0);
    return line.cost.empty() ? line.amount : line.amount + " @@ " + line.cost;
}

TEST(JournalAmount, ReadsWhatPeopleWriteAndRefusesTheRest) {
    struct Case {
        const char* text;
        const char* amount;
    };
    const Case cases[] = {
        {"1 EUR", "1 EUR"},
        {"1EUR", "1 EUR"},
        {"EUR 1", "1 EUR"},
        {"$1", "1 $"},
        {"$-1", "-1 $"},
        {"-$1", "-1 $"},
        {"- $ 1", "-1 $"},
        {"-$-1", "1 $"},
        {"+1 EUR", "1 EUR"},
        {"1", "1"},
        {"0 EUR", "0 EUR"},
        {".5 EUR", "0.5 EUR"},
        {"5. EUR", "5 EUR"},
        {"1.000 EUR", "1 EUR"},
        {"82.288 CCCCC", "82.288 CCCCC"},
        {"0,123 EUR", "0.123 EUR"},
        {"1234,567 EUR", "1234.567 EUR"},
        {"1,5 EUR", "1.5 EUR"},
        {"1,23456 EUR", "1.23456 EUR"},
        {"1,234.56 EUR", "1234.56 EUR"},
        {"1.234,56 EUR", "1234.56 EUR"},
        {"1,234,567 EUR", "1234567 EUR"},
        {"1.234.567 EUR", "1234567 EUR"},
        {"12,34,567.8 INR", "1234567.8 INR"},
        {"1 234 567,89 EUR", "1234567.89 EUR"},
        {"1\u00A0234,50 EUR", "1234.5 EUR"},
        {"1\u202F234 EUR", "1234 EUR"},
        {"1'234.50 CHF", "1234.5 CHF"},
        {"1_000_000 X", "1000000 X"},
        {"1e3 EUR", "1000 EUR"},
        {"1.5E-3 EUR", "0.0015 EUR"},
        {"-1.5E+2EUR", "-150 EUR"},
        {"1E EUR", "interchange.unexpected_text"},
        {"5 \"GREEN APPLES\"", "5 GREEN APPLES"},
        {"\"DE0007164600\" 3", "3 DE0007164600"},
        {"10 A @ 2.50 B", "10 A @@ 25 B"},
        {"-10 A @ 2.50 B", "-10 A @@ -25 B"},
        {"-10 A @@ 25 B", "-10 A @@ -25 B"},
        {"10 A (@) 2.50 B", "10 A @@ 25 B"},
        {"10 A (@@) 25 B", "10 A @@ 25 B"},
        {"10 A {2 B} @ 3 B", "10 A @@ 30 B"},
        {"10 A {{=20 B}} [2024-01-01] @ 3 B", "10 A @@ 30 B"},
        {"10 A @ 3 B [2024-01-01] {2 B}", "10 A @@ 30 B"},
        {"1,000 EUR", "interchange.ambiguous_number"},
        {"1,2,3.4,5 EUR", "interchange.bad_number"},
        {"1.2.3,4.5 EUR", "interchange.bad_number"},
        {"1,234.567,8 EUR", "interchange.bad_number"},
        {"1..2 EUR", "interchange.bad_number"},
        {"1,234E2 EUR", "123.4 EUR"},  // with an exponent there are no groups
        {"1,234,567E2 EUR", "interchange.bad_number"},
        {"5 \"GREEN APPLES", "interchange.bad_commodity"},
        {"5 \"\"", "interchange.bad_commodity"},
        {"EUR", "interchange.bad_amount"},
        {"EUR EUR", "interchange.bad_amount"},
        {"--1 EUR", "interchange.bad_amount"},
        {"1 EUR EUR", "interchange.unexpected_text"},
        {"1 EUR @", "interchange.bad_amount"},
        {"1 EUR @ -2 USD", "interchange.bad_cost"},
        {"1 EUR {2 USD", "interchange.bad_lot"},
        {"1 EUR [2024-01-01", "interchange.bad_lot"},
        {",5 EUR", "interchange.bad_amount"},
        {"1e99 EUR", "interchange.number_too_long"},
        {"1e-13 EUR", "interchange.too_fine"},
        {"0.1234567890123 EUR", "interchange.too_fine"},
        {"0.1234567890120 EUR", "0.123456789012 EUR"},
        {"9223372036854775807 EUR", "interchange.out_of_range"},
        {"9000000000000000000 EUR", "9000000000000000000 EUR"},
        {"90000000.000000000001 EUR", "interchange.out_of_range"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.text);
        EXPECT_EQ(first_amount(c.text), c.amount);
    }
}

TEST(JournalAmount, OfOneCommaIsReadAsTheFileOrTheOptionSays) {
    struct Case {
        const char* name;
        const char* before;
        const char* text;
        Like like;
        const char* amount;
    };
    const Case cases[] = {
        {"nothing decides", "", "1,000 EUR", Like::exact, "interchange.ambiguous_number"},
        {"hledger", "", "1,000 EUR", Like::hledger, "1 EUR"},
        {"Ledger", "", "1,000 EUR", Like::ledger, "1000 EUR"},
        {"declared mark", "decimal-mark ,\n", "1,000 EUR", Like::exact, "1 EUR"},
        {"declared other mark", "decimal-mark .\n", "1,000 EUR", Like::exact, "1000 EUR"},
        {"Ledger doesn't know it", "decimal-mark ,\n", "1,000 EUR", Like::ledger, "1000 EUR"},
        {"commodity", "commodity 1.000,00 EUR\n", "1,000 EUR", Like::exact, "1 EUR"},
        {"commodity the other way", "commodity 1,000.00 EUR\n", "1,000 EUR", Like::exact, "1000 EUR"
        },
        {"format below",
         "commodity EUR\n  format 1,000.00 EUR\n",
         "1,000 EUR",
         Like::exact,
         "1000 EUR"},
        {"another commodity's",
         "commodity 1,000.00 USD\n",
         "1,000 EUR",
         Like::exact,
         "interchange.ambiguous_number"},
        {"default commodity", "D 1.000,00 EUR\n", "1,000", Like::exact, "1 EUR"},
        {"default of others", "D 1.000,00 USD\n", "1,000 EUR", Like::exact, "1 EUR"},
        {"mark over commodity",
         "decimal-mark ,\ncommodity 1,000.00 EUR\n",
         "1,000 EUR",
         Like::exact,
         "1 EUR"},
        {"evidence for groups",
         "2023-01-01\n  x  1,234.50 EUR\n  y\n\n",
         "1,000 EUR",
         Like::exact,
         "1000 EUR"},
        {"evidence for decimals",
         "2023-01-01\n  x  1.234,50 EUR\n  y\n\n",
         "1,000 EUR",
         Like::exact,
         "1 EUR"},
        {"evidence for both",
         "2023-01-01\n  x  1.234,50 EUR\n  y  1,234.50 EUR\n  z\n\n",
         "1,000 EUR",
         Like::exact,
         "interchange.ambiguous_number"},
        {"hledger asks for no evidence",
         "2023-01-01\n  x  1,234.50 EUR\n  y\n\n",
         "1,000 EUR",
         Like::hledger,
         "1 EUR"},
        {"declared comma, a lone point",
         "commodity 1.000,00 EUR\n",
         "1.5 EUR",
         Like::exact,
         "interchange.ambiguous_number"},
        {"the same to hledger", "commodity 1.000,00 EUR\n", "1.5 EUR", Like::hledger, "15 EUR"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto journal = read(
            std::string{c.before} + "2024-01-01\n    a  " + c.text + "\n    b\n", {.like = c.like}
        );
        if (journal.error) {
            EXPECT_EQ(journal.error->code, c.amount) << journal.error_text;
        } else {
            EXPECT_EQ(journal.entries.back().lines.at(0).amount, c.amount);
        }
    }
}

TEST(JournalAmount, EvidenceMayComeLater) {
    const auto journal =
        read("2024-01-01\n  a  1,000 EUR\n  b\n\n2024-01-02\n  a  1,234.5 EUR\n  b\n");
    ASSERT_FALSE(journal.error) << journal.error_text;
    EXPECT_EQ((journal.balances.at({"a", "EUR"})), "2234.5");
}

TEST(JournalEntry, KeepsAllThatIsWritten) {
    const auto journal = read(
        "2024-02-29=3/1 * (INV-1) Payee | a note ; first, key:value\n"
        "    ; second, other: more words, last:\n"
        "    ! expenses:food   10.00 EUR {9.00 EUR} [2024-01-01]  ; memo, kind:lunch\n"
        "    ; more memo\n"
        "    assets:cash\n"
    );
    ASSERT_FALSE(journal.error) << journal.error_text;
    const auto& entry = journal.entries.at(0);
    EXPECT_EQ(entry.date, "2024-02-29");
    EXPECT_EQ(entry.document_date, "2024-03-01");
    EXPECT_EQ(entry.reference, "INV-1");
    EXPECT_EQ(entry.description, "Payee | a note");
    EXPECT_EQ(entry.payee, "Payee");
    EXPECT_EQ(entry.note, "a note");
    EXPECT_EQ(entry.comment, "first, key:value\nsecond, other: more words, last:");
    EXPECT_EQ(
        entry.tags,
        (std::map<std::string, std::string>{
            {"key", "value"}, {"other", "more words"}, {"last", ""}, {"status", "cleared"}
        })
    );
    ASSERT_EQ(entry.lines.size(), 2U);
    EXPECT_EQ(entry.lines[0].memo, "memo, kind:lunch\nmore memo");
    EXPECT_EQ(
        entry.lines[0].tags,
        (std::map<std::string, std::string>{
            {"kind", "lunch"},
            {"status", "pending"},
            {"lot_price", "{9.00 EUR}"},
            {"lot_date", "[2024-01-01]"}
        })
    );
    EXPECT_EQ(entry.lines[1].amount, "-10 EUR");
}

TEST(JournalEntry, DatesAreReadInEachFormAndRefusedWhenThereIsNoSuchDay) {
    struct Case {
        const char* text;
        const char* date;
    };
    const Case cases[] = {
        {"2024-01-31", "2024-01-31"},
        {"2024/1/31", "2024-01-31"},
        {"2024.01.31", "2024-01-31"},
        {"1/31", "2023-01-31"},
        {"02-28", "2023-02-28"},
        {"02-29", "interchange.bad_date"},
        {"2024-13-01", "interchange.bad_date"},
        {"2024-00-01", "interchange.bad_date"},
        {"2024-01-32", "interchange.bad_date"},
        {"2024-01/02", "interchange.bad_date"},
        {"2024-01", "interchange.bad_date"},
        {"20240101", "interchange.bad_date"},
        {"0000-01-01", "interchange.bad_date"},
        {"12345-01-01", "interchange.bad_date"},
        {"2024-01-01x", "interchange.bad_date"},
        {"2024-01-01=2024-02-30", "interchange.bad_date"},
        {"99999999999999999999-01-01", "interchange.bad_date"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.text);
        const auto journal = read(std::string{c.text} + "\n  a  1\n  b\n", {.default_year = 2023});
        EXPECT_EQ(
            journal.error ? std::string{journal.error->code} : journal.entries.at(0).date, c.date
        );
    }
}

TEST(JournalEntry, ComeByDateThenInFileOrder) {
    const auto journal = read(
        "2024-01-02 c\n  a  1\n  b\n\n2024-01-01 a\n  a  1\n  b\n\n2024-01-02 d\n\n2024-01-01 b\n"
    );
    std::string order;
    for (const auto& entry : journal.entries) {
        order += entry.description;
    }
    EXPECT_EQ(order, "abcd");
    EXPECT_EQ(journal.remarks(RemarkKind::note), 2U);  // two without postings
    EXPECT_EQ(journal.report.transactions, 4U);
}

TEST(JournalEntry, EqualContentsAreNumberedAndOthersDiffer) {
    const std::string entry = "2024-01-01 x\n  a  1.50 EUR\n  b\n\n";
    const auto once = read(entry + "2024-01-03 y\n");
    const auto more = read(
        "2023-05-05 z\n  c  1.123 EUR\n  d\n\n" + entry + entry +
        "2024-1-1 x\n  a  1.5 EUR\n  b  -1.50 EUR\n"
    );
    ASSERT_EQ(more.entries.size(), 4U);
    EXPECT_EQ(once.entries[0].digest, more.entries[1].digest) << "the scale of EUR is no content";
    EXPECT_EQ(more.entries[1].digest, more.entries[2].digest);
    EXPECT_EQ(more.entries[2].digest, more.entries[3].digest)
        << "how an amount is written is no content";
    EXPECT_EQ(more.entries[1].occurrence, 0U);
    EXPECT_EQ(more.entries[2].occurrence, 1U);
    EXPECT_EQ(more.entries[3].occurrence, 2U);
    for (const char* other : {
             "2024-01-02 x\n  a  1.50 EUR\n  b\n",
             "2024-01-01 y\n  a  1.50 EUR\n  b\n",
             "2024-01-01 x\n  a  1.51 EUR\n  b\n",
             "2024-01-01 x\n  a  1.50 USD\n  b\n",
             "2024-01-01 x\n  c  1.50 EUR\n  b\n",
             "2024-01-01 * x\n  a  1.50 EUR\n  b\n",
             "2024-01-01 (1) x\n  a  1.50 EUR\n  b\n",
             "2024-01-01 x ; t\n  a  1.50 EUR\n  b\n",
             "2024-01-01 x\n  a  1.50 EUR ; t\n  b\n",
             "2024-01-01 x\n  a  1.50 EUR @ 1 EUR\n  b\n",
             "2024-01-01=1/2 x\n  a  1.50 EUR\n  b\n",
         }) {
        SCOPED_TRACE(other);
        const auto journal = read(other);
        ASSERT_FALSE(journal.error) << journal.error_text;
        EXPECT_NE(journal.entries[0].digest, once.entries[0].digest);
    }
}

TEST(JournalBalance, InfersOneAmountInSeveralCommodities) {
    const auto journal = read("2024-01-01\n  a  1.50 EUR\n  b  2 ACME @ 3.25 USD\n  c\n");
    ASSERT_FALSE(journal.error) << journal.error_text;
    ASSERT_EQ(journal.entries[0].lines.size(), 4U);
    EXPECT_EQ((journal.balances.at({"c", "EUR"})), "-1.5");
    EXPECT_EQ((journal.balances.at({"c", "USD"})), "-6.5");
}

TEST(JournalBalance, DerivesTheCostOfAnExchange) {
    const auto journal = read(
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
    const auto journal = read("2024-01-01\n  a  5 B @ 1 X\n  a  -5 B @ 1 X\n  a  1 A\n  c  -2 B\n");
    ASSERT_FALSE(journal.error) << journal.error_text;
    EXPECT_TRUE(journal.balanced);
    const auto& lines = journal.entries[0].lines;
    EXPECT_EQ(lines[2].cost, "") << "A is what B is exchanged for";
    EXPECT_EQ(lines[3].cost, "-1 A");
}

TEST(JournalBalance, RoundsLikeHledgerOnlyWhenToldAndListsIt) {
    // 3 at 0.333 is 0.999: a tenth of a cent short of 1.00.
    const std::string exchange = "2024-01-01\n  a  3 ACME @ 0.333 EUR\n  b  -1.00 EUR\n";
    const auto refused = read(exchange);
    ASSERT_TRUE(refused.error);
    EXPECT_EQ(refused.error->code, "interchange.unbalanced");
    EXPECT_NE(refused.error->reason.find("--like hledger"), std::string::npos);
    const auto exchanged = read(exchange, {.like = Like::hledger});
    ASSERT_FALSE(exchanged.error) << exchanged.error_text;
    EXPECT_TRUE(exchanged.balanced);
    EXPECT_EQ(exchanged.entries[0].lines[0].cost, "1 EUR");
    EXPECT_EQ(exchanged.remarks(RemarkKind::rounding_line), 0U);

    const std::string same =
        "commodity 1,000.00 EUR\n\n2024-01-01\n  a  1.004 EUR\n  b  -1.00 EUR\n";
    const auto rounded = read(same, {.like = Like::hledger});
    ASSERT_FALSE(rounded.error) << rounded.error_text;
    EXPECT_TRUE(rounded.balanced);
    EXPECT_EQ((rounded.balances.at({"expenses:rounding", "EUR"})), "-0.004");
    EXPECT_EQ(rounded.remarks(RemarkKind::rounding_line), 1U);
    EXPECT_EQ(rounded.account("expenses:rounding")->type, AccountType::expense);

    // Half a unit of the last digit shown is still rounded away, more isn't.
    EXPECT_FALSE(read(
                     "commodity 1,000.00 EUR\n2024-01-01\n  a  1.005 EUR\n  b  -1 EUR\n",
                     {.like = Like::hledger}
    )
                     .error);
    EXPECT_TRUE(read(
                    "commodity 1,000.00 EUR\n2024-01-01\n  a  1.0051 EUR\n  b  -1 EUR\n",
                    {.like = Like::hledger}
    )
                    .error);
    EXPECT_TRUE(read("2024-01-01\n  a  1.005 EUR\n  b  -1 EUR\n", {.like = Like::hledger}).error);

    const auto taken = read(
        "commodity 1,000.00 EUR\n\n2024-01-01\n  expenses:rounding  1.004 EUR\n  b  -1.00 EUR\n",
        {.like = Like::hledger}
    );
    ASSERT_FALSE(taken.error) << taken.error_text;
    EXPECT_EQ((taken.balances.at({"expenses:rounding", "EUR"})), "1.004");
    EXPECT_EQ((taken.balances.at({"expenses:rounding 2", "EUR"})), "-0.004");
}

TEST(JournalBalance, BracketedPostingsBalanceApart) {
    EXPECT_FALSE(read("2024-01-01\n  a  1\n  b\n  [c]  5\n  [d]\n").error);
    EXPECT_TRUE(read("2024-01-01\n  a  1\n  b\n  [c]  5\n  [d]  4\n").error);
    EXPECT_TRUE(read("2024-01-01\n  a  1\n  [c]  -1\n").error);
}

TEST(JournalBalance, ScaleIsTheMostDigitsOfAmountsAndNotOfRates) {
    const auto journal = read(
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
    const auto kept = read("2024-01-01\n  a  1.500 EUR\n  b\n", options);
    ASSERT_FALSE(kept.error) << kept.error_text;
    EXPECT_EQ(kept.commodities.back().commodity.scale, 2);
    const auto finer = read("2024-01-01\n  a  1.505 EUR\n  b\n", options);
    ASSERT_TRUE(finer.error);
    EXPECT_EQ(finer.error->code, "interchange.too_fine");
    EXPECT_EQ(finer.error->line, 2U);
}

TEST(JournalAssertion, IsJudgedByDateWithItsKind) {
    struct Case {
        const char* name;
        const char* text;
        bool holds;
    };
    const Case cases[] = {
        {"in date order", "2024-01-02\n  a  1 = 3\n  b\n\n2024-01-01\n  a  2 = 2\n  b\n", true},
        {"not in file order", "2024-01-02\n  a  1 = 1\n  b\n\n2024-01-01\n  a  2 = 3\n  b\n", false
        },
        {"one commodity of two", "2024-01-01\n  a  1 X\n  a  1 Y = 1 Y\n  b\n", true},
        {"sole commodity", "2024-01-01\n  a  1 X\n  a  1 Y == 1 Y\n  b\n", false},
        {"without subaccounts", "2024-01-01\n  a:b  1\n  a  1 = 1\n  c\n", true},
        {"with subaccounts", "2024-01-01\n  a:b  1\n  a  1 =* 2\n  c\n", true},
        {"a similar name is no subaccount", "2024-01-01\n  ab  1\n  a  1 =* 2\n  c\n", false},
        {"cost plays no part", "2024-01-01\n  a  1 X @ 2 Y = 1 X @ 7 Y\n  b\n", true},
        {"assignment sets the balance",
         "2024-01-01\n  a  5\n  b\n\n2024-01-02\n  a  = 3\n  b\n\n2024-01-03\n  a  0 = 3\n  b  0 = "
         "-3\n",
         true},
        {"at the posting's own date",
         "2024-01-01\n  a  1  ; date:2024-01-05\n  b\n\n2024-01-03\n  a  1 = 1\n  b\n",
         true},
        {"that date's own assertion",
         "2024-01-01\n  a  1 = 2  ; [2024-01-05]\n  b\n\n2024-01-03\n  a  1 = 1\n  b\n",
         true},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto journal = read(c.text);
        EXPECT_EQ(!journal.error, c.holds) << journal.error_text;
        if (journal.error) {
            EXPECT_EQ(journal.error->code, "interchange.assertion_failed");
        }
    }
}

TEST(JournalAssertion, IsJudgedInFileOrderLikeLedger) {
    const std::string text = "2024-01-02\n  a  1 = 1\n  b\n\n2024-01-01\n  a  2 = 3\n  b\n";
    EXPECT_TRUE(read(text).error);
    EXPECT_FALSE(read(text, {.like = Like::ledger}).error);
}

TEST(JournalAssertion, WithADateOfItsOwnNeedsAnAmount) {
    const auto journal = read("2024-01-01\n  a  = 1  ; date:2024-01-02\n  b\n");
    ASSERT_TRUE(journal.error);
    EXPECT_EQ(journal.error->code, "interchange.assignment_dated");
    EXPECT_EQ(journal.error->line, 2U);
}

TEST(JournalDates, OfPostingsSplitTheEntryViaClearing) {
    const auto journal =
        read("2024-01-01 x\n  a  10 EUR  ; date:1/5\n  b  -4 EUR\n  c  -6 EUR  ; [2024-01-03]\n");
    ASSERT_FALSE(journal.error) << journal.error_text;
    ASSERT_EQ(journal.entries.size(), 3U);
    EXPECT_TRUE(journal.balanced);
    EXPECT_EQ(journal.report.transactions, 1U);
    EXPECT_EQ(journal.entries[0].date, "2024-01-01");
    EXPECT_EQ(journal.entries[1].date, "2024-01-03");
    EXPECT_EQ(journal.entries[2].date, "2024-01-05");
    EXPECT_EQ(journal.entries[2].lines.at(1).account, "assets:clearing");
    EXPECT_FALSE(journal.balances.contains({"assets:clearing", "EUR"}));
}

TEST(JournalAccounts, TakeTheirTypeFromOptionTagNameOrParent) {
    const JournalOptions options{.types = {{"odd", AccountType::equity}}};
    const auto journal = read(
        "account special  ; type:X\naccount assets:loan\n  ; type: Liability\n\n2024-01-01\n"
        "  Assets:Bank:Giro  1\n  assets:cars  1\n  Liabilities  1\n  income:x  1\n  expense  1\n  "
        "equity:conversion  1\n"
        "  special:assets  1\n  assets:loan:house  1\n  odd:deep  1\n  strange:thing  1\n  z\n",
        options
    );
    ASSERT_FALSE(journal.error) << journal.error_text;
    struct Case {
        const char* path;
        AccountType type;
        bool cash = false;
        bool assumed = false;
    };
    const Case cases[] = {
        {"Assets:Bank:Giro", AccountType::asset, true},
        {"assets:cars", AccountType::asset},
        {"Liabilities", AccountType::liability},
        {"income:x", AccountType::revenue},
        {"expense", AccountType::expense},
        {"equity:conversion", AccountType::equity},
        {"special:assets", AccountType::expense},
        {"assets:loan:house", AccountType::liability},
        {"odd:deep", AccountType::equity},
        {"strange", AccountType::asset, false, true},
        {"strange:thing", AccountType::asset, false, true},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.path);
        const auto* account = journal.account(c.path);
        ASSERT_NE(account, nullptr);
        EXPECT_EQ(account->type, c.type);
        EXPECT_EQ(account->cash, c.cash);
        EXPECT_EQ(account->assumed, c.assumed);
    }
    EXPECT_EQ(journal.remarks(RemarkKind::assumed_type), 3U);  // with z
    for (std::size_t i = 0; i < journal.accounts.size(); ++i) {
        EXPECT_LT(journal.accounts[i].parent.value_or(0), std::max<std::size_t>(i, 1));
    }
}

TEST(JournalAccounts, AreRenamedByApplyAccountAndAliases) {
    struct Case {
        const char* name;
        const char* before;
        const char* account;
        const char* becomes;
    };
    const Case cases[] = {
        {"parent", "apply account x:y\n", "a", "x:y:a"},
        {"parents in turn", "apply account x\napply account y\n", "a", "x:y:a"},
        {"ended", "apply account x\nend apply account\n", "a", "a"},
        {"alias", "alias a=b\n", "a", "b"},
        {"alias keeps what is below", "alias a = b c\n", "a:d", "b c:d"},
        {"alias is no prefix", "alias a=b\n", "ad", "ad"},
        {"the latest alias first", "alias b=c\nalias a=b\n", "a", "c"},
        {"and not again", "alias a=b\nalias b=c\n", "a", "b"},
        {"after the parent", "apply account x\nalias x:a=z\n", "a", "z"},
        {"expression",
         "alias /^(.+):bank:([^:]+)/ = \\1:\\2 bank\n",
         "assets:bank:giro:x",
         "assets:giro bank:x"},
        {"expression ignores case", "alias /ASSETS/=liabilities\n", "assets:a", "liabilities:a"},
        {"every match", "alias /o/=0\n", "foo:boo", "f00:b00"},
        {"characters, not bytes", "alias /^.$/=one\n", "é", "one"},
        {"ended aliases", "alias a=b\nend aliases\n", "a", "a"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto journal =
            read(std::string{c.before} + "\n2024-01-01\n  " + c.account + "  1\n  zz\n");
        ASSERT_FALSE(journal.error) << journal.error_text;
        EXPECT_EQ(journal.entries[0].lines[0].account, c.becomes);
    }
}

TEST(JournalDirectives, SetCommoditiesYearsAndPrices) {
    const auto journal = read(
        "Y2019\nD $1,000.00\nP 2019-01-01 EUR $1.10\nP 2019/1/2 10:30:00 \"X 1\" 5 EUR\ntag "
        "topic\npayee Somebody\nC 1 kB = 1024 B\nN $\n\n"
        "1/5 x\n  a  5\n  b  $-5\n\n!Y 2020\n1-6 y\n  a  1 EUR\n  b\n",
        {.symbols = {{"$", "USD"}}}
    );
    ASSERT_FALSE(journal.error) << journal.error_text;
    EXPECT_EQ(journal.entries[0].date, "2019-01-05");
    EXPECT_EQ(journal.entries[1].date, "2020-01-06");
    EXPECT_EQ(journal.entries[0].lines[0].amount, "5 USD");
    ASSERT_EQ(journal.prices.size(), 2U);
    EXPECT_EQ(base::to_string(journal.prices[0].price), "1.10");
    EXPECT_EQ(journal.commodities[journal.prices[1].commodity].commodity.code, "X 1");
}

TEST(JournalDirectives, AreRefusedWhereTheyMakeNoSense) {
    struct Case {
        const char* text;
        const char* code;
    };
    const Case cases[] = {
        {"nonsense\n", "interchange.unknown_directive"},
        {"eval 1\n", "interchange.unknown_directive"},
        {"python\n", "interchange.unknown_directive"},
        {"comments\n", "interchange.unknown_directive"},
        {"include\n", "interchange.bad_directive"},
        {"account\n", "interchange.bad_directive"},
        {"account a  b\n", "interchange.unexpected_text"},
        {"account a  ; type:Z\n", "interchange.bad_account_type"},
        {"commodity 1000 EUR\n", "interchange.bad_directive"},
        {"commodity 1,000 EUR\n", "interchange.ambiguous_number"},
        {"commodity EUR\n  format 1.00 USD\n", "interchange.bad_directive"},
        {"commodity EUR\n  alias euro\n", "interchange.unknown_directive"},
        {"D 1000 EUR\n", "interchange.bad_directive"},
        {"decimal-mark ;\n", "interchange.bad_directive"},
        {"Y 20\n", "interchange.bad_directive"},
        {"Y 20245\n", "interchange.bad_directive"},
        {"alias x\n", "interchange.bad_alias"},
        {"alias /(/=x\n", "interchange.bad_alias"},
        {"end apply account\n", "interchange.bad_directive"},
        {"end nothing\n", "interchange.unknown_directive"},
        {"P 2024-01-01 EUR\n", "interchange.bad_amount"},
        {"P 2024-02-30 EUR $1\n", "interchange.bad_date"},
        {"~ monthly\n", "interchange.periodic_rule"},
        {"= expenses\n", "interchange.auto_rule"},
        {"2024-01-01 (12\n", "interchange.bad_code"},
        {"2024-01-01\n  (a)  1\n", "interchange.virtual_posting"},
        {"2024-01-01\n  a  1 ; date:2024-02-30\n  b\n", "interchange.bad_date"},
        {"2024-01-01\n  !\n", "interchange.bad_account"},
        {"2024-01-01\n  []  1\n", "interchange.bad_account"},
        {"2024-01-01\n  a  1 x y\n", "interchange.unexpected_text"},
        {"2024-01-01\n  a  1\n", "interchange.unbalanced"},
        {"alias /a/=\\9\n2024-01-01\n  a  1\n  b\n", "interchange.bad_alias"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.text);
        const auto journal = read(c.text);
        ASSERT_TRUE(journal.error);
        EXPECT_EQ(journal.error->code, c.code) << journal.error_text;
        EXPECT_GT(journal.error->line, 0U);
    }
}

TEST(JournalText, MayHaveCrlfByteOrderMarkTabsAndNoLastNewline) {
    const auto journal = read(
        "\xEF\xBB\xBF"
        "2024-01-01 x\r\n\ta  1\r\n\tb:c"
    );
    ASSERT_FALSE(journal.error) << journal.error_text;
    EXPECT_EQ(journal.entries[0].description, "x");
    EXPECT_EQ((journal.balances.at({"b:c", ""})), "-1");
    EXPECT_FALSE(read("").error);
}

TEST(JournalError, NamesFileLineAndColumnInCharacters) {
    const auto journal = read("2024-01-01\n  été  1..5 EUR\n");
    ASSERT_TRUE(journal.error);
    EXPECT_EQ(journal.error->line, 2U);
    EXPECT_EQ(journal.error->column, 10U);
    EXPECT_NE(journal.error_text.find("books.journal:2:10: "), std::string::npos)
        << journal.error_text;
}

TEST(JournalError, CanBeShownOnATerminal) {
    for (const char* text : {
             "2024-01-01\x1b[31m\n",
             "2024\x1b-01-01\n",
             "\xC2\x9B nonsense\n",
             "2024-01-01\n  a  1 \x1b[31mX\n",
             "2024-01-01\n  a\x1b  1 = 2\n  b\n",
             "include \x1b.journal\n",
             "2024-01-01 x\r2024\n  a  \x7f 1\n",
         }) {
        SCOPED_TRACE(text);
        const auto journal = read(text);
        ASSERT_TRUE(journal.error);
        EXPECT_TRUE(base::is_plain_text(journal.error_text)) << journal.error_text;
    }
}

TEST(JournalReport, CountsAndTellsOfProgress) {
    double last = 0;
    const auto journal = read("2024-01-01\n  a  1\n  b\n", {.on_progress = [&](double done) {
                                  EXPECT_GE(done, last);
                                  last = done;
                              }});
    EXPECT_EQ(last, 1.0);
    EXPECT_EQ(journal.report.entries, 1U);
    EXPECT_EQ(journal.report.lines, 2U);
    EXPECT_EQ(journal.report.files.size(), 1U);
}

}  // namespace
}  // namespace accubooks::interchange
