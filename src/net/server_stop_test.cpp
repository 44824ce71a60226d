#include <chrono>
#include <future>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/internal/server_under_test.h"

namespace accubooks::net {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

TEST(HttpServerStop, LetsRequestsFinishAndClosesTheRest) {
    TestServer server{{.request_timeout = 200ms}};
    auto idle = server.connect();
    EXPECT_EQ(idle.request("GET", "/hello").status, 200);
    auto busy = server.connect();
    busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    server.wait_for_active(1);

    server.server().stop(base::deadline_in(1h));
    const auto all = busy.receive_all();
    EXPECT_THAT(all, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_THAT(all, EndsWith("slow"));
    EXPECT_EQ(idle.receive_all(), "");
    EXPECT_EQ(server.server().connections(), 0U);
    EXPECT_THROW(server.connect(), std::runtime_error);
}

TEST(HttpServerStop, CancelsHandlersAtItsDeadline) {
    TestServer server{{.request_timeout = 1h}};
    auto busy = server.connect();
    busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    server.wait_for_active(1);
    server.server().stop(base::deadline_in(10ms));
    EXPECT_EQ(busy.receive_all(), "");
    EXPECT_THAT(server.metrics().exposition(), HasSubstr("http_server_active_requests 0\n"));
}

TEST(HttpServerStop, MayBeAskedTwiceOrNever) {
    TestServer server;
    server.server().stop(base::deadline_in(1s));
    server.server().stop(base::deadline_in(1s));
}

TEST(HttpServerListen, SaysWhyItCannot) {
    TestServer server;
    const std::string taken = "127.0.0.1:" + std::to_string(server.server().port());
    struct Case {
        std::string address;
        std::string_view code;
        const char* detail;
    };
    const Case cases[] = {
        {taken, "http.cannot_listen", "Address already in use"},
        {"192.0.2.1:8080", "http.cannot_listen", "annot assign requested address"},
        {"127.0.0.1", "http.bad_address", "127.0.0.1:8080"},
        {"127.0.0.1:x", "http.bad_address", ""},
        {"127.0.0.1:65536", "http.bad_address", ""},
        {"::1:8080", "http.bad_address", ""},
        {"books.example:80", "http.bad_address", ""},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.address);
        const auto result = server.another(c.address);
        ASSERT_FALSE(result.has_value());
        EXPECT_EQ(result.error().code, c.code);
        EXPECT_THAT(result.error().detail, HasSubstr(c.detail));
    }
    EXPECT_TRUE(server.another("localhost:0").has_value());
}

}  // namespace
}  // namespace accubooks::net
