#include "net/cursor.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/utf8.h"

namespace accubooks::net {
namespace {

Request request_with(std::string cursor) {
    Request request;
    request.query.emplace_back("cursor", std::move(cursor));
    return request;
}

TEST(TextCursor, IsAbsentWithoutTheParameter) {
    const auto cursor = text_cursor(Request{});
    ASSERT_TRUE(cursor.has_value());
    EXPECT_EQ(*cursor, std::nullopt);
}

TEST(TextCursor, CarriesTextsThatUrlsMustNot) {
    for (const std::string_view text : {"", "0420", "Assets:Bank & Söhne/#?%", "a\nb"}) {
        SCOPED_TRACE(text);
        const std::string cursor = to_text_cursor(text);
        EXPECT_EQ(cursor.find_first_not_of("0123456789abcdef"), std::string::npos);
        const auto back = text_cursor(request_with(cursor));
        ASSERT_TRUE(back.has_value());
        EXPECT_EQ(*back, text);
    }
}

TEST(TextCursor, RefusesWhatNoListGave) {
    for (const std::string_view text :
         {"1", "zz", "0x", "-1", "+1", " 1", "ff", "00", "c0af", "6é"}) {
        SCOPED_TRACE(text);
        const auto cursor = text_cursor(request_with(std::string{text}));
        ASSERT_FALSE(cursor.has_value());
        EXPECT_EQ(cursor.error().code, "http.bad_parameter");
        ASSERT_EQ(cursor.error().fields.size(), 1U);
        EXPECT_EQ(cursor.error().fields[0].pointer, "cursor");
    }
}

RC_GTEST_PROP(TextCursor, TakesAnyBytesWithoutHarm, (const std::string& given)) {
    const auto cursor = text_cursor(request_with(given));
    if (cursor && *cursor) {
        RC_ASSERT(base::is_utf8(**cursor));
        RC_ASSERT(to_text_cursor(**cursor).size() == given.size());
    }
}

}  // namespace
}  // namespace accubooks::net
