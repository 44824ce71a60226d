#include <string>

#include <gtest/gtest.h>

#include "interchange/internal/journal_fixture.h"
#include "interchange/journal_import.h"

namespace accubooks::interchange {
namespace {

/// What the first line of the first entry comes to, or the refusal.
std::string first_amount(
    const std::string& amount, const JournalOptions& options = {}, const std::string& before = ""
) {
    const auto journal = read_text(before + "2024-01-01\n    a  " + amount + "\n    b\n", options);
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
        const auto journal = read_text(
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
        read_text("2024-01-01\n  a  1,000 EUR\n  b\n\n2024-01-02\n  a  1,234.5 EUR\n  b\n");
    ASSERT_FALSE(journal.error) << journal.error_text;
    EXPECT_EQ((journal.balances.at({"a", "EUR"})), "2234.5");
}

}  // namespace
}  // namespace accubooks::interchange
