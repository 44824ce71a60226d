#include "net/http.h"

#include <optional>
#include <string>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "net/throttled.h"

namespace accubooks::net {
namespace {

TEST(Headers, CompareNamesWithoutCase) {
    Headers headers;
    headers.add("Set-Cookie", "a=1");
    headers.add("set-cookie", "b=2");
    headers.set("ETag", "\"1\"");
    headers.set("etag", "\"2\"");
    EXPECT_EQ(headers.find("SET-COOKIE"), "a=1");
    EXPECT_EQ(headers.count("Set-cookie"), 2U);
    EXPECT_EQ(headers.find("ETag"), "\"2\"");
    EXPECT_EQ(headers.count("ETag"), 1U);
    EXPECT_EQ(headers.find("Host"), std::nullopt);
}

TEST(Request, ReadsIdsOfThePath) {
    struct Case {
        const char* name;
        std::string_view text;
        std::optional<std::int64_t> id;
    };
    const Case cases[] = {
        {"one", "1", 1},
        {"the largest", "9223372036854775807", 9223372036854775807},
        {"one more", "9223372036854775808", std::nullopt},
        {"zero", "0", std::nullopt},
        {"negative", "-1", std::nullopt},
        {"a leading zero", "01", std::nullopt},
        {"a plus", "+1", std::nullopt},
        {"a tail", "1x", std::nullopt},
        {"a space", "1 ", std::nullopt},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        Request request;
        request.parameters["number"] = c.text;
        const auto id = request.path_id("number");
        ASSERT_EQ(id.has_value(), c.id.has_value());
        if (id) {
            EXPECT_EQ(*id, *c.id);
        } else {
            EXPECT_EQ(id.error().code, "http.not_found");
        }
    }
}

TEST(Request, ReadsTheQueryByType) {
    Request request;
    request.query = {
        {"from", "2026-01-31"}, {"limit", "50"}, {"text", "a b"}, {"twice", "1"}, {"twice", "1"}
    };
    EXPECT_EQ(to_string(**request.query_date("from")), "2026-01-31");
    EXPECT_EQ(**request.query_int("limit", 1, 50), 50);
    EXPECT_EQ(**request.query_text("text"), "a b");
    EXPECT_EQ(*request.query_text("none"), std::nullopt);
    EXPECT_EQ(*request.query_date("none"), std::nullopt);
    EXPECT_EQ(*request.query_int("none", 1, 2), std::nullopt);

    const auto too_many = request.query_int("limit", 1, 49);
    ASSERT_FALSE(too_many.has_value());
    EXPECT_EQ(too_many.error().code, "http.bad_parameter");
    ASSERT_EQ(too_many.error().fields.size(), 1U);
    EXPECT_EQ(too_many.error().fields[0].pointer, "limit");
    EXPECT_EQ(too_many.error().fields[0].detail, "It must be a whole number from 1 to 49.");
    EXPECT_FALSE(request.query_int("text", 1, 49).has_value());
    EXPECT_FALSE(request.query_date("limit").has_value());
    EXPECT_FALSE(request.query_text("twice").has_value());
}

TEST(Request, RefusesQueryParametersItDoesNotKnow) {
    Request request;
    request.query = {{"form", "2026-01-31"}};
    EXPECT_EQ(request.allow_query({"from", "to"}).error().fields.at(0).pointer, "form");
    EXPECT_TRUE(request.allow_query({"form"}).has_value());
}

TEST(Request, FindsACookieUnlessItIsAmbiguous) {
    struct Case {
        const char* name;
        std::string_view line;
        std::optional<std::string> value;
    };
    const Case cases[] = {
        {"alone", "sid=abc", "abc"},
        {"among others", "a=1; sid=abc;b=2", "abc"},
        {"with '=' inside", "sid=a=b", "a=b"},
        {"the end of another name", "xsid=abc", std::nullopt},
        {"case matters", "SID=abc", std::nullopt},
        {"empty", "sid=", ""},
        {"twice the same", "sid=a; sid=a", "a"},
        {"twice another", "sid=a; sid=b", std::nullopt},
        {"only a name", "sid", std::nullopt},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        Request request;
        request.headers.add("Cookie", std::string{c.line});
        EXPECT_EQ(request.cookie("sid"), c.value);
    }
}

TEST(Problem, HasTheShapeOfRfc9457) {
    const auto response = problem(
        {.kind = base::ErrorKind::invalid,
         .code = "ledger.not_balanced",
         .detail = "Debits \"3\" and credits differ.",
         .fields = {{.pointer = "/lines/0/amount", .detail = "Too much."}}},
        "r-1"
    );
    EXPECT_EQ(response.status, 422);
    EXPECT_EQ(response.headers.find("content-type"), "application/problem+json");
    EXPECT_EQ(
        response.body,
        R"({"type":"https://accubooks.dev/problems/ledger/not_balanced","title":"Not balanced","status":422,)"
        R"("code":"ledger.not_balanced","detail":"Debits \"3\" and credits differ.","instance":"r-1",)"
        R"("errors":[{"pointer":"/lines/0/amount","detail":"Too much."}]})"
    );
}

TEST(Problem, TakesItsStatusFromTheCodeBeforeTheKind) {
    struct Case {
        base::ErrorKind kind;
        std::string_view code;
        int status;
    };
    const Case cases[] = {
        {base::ErrorKind::invalid, "a.b", 422},
        {base::ErrorKind::unauthenticated, "a.b", 401},
        {base::ErrorKind::forbidden, "a.b", 403},
        {base::ErrorKind::not_found, "a.b", 404},
        {base::ErrorKind::throttled, "a.b", 429},
        {base::ErrorKind::conflict, "a.b", 409},
        {base::ErrorKind::overloaded, "a.b", 503},
        {base::ErrorKind::unknown_outcome, "a.b", 500},
        {base::ErrorKind::invalid, "http.body_too_large", 413},
        {base::ErrorKind::invalid, "http.unsupported_media_type", 415},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.status);
        const auto response = problem({.kind = c.kind, .code = c.code, .detail = "x"}, "r");
        EXPECT_EQ(response.status, c.status);
        EXPECT_EQ(
            response.headers.find("Retry-After").has_value(), c.status == 503 || c.status == 429
        );
        EXPECT_EQ(response.headers.find("WWW-Authenticate").has_value(), c.status == 401);
    }
}

TEST(Problem, SaysUntilWhenAClientIsThrottled) {
    const base::Instant now = base::Instant::from_unix_micros(1'767'225'600'000'000);
    const auto error = throttled("a.b", "Wait.", now + std::chrono::milliseconds{61'500}, now);
    const auto response = problem(error, "r");
    EXPECT_EQ(response.status, 429);
    EXPECT_EQ(response.headers.find("Retry-After"), "62");
    EXPECT_EQ(
        response.body,
        R"({"type":"https://accubooks.dev/problems/a/b","title":"B","status":429,"code":"a.b",)"
        R"("detail":"Wait.","instance":"r","retry_at":"2026-01-01T00:01:01.500000Z"})"
    );
    EXPECT_EQ(problem(throttled("a.b", "x", now, now), "r").headers.find("Retry-After"), "1");
}

}  // namespace
}  // namespace accubooks::net
