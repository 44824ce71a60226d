#include <map>
#include <string>

#include <gtest/gtest.h>

#include "interchange/internal/journal_fixture.h"
#include "interchange/journal_import.h"

namespace accubooks::interchange {
namespace {

TEST(JournalEntry, KeepsAllThatIsWritten) {
    const auto journal = read_text(
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
        const auto journal =
            read_text(std::string{c.text} + "\n  a  1\n  b\n", {.default_year = 2023});
        EXPECT_EQ(
            journal.error ? std::string{journal.error->code} : journal.entries.at(0).date, c.date
        );
    }
}

TEST(JournalEntry, ComeByDateThenInFileOrder) {
    const auto journal = read_text(
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
    const auto once = read_text(entry + "2024-01-03 y\n");
    const auto more = read_text(
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
        const auto journal = read_text(other);
        ASSERT_FALSE(journal.error) << journal.error_text;
        EXPECT_NE(journal.entries[0].digest, once.entries[0].digest);
    }
}

TEST(JournalText, MayHaveCrlfByteOrderMarkTabsAndNoLastNewline) {
    const auto journal = read_text(
        "\xEF\xBB\xBF"
        "2024-01-01 x\r\n\ta  1\r\n\tb:c"
    );
    ASSERT_FALSE(journal.error) << journal.error_text;
    EXPECT_EQ(journal.entries[0].description, "x");
    EXPECT_EQ((journal.balances.at({"b:c", ""})), "-1");
    EXPECT_FALSE(read_text("").error);
}

}  // namespace
}  // namespace accubooks::interchange
