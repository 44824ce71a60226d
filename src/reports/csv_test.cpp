#include "reports/csv.h"

#include <gtest/gtest.h>

namespace accubooks::reports {
namespace {

TEST(CsvText, IsNeverAFormulaAndCanBeReadBack) {
    struct Case {
        const char* name;
        std::string_view text;
        std::string_view cell;
    };
    const Case cases[] = {
        {"nothing", "", ""},
        {"a word", "Bank", "Bank"},
        {"a comma", "Bank, Köln", "\"Bank, Köln\""},
        {"quotes", "the \"bank\"", "\"the \"\"bank\"\"\""},
        {"two lines", "a\nb", "\"a\nb\""},
        {"a formula", "=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""},
        {"a plus", "+1", "'+1"},
        {"a minus", "-1+2", "'-1+2"},
        {"an at", "@SUM(1)", "'@SUM(1)"},
        {"a tab", "\t=1", "'\t=1"},
        {"a carriage return", "\r=1", "\"'\r=1\""},
        {"an apostrophe", "'tis", "''tis"},
        {"inside it is none", "1=1", "1=1"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(csv_text(c.text), c.cell);
    }
}

}  // namespace
}  // namespace accubooks::reports
