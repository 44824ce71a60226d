#include "base/utf8.h"

#include <gtest/gtest.h>

namespace accubooks::base {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, AcceptsWhatTheStandardAllowsAndNothingElse) {
    struct Case {
        const char* name;
        std::string_view text;
        bool good;
    };
    const Case cases[] = {
        {"nothing", ""sv, true},
        {"ASCII with zero", "a\0b"sv, true},
        {"two bytes", "\xC2\x80"sv, true},
        {"last of two", "\xDF\xBF"sv, true},
        {"first of three", "\xE0\xA0\x80"sv, true},
        {"before the surrogates", "\xED\x9F\xBF"sv, true},
        {"after the surrogates", "\xEE\x80\x80"sv, true},
        {"first of four", "\xF0\x90\x80\x80"sv, true},
        {"last of all", "\xF4\x8F\xBF\xBF"sv, true},
        {"overlong slash", "\xC0\xAF"sv, false},
        {"overlong of three", "\xE0\x9F\xBF"sv, false},
        {"overlong of four", "\xF0\x8F\xBF\xBF"sv, false},
        {"a surrogate", "\xED\xA0\x80"sv, false},
        {"the last surrogate", "\xED\xBF\xBF"sv, false},
        {"past U+10FFFF", "\xF4\x90\x80\x80"sv, false},
        {"five-byte lead", "\xF8\x88\x80\x80\x80"sv, false},
        {"a continuation alone", "\x80"sv, false},
        {"cut after one", "\xC2"sv, false},
        {"cut after two", "\xE2\x82"sv, false},
        {"cut after three", "\xF0\x9F\x98"sv, false},
        {"no continuation", "\xC2z"sv, false},
        {"broken in the middle", "ok\xE2zz"sv, false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(is_utf8(c.text), c.good);
    }
}

TEST(PlainText, HasNoControlCharacters) {
    EXPECT_TRUE(is_plain_text("Büro, 東京, 😂"));
    EXPECT_TRUE(is_plain_text("\xC2\xA0"));  // U+00A0, first past C1
    EXPECT_TRUE(is_plain_text(" ~"));
    for (const auto text :
         {"a\nb"sv, "\t"sv, "\0"sv, "\x1B[2J"sv, "\x7F"sv, "\xC2\x80"sv, "\xC2\x9F"sv, "\xFF"sv}) {
        EXPECT_FALSE(is_plain_text(text));
    }
}

TEST(PrintableText, ShowsWhatWouldActOnATerminal) {
    struct Case {
        const char* name;
        std::string_view text;
        std::string_view shown;
    };
    const Case cases[] = {
        {"plain text stays", "Büro, 東京, 😂 \\x1b", "Büro, 東京, 😂 \\x1b"},
        {"an escape sequence", "a\x1B[2Jb", "a\\x1b[2Jb"},
        {"line ends and tabs", "a\r\n\tb", "a\\x0d\\x0a\\x09b"},
        {"NUL and DEL", "\0\x7F"sv, "\\x00\\x7f"},
        {"C1",
         "\xC2\x9B"
         "31m",
         "\\u009b31m"},
        {"the first past C1", "\xC2\xA0", "\xC2\xA0"},
        {"an override",
         "\xE2\x80\xAE"
         "evil",
         "\\u202eevil"},
        {"isolates and marks",
         "\xE2\x81\xA6\xE2\x81\xA9\xE2\x80\x8E\xD8\x9C",
         "\\u2066\\u2069\\u200e\\u061c"},
        {"separators", "\xE2\x80\xA8\xE2\x80\xA9", "\\u2028\\u2029"},
        {"a dash beside them stays", "\xE2\x80\x94", "\xE2\x80\x94"},
        {"what isn't UTF-8", "a\xFF\xE2\x82", "a\\xff\\xe2\\x82"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(printable(c.text), c.shown);
    }
}

TEST(Utf8, PrefixEndsBeforeTheFirstWrongByte) {
    EXPECT_EQ(utf8_prefix(""), 0U);
    EXPECT_EQ(utf8_prefix("aü"), 3U);
    EXPECT_EQ(utf8_prefix("aü\xC3z"), 3U);
    EXPECT_EQ(
        utf8_prefix("\xFF"
                    "a"),
        0U
    );
}

TEST(Utf8, CountsCharactersAndNotTheirBytes) {
    EXPECT_EQ(characters_in(""), 0U);
    EXPECT_EQ(characters_in("aü資\U0001F4B6"), 4U);
}

TEST(PlainText, TurnsNoDirectionOfWriting) {
    for (const auto text :
         {"\u2028"sv, "\u2029"sv, "\u202A"sv, "\u202E"sv, "\u2066"sv, "\u2069"sv}) {
        EXPECT_FALSE(is_plain_text(text));
    }
    EXPECT_FALSE(is_plain_text("rent \u202E00.001"));
    for (const auto text : {"\u2027"sv, "\u202F"sv, "\u2065"sv, "\u206A"sv, "שכר\u200F 5"sv}) {
        EXPECT_TRUE(is_plain_text(text));
    }
}

}  // namespace
}  // namespace accubooks::base
