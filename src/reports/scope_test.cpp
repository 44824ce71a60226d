#include "reports/scope.h"

#include <gtest/gtest.h>

namespace accubooks::reports {
namespace {

TEST(Scope, ReadsATagUpToItsFirstEqualsSign) {
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

TEST(Scope, IsSaidInAHeadingAndInJson) {
    const Scope scope{.tags = {{"a", "1"}, {"b", "\"2\""}}, .closing = Closing::include};
    EXPECT_EQ(to_string(scope), "with closing entries, with a=1, with b=\"2\"");
    EXPECT_EQ(to_string(Scope{}), "without closing entries");
    EXPECT_EQ(tags_json(scope), R"({"a":"1","b":"\"2\""})");
    EXPECT_EQ(tags_json({}), std::nullopt);
}

}  // namespace
}  // namespace accubooks::reports
