#include "ledger/tags.h"

#include <gtest/gtest.h>

namespace accubooks::ledger {
namespace {

TEST(Tags, ReadsATagUpToItsFirstEqualsSign) {
    struct Case {
        std::string_view text;
        std::string_view name;
        std::string_view value;
    };
    for (const Case& c :
         {Case{"project=atlas", "project", "atlas"},
          Case{"formula=a=b", "formula", "a=b"},
          Case{"empty=", "empty", ""}}) {
        SCOPED_TRACE(c.text);
        const auto tag = parse_tag(c.text);
        ASSERT_TRUE(tag.has_value());
        EXPECT_EQ(tag->first, c.name);
        EXPECT_EQ(tag->second, c.value);
    }
    for (const std::string_view text : {"", "project", "=atlas"}) {
        EXPECT_FALSE(parse_tag(text).has_value()) << text;
    }
}

TEST(Tags, AreAJsonObject) {
    EXPECT_EQ(tags_json({{"a", "1"}, {"b", "\"2\""}}), R"({"a":"1","b":"\"2\""})");
    EXPECT_EQ(tags_json({}), std::nullopt);
}

TEST(Tags, OfAQueryStandOnceEach) {
    net::Request request;
    request.query = {{"tag", "a=1"}, {"from", "2026-01-01"}, {"tag", "b="}};
    EXPECT_EQ(*tags_of(request), (Tags{{"a", "1"}, {"b", ""}}));
    for (const std::string wrong : {"a=2", "c", "=c", ""}) {
        request.query.emplace_back("tag", wrong);
        ASSERT_FALSE(tags_of(request).has_value()) << wrong;
        EXPECT_EQ(tags_of(request).error().code, "http.bad_parameter");
        request.query.pop_back();
    }
}

}  // namespace
}  // namespace accubooks::ledger
