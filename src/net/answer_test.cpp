#include "net/internal/answer.h"

#include <string>

#include <gtest/gtest.h>

#include "net/etag.h"

namespace accubooks::net {
namespace {

TEST(Render, DoesNotCompressBesideACookie) {
    auto response = Response::json(200, std::string(5000, ' '));
    response.headers.add("Set-Cookie", "sid=secret");
    const AnswerTo to{
        .method = Method::get, .request_id = "r", .accept_encoding = "gzip", .if_none_match = {}
    };
    EXPECT_EQ(render(response, to, 1024, {}).body.size(), 5000U);
    response.headers = {};
    response.headers.set("Content-Type", "application/json");
    EXPECT_LT(render(response, to, 1024, {}).body.size(), 100U);
}

TEST(Render, KeepsWhatTheHandlerSetItself) {
    auto response = Response::text(200, "<p>", "text/html");
    response.headers.set("Content-Security-Policy", "default-src 'self'");
    response.headers.set("Cache-Control", "max-age=60");
    const auto head =
        render(response, {.request_id = "r", .accept_encoding = {}, .if_none_match = {}}, 1024, {})
            .head;
    EXPECT_NE(head.find("\r\nContent-Security-Policy: default-src 'self'\r\n"), std::string::npos);
    EXPECT_NE(head.find("\r\nCache-Control: max-age=60\r\n"), std::string::npos);
    EXPECT_EQ(head.find("no-store"), std::string::npos);
    EXPECT_NE(head.find("\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"), std::string::npos);
}

}  // namespace
}  // namespace accubooks::net
