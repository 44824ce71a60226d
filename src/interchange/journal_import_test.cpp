#include "interchange/journal_import.h"

#include <string>

#include <gtest/gtest.h>

#include "base/utf8.h"
#include "interchange/internal/journal_fixture.h"

namespace accubooks::interchange {
namespace {

TEST(SourceError, NamesFileLineAndColumnInCharacters) {
    const auto journal = read_text("2024-01-01\n  été  1..5 EUR\n");
    ASSERT_TRUE(journal.error);
    EXPECT_EQ(journal.error->line, 2U);
    EXPECT_EQ(journal.error->column, 10U);
    EXPECT_NE(journal.error_text.find("books.journal:2:10: "), std::string::npos)
        << journal.error_text;
}

TEST(SourceError, NamesTheFirstWrongLineOfEachTransaction) {
    const auto journal = read_text(
        "2024-01-01 a\n  a  1..5 EUR\n  b  2..5\n\n2024-01-02 good\n  a  1\n  b\n"
        "2024-02-30 c\n  a  1\n\n2024-01-03 d\n  a  1 = x\n  ; a comment\n  b\n"
    );
    ASSERT_TRUE(journal.error);
    EXPECT_EQ(journal.error->line, 2U);
    ASSERT_EQ(journal.error->more.size(), 2U);
    EXPECT_EQ(journal.error->more[0].line, 8U);
    EXPECT_EQ(journal.error->more[0].code, "interchange.bad_date");
    EXPECT_EQ(journal.error->more[1].line, 12U);
    // What a wrong directive would have changed can't be known.
    const auto directive = read_text("2024-02-30 a\n\naccount\n\n2024-02-30 b\n");
    ASSERT_TRUE(directive.error);
    ASSERT_EQ(directive.error->more.size(), 1U);
    EXPECT_EQ(directive.error->more[0].line, 3U);
}

TEST(SourceError, AlwaysHasAColumn) {
    struct Case {
        const char* name;
        std::string text;
        const char* place;
        JournalOptions options{};
    };
    const std::string entry = "2024-01-01 x\n  a  1 EUR\n  b\n\n";
    const Case cases[] = {
        {"an entry that doesn't balance: its date",
         entry + "2024-01-02 y\n  a  1 EUR\n  b  -2 EUR\n",
         "5:1"},
        {"a second missing amount: its account", "2024-01-01\n  a  1\n  b\n  * c\n", "4:5"},
        {"a failed assertion: its sign", "2024-01-01\n  a  1 = 2\n  b\n", "2:8"},
        {"a product of too many digits: the posting",
         "2024-01-01\n  a  " + std::string(36, '9') + " X @ " + std::string(36, '9') +
             " EUR\n  b\n",
         "2:3"},
        {"an amount past 64 bits: the amount",
         "2024-01-01\n  a  99999999999999999999 EUR\n  b\n",
         "2:6"},
        {"an amount past the known scale: the amount",
         "2024-01-01\n  a  1.123 EUR\n  b\n",
         "2:6",
         {.known_commodities = {{.code = "EUR", .scale = 2}}}},
        {"an inferred amount past the known scale: the posting",
         "2024-01-01\n  a  1 X @ 1.123 EUR\n    b\n",
         "3:5",
         {.known_commodities = {{.code = "EUR", .scale = 2}}}},
        {"an assignment with a date of its own: the account",
         "2024-01-01\n   a  = 1 ; date:2024-01-02\n  b\n",
         "2:4"},
        {"an account type: the tag's value", "account a  ; type: Q\n", "1:20"},
        {"one below the directive", "account a\n  ; type: Q\n", "2:11"},
        {"a file that isn't there: the include's path", entry + "include nowhere.journal\n", "5:9"},
        {"a format that isn't read", "include a.csv\n", "1:9"},
        {"a byte that isn't UTF-8", "2024-01-01 \xC3\xBC\xFF\n", "1:13"},
        {"a NUL", std::string{"2024-01-01 x\0y\n", 15}, "1:13"},
        {"a line too long", std::string(2'000'000, 'x'), "1:1"},
        {"a cost in the amount's commodity: the cost",
         "2024-01-01\n  a  2 EUR @ 3 EUR\n  b\n",
         "2:14"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto journal = read_text(c.text, c.options);
        EXPECT_TRUE(journal.error_text.ends_with(
            "books.journal:" + std::string{c.place} + ": " +
            (journal.error ? journal.error->reason : "")
        )) << journal.error_text;
    }
}

TEST(SourceError, CanBeShownOnATerminal) {
    for (const char* text : {
             "2024-01-01\x1b[31m\n",
             "2024\x1b-01-01\n",
             "\xC2\x9B nonsense\n",
             "2024-01-01\n  a  1 \x1b[31mX\n",
             "2024-01-01\n  a\x1b  1 = 2\n  b\n",
             "include \x1b.journal\n",
             "2024-01-01\n  a\xE2\x80\xAE  1\n  b  1\n  c  = x\n",
             "2024-01-01 x\r2024\n  a  \x7f 1\n",
         }) {
        SCOPED_TRACE(text);
        const auto journal = read_text(text);
        ASSERT_TRUE(journal.error);
        EXPECT_TRUE(base::is_plain_text(journal.error_text)) << journal.error_text;
    }
}

TEST(SourceReport, CountsAndTellsOfProgress) {
    double last = 0;
    const auto journal = read_text("2024-01-01\n  a  1\n  b\n", {.on_progress = [&](double done) {
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
