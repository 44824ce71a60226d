#include <string>

#include <gtest/gtest.h>

#include "interchange/internal/journal_fixture.h"
#include "interchange/journal_import.h"

namespace accubooks::interchange {
namespace {

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
        const auto journal = read_text(c.text);
        EXPECT_EQ(!journal.error, c.holds) << journal.error_text;
        if (journal.error) {
            EXPECT_EQ(journal.error->code, "interchange.assertion_failed");
        }
    }
}

TEST(JournalAssertion, IsJudgedInFileOrderLikeLedger) {
    const std::string text = "2024-01-02\n  a  1 = 1\n  b\n\n2024-01-01\n  a  2 = 3\n  b\n";
    EXPECT_TRUE(read_text(text).error);
    EXPECT_FALSE(read_text(text, {.like = Like::ledger}).error);
}

TEST(JournalAssertion, WithADateOfItsOwnNeedsAnAmount) {
    const auto journal = read_text("2024-01-01\n  a  = 1  ; date:2024-01-02\n  b\n");
    ASSERT_TRUE(journal.error);
    EXPECT_EQ(journal.error->code, "interchange.assignment_dated");
    EXPECT_EQ(journal.error->line, 2U);
}

TEST(JournalDates, OfPostingsSplitTheEntryViaClearing) {
    const auto journal = read_text(
        "2024-01-01 x\n  a  10 EUR  ; date:1/5\n  b  -4 EUR\n  c  -6 EUR  ; [2024-01-03]\n"
    );
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

}  // namespace
}  // namespace accubooks::interchange
