#include "launch/markdown.h"

#include <gtest/gtest.h>

namespace accubooks::launch {
namespace {

TEST(Markdown, ShowsTextAndNeverAnElement) {
    struct Case {
        const char* name;
        std::string_view text;
        std::string_view wanted;
    };
    const Case cases[] = {
        {"plain words stay",
         "Pool max 50 to 200, min 10 to 20 (v1.0.0).",
         "Pool max 50 to 200, min 10 to 20 (v1.0.0)."},
        {"emphasis", "*all* _of_ it", R"(\*all\* \_of\_ it)"},
        {"a link", "[x](http://evil.test)", R"(\[x\](http\://evil.test))"},
        {"a link without brackets", "www.evil.test", R"(www\.evil.test)"},
        {"an address", "a@evil.test", R"(a\@evil.test)"},
        {"HTML", "<script>&amp;", R"(\<script>\&amp;)"},
        {"a heading", "# Approved", R"(\# Approved)"},
        {"a list", "- Approved", R"(\- Approved)"},
        {"a numbered list", "1. Approved", R"(1\. Approved)"},
        {"a block of code", "    code", "code"},
        {"a cell of a table", "a | b", R"(a \| b)"},
        {"a quotation", "> Approved", R"(\> Approved)"},
        {"a name with underscores", "open_p0 > 1.5", "open_p0 > 1.5"},
        {"a second line", "a\n\n# b", R"(a\\x0a\\x0a\# b)"},
        {"a terminal's command", "\x1b[2J", R"(\\x1b\[2J)"},
        {"an escape of its own", R"(\*)", R"(\\\*)"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(markdown(c.text), c.wanted);
    }
}

TEST(Markdown, CodeEndsWhereItShould) {
    EXPECT_EQ(markdown_code("database.pool.max"), "`database.pool.max`");
    EXPECT_EQ(markdown_code("a``b`"), "``` a``b` ```");
    EXPECT_EQ(markdown_code(""), "`  `");
    EXPECT_EQ(markdown_code("a\nb"), R"(`a\x0ab`)");
}

}  // namespace
}  // namespace accubooks::launch
