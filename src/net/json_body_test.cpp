#include "net/json_body.h"

#include <string>

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace accubooks::net {
namespace {

TEST(JsonBody, TakesJsonThatSaysItIsAndNothingElse) {
    struct Case {
        const char* name;
        const char* content_type;  // null: none
        std::string body;
        std::string_view code;  // empty: taken
    };
    const Case cases[] = {
        {"plain", "application/json", "{}", ""},
        {"with its charset", "Application/JSON; charset=\"UTF-8\"", "[1]", ""},
        {"no type", nullptr, "{}", "http.unsupported_media_type"},
        {"a form", "application/x-www-form-urlencoded", "{}", "http.unsupported_media_type"},
        {"a text, as a page of another site may send",
         "text/plain",
         "{}",
         "http.unsupported_media_type"},
        {"another charset", "application/json; charset=latin1", "{}", "http.unsupported_media_type"
        },
        {"nothing", "application/json", "", "http.bad_json"},
        {"cut short", "application/json", R"({"a":1)", "http.bad_json"},
        {"a tail", "application/json", "{} {}", "http.bad_json"},
        {"a name twice", "application/json", R"({"a":1,"a":1})", "http.bad_json"},
        {"too deep",
         "application/json",
         std::string(64, '[') + std::string(64, ']'),
         "http.bad_json"},
        {"not UTF-8", "application/json", "\"\xFF\"", "http.bad_json"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        Request request;
        request.body = c.body;
        if (c.content_type != nullptr) {
            request.headers.add("Content-Type", c.content_type);
        }
        const auto value = json_body(request);
        ASSERT_EQ(value.has_value(), c.code.empty());
        if (!value) {
            EXPECT_EQ(value.error().code, c.code);
        }
    }
}

TEST(JsonBody, SaysWhere) {
    Request request;
    request.headers.add("Content-Type", "application/json");
    request.body = R"({"a":tru})";
    const auto value = json_body(request);
    ASSERT_FALSE(value.has_value());
    EXPECT_EQ(value.error().detail, "The JSON is malformed at byte 6.");
}

TEST(JsonBody, RefusesATypeGivenTwice) {
    Request request;
    request.headers.add("Content-Type", "application/json");
    request.headers.add("Content-Type", "text/plain");
    request.body = "{}";
    EXPECT_EQ(json_body(request).error().code, "http.unsupported_media_type");
}

}  // namespace
}  // namespace accubooks::net
