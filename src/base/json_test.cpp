#include "base/json.h"

#include <bit>
#include <string>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

namespace accubooks::base {
namespace {

TEST(ParseJson, ReadsEveryKindOfValue) {
    const auto value = parse_json(R"( {"a": [1, -2, 18446744073709551615, 1.5, true, null, {}, []],
        "b": "\u00e9\n\ud83d\ude02", "": ""} )");
    ASSERT_TRUE(value.has_value());
    const auto& object = value->as_object();
    EXPECT_EQ(
        boost::json::serialize(object.at("a")), "[1,-2,18446744073709551615,1.5E0,true,null,{},[]]"
    );
    EXPECT_EQ(object.at("b").as_string(), "é\n😂");
    EXPECT_EQ(object.at("").as_string(), "");
    EXPECT_EQ(parse_json(" 7 ")->as_int64(), 7);
}

TEST(ParseJson, RefusesWhatIsNotStrictJson) {
    for (const char* text : {
             "",
             " ",
             "{",
             "[1,]",
             "{\"a\":1,}",
             "[1] 2",
             "// note\n1",
             "'a'",
             "01",
             "+1",
             ".5",
             "NaN",
             "1e400",
             "-1e400",
             "\"\\ud800\"",
             "\"\\udc00\\ud800\"",
             "\"\xED\xA0\x80\"",
             "\"\xFF\"",
             "\"a\nb\"",
             "\xEF\xBB\xBF"
             "1",
         }) {
        const auto value = parse_json(text);
        ASSERT_FALSE(value.has_value()) << text;
        EXPECT_EQ(value.error().code, "base.bad_json");
    }
    using namespace std::string_view_literals;
    EXPECT_FALSE(parse_json("1\0"sv).has_value());
}

TEST(ParseJson, RefusesAMemberNamedTwice) {
    const auto twice = parse_json(R"({"a":{"x":1,"\u0078":2}})");
    ASSERT_FALSE(twice.has_value());
    EXPECT_EQ(twice.error().detail, "The member \"x\" stands twice in one object.");
    EXPECT_TRUE(parse_json(R"({"x":{"x":1},"y":{"x":1}})").has_value());
}

TEST(ParseJson, BoundsItsDepth) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_TRUE(parse_json(nested(kMaxJsonDepth)).has_value());
    EXPECT_FALSE(parse_json(nested(kMaxJsonDepth + 1)).has_value());
    EXPECT_FALSE(parse_json(std::string(100'000, '[')).has_value());
}

TEST(ParseJson, RoundsNumbersToTheNearestDouble) {
    struct Case {
        const char* text;
        std::uint64_t bits;
    };
    const Case cases[] = {
        {"333333333.33333329", 0x41b3de4355555555},
        {"9007199254740993.0", 0x4340000000000000},  // a tie goes to the even neighbour
        {"9007199254740993.00000000000000000000000000000000000000001", 0x4340000000000001},
        {"2.2250738585072011e-308", 0x000fffffffffffff},
        {"5e-324", 0x0000000000000001},
        {"1.7976931348623157e308", 0x7fefffffffffffff},
        {"1e-400", 0x0000000000000000},
    };
    for (const auto& c : cases) {
        const auto value = parse_json(c.text);
        ASSERT_TRUE(value.has_value()) << c.text;
        EXPECT_EQ(std::bit_cast<std::uint64_t>(value->as_double()), c.bits) << c.text;
    }
}

}  // namespace
}  // namespace accubooks::base
