#include "base/json_writer.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace accubooks::base {
namespace {

std::string as_json(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
    JsonWriter json;
    json.begin_object()
        .member("name", "Cash")
        .member("number", std::numeric_limits<std::int64_t>::min())
        .member("size", std::numeric_limits<std::uint64_t>::max())
        .member("active", true)
        .member("parent", nullptr)
        .member("memo", std::optional<std::string>{})
        .member("code", std::optional<std::string>{"1000"});
    json.key("empty").begin_array().end_array();
    json.key("lines").begin_array();
    json.begin_object().member("a", 1).end_object();
    json.value(2).value("three").raw("[4]");
    json.end_array().key("none").begin_object().end_object().end_object();
    EXPECT_EQ(
        std::move(json).take(),
        R"({"name":"Cash","number":-9223372036854775808,"size":18446744073709551615,"active":true,)"
        R"("parent":null,"memo":null,"code":"1000","empty":[],"lines":[{"a":1},2,"three",[4]],"none":{}})"
    );
}

TEST(JsonWriter, EscapesWhatATerminalCouldObey) {
    struct Case {
        const char* name;
        std::string_view text;
        std::string_view written;
    };
    using namespace std::string_view_literals;
    const Case cases[] = {
        {"empty", "", R"("")"},
        {"quote and backslash", R"(a"b\c)", R"("a\"b\\c")"},
        {"line ends and tab", "\r\n\t", R"("\r\n\t")"},
        {"NUL and escape", "\0\x1b[31m"sv, R"("\u0000\u001b[31m")"},
        {"DEL", "\x7f", R"("\u007f")"},
        {"C1", "\xC2\x9B", R"("\u009b")"},
        {"first harmless code point after C1", "\xC2\xA0", "\"\xC2\xA0\""},
        {"line separator", "\xE2\x80\xA8", R"("\u2028")"},
        {"two, three, four bytes", "é€😂", R"("é€😂")"},
        {"lone continuation", "a\x80z", "\"a\xEF\xBF\xBDz\""},
        {"overlong slash", "\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"surrogate", "\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"past the last plane",
         "\xF4\x90\x80\x80",
         "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"cut short", "\xE2\x82", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(as_json(c.text), c.written);
    }
}

RC_GTEST_PROP(JsonWriter, AnyBytesGiveAReadableString, (const std::string& bytes)) {
    const std::string written = as_json(bytes);
    const auto read = boost::json::parse(boost::json::string_view{written.data(), written.size()});
    RC_ASSERT(read.is_string());
    // Written again, what was read back is the same: the repaired text is its own fixed point.
    const auto& text = read.as_string();
    RC_ASSERT(as_json({text.data(), text.size()}) == written);
}

TEST(JsonWriterDeathTest, StopsOnAValueThatIsNone) {
    EXPECT_DEATH({ JsonWriter{}.begin_object().value(1); }, "follows its key");
    EXPECT_DEATH({ JsonWriter{}.begin_array().end_object(); }, "brackets match");
    EXPECT_DEATH({ JsonWriter{}.begin_array().key("a"); }, "only an object");
    EXPECT_DEATH({ JsonWriter{}.value(1).value(2); }, "one value");
    EXPECT_DEATH(
        {
            JsonWriter open;
            open.begin_array();
            std::ignore = std::move(open).take();
        },
        "complete"
    );
}

}  // namespace
}  // namespace accubooks::base
