#include "base/canonical_json.h"

#include <bit>
#include <cmath>
#include <limits>

#include <boost/json/value.hpp>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/digest.h"
#include "base/json.h"

namespace accubooks::base {
namespace {

TEST(CanonicalJson, GivesTheBytesOfItsPublicVectors) {
    struct Case {
        const char* name;
        const char* text;
        std::string_view head;  // of the SHA-256 of the canonical bytes
        std::string_view tail;
    };
    const Case cases[] = {
        {"arrays", R"([56, {"d": true, "10": null, "1": [ ]}])", "099601b1", "ac42"},
        {"french",
         R"({"peach": "This sorting order", "péché": "is wrong according to French",
             "pêche": "but canonicalization MUST", "sin": "ignore locale"})",
         "d99d0ebd",
         "7ed5"},
        {"structures",
         R"({"1": {"f": {"f": "hi","F": 5} ,"\n": 56.0}, "10": { }, "": "empty", "a": { },
             "111": [ {"e": "yes","E": "no" } ], "A": { }})",
         "605f6500",
         "95d5"},
        {"unicode", R"({"Unnormalized Unicode":"A\u030a"})", "0d99aad9", "81d3"},
        {"values",
         R"({"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
             "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
             "literals": [null, true, false]})",
         "2d5e01a3",
         "baacb"},
        {"weird",
         R"({"\u20ac": "Euro Sign", "\r": "Carriage Return", "\u000a": "Newline", "1": "One",
             "\u0080": "Control\u007f", "\ud83d\ude02": "Smiley",
             "\u00f6": "Latin Small Letter O With Diaeresis",
             "\ufb33": "Hebrew Letter Dalet With Dagesh", "</script>": "Browser Challenge"})",
         "6af595a9",
         "94d1"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto canonical = canonicalise(c.text);
        ASSERT_TRUE(canonical.has_value());
        SCOPED_TRACE(*canonical);
        const std::string digest = to_hex(sha256(*canonical));
        EXPECT_EQ(digest.substr(0, c.head.size()), c.head);
        EXPECT_EQ(digest.substr(digest.size() - c.tail.size()), c.tail);
    }
}

TEST(CanonicalJson, WritesNumbersLikeEcmaScript) {
    struct Case {
        std::uint64_t bits;
        const char* text;
    };
    const Case cases[] = {
        {0x0000000000000000, "0"},
        {0x8000000000000000, "0"},
        {0x0000000000000001, "5e-324"},
        {0x8000000000000001, "-5e-324"},
        {0x7fefffffffffffff, "1.7976931348623157e+308"},
        {0xffefffffffffffff, "-1.7976931348623157e+308"},
        {0x4340000000000000, "9007199254740992"},
        {0xc340000000000000, "-9007199254740992"},
        {0x4340000000000001, "9007199254740994"},
        {0x4430000000000000, "295147905179352830000"},
        {0x44b52d02c7e14af5, "9.999999999999997e+22"},
        {0x44b52d02c7e14af6, "1e+23"},
        {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
        {0x444b1ae4d6e2ef4e, "999999999999999700000"},
        {0x444b1ae4d6e2ef4f, "999999999999999900000"},
        {0x444b1ae4d6e2ef50, "1e+21"},
        {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
        {0x3eb0c6f7a0b5ed8d, "0.000001"},
        {0x41b3de4355555553, "333333333.3333332"},
        {0x41b3de4355555555, "333333333.3333333"},
        {0xbecbf647612f3696, "-0.0000033333333333333333"},
        {0x43143ff3c1cb0959, "1424953923781206.2"},
    };
    for (const auto& c : cases) {
        const boost::json::value number = std::bit_cast<double>(c.bits);
        EXPECT_EQ(canonical_json(number).value(), c.text);
    }
}

TEST(CanonicalJson, SortsNamesByUtf16CodeUnits) {
    EXPECT_EQ(
        canonicalise(
            "{\"\xEF\xAC\xB3\":1,\"\xF0\x9F\x98\x82\":2,\"\xE2\x82\xAC\":3,\"ab\":4,\"a\":5}"
        )
            .value(),
        "{\"a\":5,\"ab\":4,\"\xE2\x82\xAC\":3,\"\xF0\x9F\x98\x82\":2,\"\xEF\xAC\xB3\":1}"
    );
}

TEST(CanonicalJson, EscapesOnlyWhatItMust) {
    EXPECT_EQ(
        canonicalise(R"("\b\f\n\r\t\u000b\u001F\u007f\/\"\\<é")").value(),
        "\"\\b\\f\\n\\r\\t\\u000b\\u001f\x7f/\\\"\\\\<é\""
    );
}

TEST(CanonicalJson, RefusesWhatHasNoSingleForm) {
    const double infinity = std::numeric_limits<double>::infinity();
    const boost::json::value values[] = {
        infinity,
        -infinity,
        std::nan(""),
        "\xED\xA0\x80",
        boost::json::object{{"\xFF", 1}},
        (std::int64_t{1} << 53) + 1,
        std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::uint64_t>::max(),
    };
    for (const auto& value : values) {
        const auto canonical = canonical_json(boost::json::array{value});
        ASSERT_FALSE(canonical.has_value());
        EXPECT_EQ(canonical.error().code, "base.json_not_canonical");
    }
    EXPECT_EQ(canonical_json(-(std::int64_t{1} << 53)).value(), "-9007199254740992");
    EXPECT_EQ(canonicalise(R"({"a":1,"a":1})").error().code, "base.bad_json");
}

RC_GTEST_PROP(CanonicalJson, ANumberReadsBackAsItself, (std::uint64_t bits)) {
    const auto number = std::bit_cast<double>(bits);
    RC_PRE(std::isfinite(number));
    const auto text = canonical_json(boost::json::value(number)).value();
    const auto again = parse_json(text);
    if (again->is_double()) {
        RC_ASSERT(again->get_double() == number);
    } else {
        RC_ASSERT(again->to_number<double>() == number);
    }
}

RC_GTEST_PROP(CanonicalJson, TheOrderOfMembersDoesNotMatter, (std::map<std::string, int> members)) {
    boost::json::object forward;
    boost::json::object backward;
    for (const auto& [name, value] : members) {
        forward.emplace(name, value);
    }
    for (auto it = members.rbegin(); it != members.rend(); ++it) {
        backward.emplace(it->first, it->second);
    }
    const auto left = canonical_json(forward);
    const auto right = canonical_json(backward);
    RC_ASSERT(left.has_value() == right.has_value());
    if (left) {
        RC_ASSERT(*left == *right);
        RC_ASSERT(canonicalise(*left).value() == *left);
    }
}

}  // namespace
}  // namespace accubooks::base
