#include "net/page.h"

#include <gtest/gtest.h>

namespace accubooks::net {
namespace {

Request request_with(std::vector<std::pair<std::string, std::string>> query) {
    Request request;
    request.query = std::move(query);
    return request;
}

void write_text(base::JsonWriter& json, const std::string& text) {
    json.value(text);
}

std::string itself(const std::string& text) {
    return text;
}

TEST(TextPage, IsTheFirstHundredUnlessTheRequestSaysOtherwise) {
    const auto first = text_page_of(Request{});
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->after, std::nullopt);
    EXPECT_EQ(first->limit, 100);
    const auto other =
        text_page_of(request_with({{"limit", "1000"}, {"cursor", to_text_cursor("b")}}));
    ASSERT_TRUE(other.has_value());
    EXPECT_EQ(other->after, "b");
    EXPECT_EQ(other->limit, 1000);
}

TEST(TextPage, RefusesWhatAListDoesNotTake) {
    for (const auto& [name, value] :
         {std::pair{"limit", "0"}, {"limit", "1001"}, {"cursor", "x"}, {"from", "1"}}) {
        SCOPED_TRACE(name);
        const auto page = text_page_of(request_with({{name, value}}));
        ASSERT_FALSE(page.has_value());
        EXPECT_EQ(page.error().code, "http.bad_parameter");
    }
}

TEST(TextPage, NamesTheNextOneWhenItemsAreLeft) {
    const std::vector<std::string> read{"a", "b", "c"};
    EXPECT_EQ(text_page_json(read, 2, itself, write_text), R"({"items":["a","b"],"next":"62"})");
    EXPECT_EQ(
        text_page_json(read, 3, itself, write_text), R"({"items":["a","b","c"],"next":null})"
    );
    EXPECT_EQ(
        text_page_json(std::vector<std::string>{}, 1, itself, write_text),
        R"({"items":[],"next":null})"
    );
}

}  // namespace
}  // namespace accubooks::net
