#include "net/internal/target.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace accubooks::net {
namespace {

TEST(ParseTarget, TakesOriginAndAbsoluteFormAndNothingElse) {
    struct Case {
        const char* name;
        std::string_view target;
        bool taken;
        std::string_view authority = "";
        std::string_view path = "";
        std::string_view query = "";
    };
    const Case cases[] = {
        {"origin form", "/a/b?c=d", true, "", "/a/b", "c=d"},
        {"two marks", "/a?b?c", true, "", "/a", "b?c"},
        {"absolute form", "http://books.example:80/a?b", true, "books.example:80", "/a", "b"},
        {"still encoded", "/%41", true, "", "/%41", ""},
        {"no path", "http://books.example", false},
        {"no host", "http:///a", false},
        {"asterisk form", "*", false},
        {"authority form", "books.example:443", false},
        {"another scheme", "ftp://books.example/", false},
        {"a fragment", "/a#b", false},
        {"a raw letter beyond ASCII", "/\xC3\xA9", false},
        {"empty", "", false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto target = parse_target(c.target);
        ASSERT_EQ(target.has_value(), c.taken);
        if (target) {
            EXPECT_EQ(target->authority, c.authority);
            EXPECT_EQ(target->path, c.path);
            EXPECT_EQ(target->query, c.query);
        }
    }
}

TEST(ParseQuery, DecodesNamesAndValuesInOrder) {
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    struct Case {
        const char* name;
        std::string_view query;
        std::optional<Pairs> pairs;
    };
    const Case cases[] = {
        {"none", "", Pairs{}},
        {"two", "a=1&b=2", Pairs{{"a", "1"}, {"b", "2"}}},
        {"twice the same", "a=1&a=2", Pairs{{"a", "1"}, {"a", "2"}}},
        {"plus is a space, an encoded plus is a plus", "a=x+y%2Bz", Pairs{{"a", "x y+z"}}},
        {"an encoded ampersand stays inside", "a=x%26b=y", Pairs{{"a", "x&b=y"}}},
        {"a name alone", "a&b=", Pairs{{"a", ""}, {"b", ""}}},
        {"empty pieces", "&&a=1&", Pairs{{"a", "1"}}},
        {"a bad escape", "a=%zz", std::nullopt},
        {"a line end", "a=%0a", std::nullopt},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto pairs = parse_query(c.query);
        ASSERT_EQ(pairs.has_value(), c.pairs.has_value());
        if (pairs) {
            EXPECT_EQ(*pairs, *c.pairs);
        }
    }
}

TEST(ParseQuery, HasALimit) {
    std::string query = "a=1";
    for (std::size_t i = 1; i < kQueryParametersMax; ++i) {
        query += "&a=1";
    }
    EXPECT_TRUE(parse_query(query).has_value());
    query += "&a=1";
    EXPECT_EQ(parse_query(query).error().code, "http.bad_target");
}

}  // namespace
}  // namespace accubooks::net
