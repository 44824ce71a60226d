#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/internal/server_under_test.h"

namespace accubooks::net {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

// Until no lane accepts any more, so the server has begun to stop.
void wait_until_refused(TestServer& server) {
    try {
        while (true) {
            server.connect();
            std::this_thread::yield();
        }
    } catch (const std::runtime_error&) {
        // what was waited for
    }
}

TEST(HttpServerStop, LetsRequestsFinishAndClosesTheRest) {
    TestServer server;
    auto idle = server.connect();
    EXPECT_EQ(idle.request("GET", "/hello").status, 200);
    server.wait_for_active(0);
    auto busy = server.connect();
    busy.send("GET /gated HTTP/1.1\r\nHost: a\r\n\r\n");
    server.wait_for_active(1);

    auto stopped =
        std::async(std::launch::async, [&] { server.server().stop(base::deadline_in(1h)); });
    wait_until_refused(server);
    EXPECT_EQ(idle.receive_all(), "");
    server.open_gate();
    const auto all = busy.receive_all();
    EXPECT_THAT(all, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_THAT(all, EndsWith("gated"));
    stopped.get();
    EXPECT_EQ(server.server().connections(), 0U);
}

TEST(HttpServerStop, AnswersWhatWasSentBeforeIt) {
    // What the server has not even accepted when it stops: nobody who was let in is reset.
    for (int round = 0; round < 20; ++round) {
        TestServer server;
        std::vector<::accubooks::testing::HttpClient> clients;
        for (int i = 0; i < 20; ++i) {
            clients.push_back(server.connect());
            clients.back().send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        server.server().stop(base::deadline_in(1h));
        for (auto& client : clients) {
            EXPECT_EQ(client.receive().body, "hello");
        }
    }
}

TEST(HttpServerStop, CancelsHandlersAtItsDeadline) {
    TestServer server{{.request_timeout = 1h}};
    auto busy = server.connect();
    busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    server.wait_for_active(1);
    server.server().stop(base::deadline_in(10ms));
    EXPECT_EQ(busy.receive_all(), "");
    EXPECT_THAT(server.metrics().exposition(), HasSubstr(TestServer::active_requests(0)));
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
        const auto result = server.another(c.address, {.trusts_its_network = true});
        ASSERT_FALSE(result.has_value());
        EXPECT_EQ(result.error().code, c.code);
        EXPECT_THAT(result.error().detail, HasSubstr(c.detail));
    }
    EXPECT_EQ(server.another("0.0.0.0:0").error().code, "http.tls_required");
    EXPECT_TRUE(server.another("localhost:0").has_value());
}

}  // namespace
}  // namespace accubooks::net
