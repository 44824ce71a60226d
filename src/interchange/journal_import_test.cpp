#include "interchange/journal_import.h"

#include <string>

#include <gtest/gtest.h>

#include "base/utf8.h"
#include "interchange/internal/journal_fixture.h"

namespace accubooks::interchange {
namespace {

TEST(JournalError, NamesFileLineAndColumnInCharacters) {
    const auto journal = read_text("2024-01-01\n  été  1..5 EUR\n");
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
        const auto journal = read_text(text);
        ASSERT_TRUE(journal.error);
        EXPECT_TRUE(base::is_plain_text(journal.error_text)) << journal.error_text;
    }
}

TEST(JournalReport, CountsAndTellsOfProgress) {
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
