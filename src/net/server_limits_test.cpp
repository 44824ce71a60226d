#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/internal/server_under_test.h"

namespace accubooks::net {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;

TEST(HttpServerLimits, RefuseALongHeader) {
    const TestServer server{{.header_bytes_max = 1000}};
    {
        auto client = server.connect();
        const std::string start = "GET /hello HTTP/1.1\r\nHost: a\r\nX: ";
        client.send(start + std::string(1000 - start.size() - 4, 'x') + "\r\n\r\n");
        EXPECT_EQ(client.receive().status, 200);
        client.send(start + std::string(1001 - start.size() - 4, 'x') + "\r\n\r\n");
        EXPECT_THAT(client.receive_all(), StartsWith("HTTP/1.1 431 "));
    }
    // An endless one isn't waited for.
    auto client = server.connect();
    client.send("GET /" + std::string(2000, 'x'));
    EXPECT_THAT(client.receive_all(), HasSubstr("http.header_too_large"));
}

TEST(HttpServerLimits, RefuseALongBodyBeforeItIsSent) {
    const TestServer server{{.body_bytes_max = 1000}};
    auto client = server.connect();
    EXPECT_EQ(client.request("POST", "/echo", {}, std::string(1000, 'x')).status, 200);
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n");
    EXPECT_THAT(client.receive_all(), StartsWith("HTTP/1.1 413 "));
}

TEST(HttpServerLimits, RefuseABodyThatIsTooLongForItsRoute) {
    const TestServer server;
    {
        // Told before it is sent.
        auto client = server.connect();
        client.send(
            "POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            "Content-Length: 65537\r\n\r\n"
        );
        const auto all = client.receive_all();
        EXPECT_THAT(all, StartsWith("HTTP/1.1 413 "));
        EXPECT_THAT(all, HasSubstr("65536 bytes at most"));
    }
    {
        auto client = server.connect();
        client.send("POST /json HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        client.send("10001\r\n" + std::string(0x10001, ' ') + "\r\n");
        EXPECT_THAT(client.receive_all(), StartsWith("HTTP/1.1 413 "));
    }
    EXPECT_EQ(server.connect().request("POST", "/echo", {}, std::string(65537, 'x')).status, 200);
}

TEST(HttpServerLimits, ReadNoMoreOfWhatHasNoRouteThanAnyRouteTakes) {
    const TestServer server;
    auto client = server.connect();
    EXPECT_EQ(client.request("POST", "/nowhere", {}, std::string(65536, 'x')).status, 404);
    client.send("POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n");
    EXPECT_THAT(client.receive_all(), StartsWith("HTTP/1.1 404 "));
}

TEST(HttpServerLimits, RefuseABodyInACodingBeforeItIsSent) {
    const TestServer server;
    auto client = server.connect();
    EXPECT_EQ(client.request("POST", "/echo", {{"Content-Encoding", "identity"}}, "x").status, 200);
    client.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n"
    );
    const auto all = client.receive_all();
    EXPECT_THAT(all, StartsWith("HTTP/1.1 415 "));
    EXPECT_THAT(all, HasSubstr("no Content-Encoding is understood here"));
}

TEST(HttpServerLimits, RefuseALongBodyInChunksAndLetTheClientFindOut) {
    const TestServer server{{.body_bytes_max = 100'000, .linger_timeout = 1h}};
    auto client = server.connect();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "4000\r\n" + std::string(0x4000, 'x') + "\r\n";
    for (int i = 0; i < 20; ++i) {
        client.send(chunk);
    }
    EXPECT_THAT(client.receive_all(), StartsWith("HTTP/1.1 413 "));
    // The server closed its side only: what is sent late doesn't reset the connection, which would
    // take an answer away from a client that hadn't read it yet.
    for (int i = 0; i < 200; ++i) {
        client.send(chunk);
    }
}

TEST(HttpServerLimits, BoundTheBodiesOfAllRequestsTogether) {
    // On one lane the second request is read after the first one's bytes were counted.
    TestServer server{{.bodies_bytes_max = 1000}, 1};
    auto first = server.connect();
    first.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 601\r\n\r\n" + std::string(600, 'x')
    );
    server.wait_for_active(1);
    EXPECT_EQ(server.connect().request("POST", "/echo", {}, std::string(401, 'x')).status, 503);
    EXPECT_EQ(server.connect().request("POST", "/echo", {}, std::string(400, 'x')).status, 200);
    first.send("x");
    EXPECT_EQ(first.receive().status, 200);
    EXPECT_EQ(first.request("POST", "/echo", {}, std::string(1000, 'x')).status, 200);
}

TEST(HttpServerLimits, EndASlowHeaderWith408) {
    const TestServer server{{.header_timeout = 30ms}};
    auto client = server.connect();
    client.send("GET /hello HT");
    EXPECT_THAT(client.receive_all(), StartsWith("HTTP/1.1 408 "));
}

TEST(HttpServerLimits, EndASlowBodyWith408) {
    const TestServer server{{.body_timeout = 30ms}};
    auto client = server.connect();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    EXPECT_THAT(client.receive_all(), StartsWith("HTTP/1.1 408 "));
}

TEST(HttpServerLimits, EndABodyThatDoesNotKeepItsPaceWith408) {
    const TestServer server{{.body_timeout = 1h, .body_pace_window = 30ms}};
    auto client = server.connect();
    client.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" +
        std::string(150'000, 'x')
    );
    EXPECT_THAT(client.receive_all(), StartsWith("HTTP/1.1 408 "));
}

TEST(HttpServerLimits, AnswerSmallBodiesWhileLargeOnesHoldTheBudget) {
    // On one lane a request is read after those before it were counted.
    TestServer server{{.bodies_bytes_max = 400'000}, 1};
    std::vector<::accubooks::testing::HttpClient> slow;
    for (int i = 1; i <= 3; ++i) {
        slow.push_back(server.connect());
        slow.back().send(
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" +
            std::string(99'000, 'x')
        );
        server.wait_for_active(i);
    }
    const std::string large(100'000, 'x');
    EXPECT_EQ(server.connect().request("POST", "/echo", {}, large).status, 503);
    EXPECT_EQ(server.connect().request("POST", "/echo", {}, large.substr(40'000)).status, 200);
}

TEST(HttpServerLimits, BoundTheBodiesOfOneClientBehindATrustedProxy) {
    TestServer server{{.body_bytes_per_peer_max = 1000, .trusted_proxies = {"127.0.0.1"}}, 1};
    auto first = server.connect();
    first.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.1\r\n"
        "Content-Length: 601\r\n\r\n" +
        std::string(600, 'x')
    );
    server.wait_for_active(1);
    const std::string body(401, 'x');
    auto client = server.connect();
    EXPECT_EQ(
        client.request("POST", "/echo", {{"X-Forwarded-For", "203.0.113.2"}}, body).status, 200
    );
    EXPECT_EQ(client.request("POST", "/echo", {}, body).status, 200);
    EXPECT_EQ(
        client.request("POST", "/echo", {{"X-Forwarded-For", "203.0.113.1"}}, body).status, 429
    );
    first.send("x");
    EXPECT_EQ(first.receive().status, 200);
}

TEST(HttpServerLimits, NameTheClientBehindATrustedProxyInTheLog) {
    TestServer server{{.trusted_proxies = {"127.0.0.1"}}};
    server.connect().request("GET", "/hello", {{"X-Forwarded-For", "203.0.113.1"}});
    EXPECT_THAT(server.log_lines(1).at(0), HasSubstr(R"("peer":"203.0.113.1")"));
}

TEST(HttpServerLimits, BoundTheConnectionsOfOneClient) {
    TestServer server{{.connections_per_peer_max = 2, .loopback_has_share = true}};
    {
        auto first = server.connect();
        auto second = server.connect();
        EXPECT_EQ(first.request("GET", "/hello").status, 200);
        EXPECT_EQ(second.request("GET", "/hello").status, 200);
        const auto all = server.connect().receive_all();
        EXPECT_THAT(all, StartsWith("HTTP/1.1 429 "));
        EXPECT_THAT(all, HasSubstr("http.too_much_from_address"));
    }
    while (server.server().connections() > 0) {
        std::this_thread::yield();
    }
    EXPECT_EQ(server.connect().request("GET", "/hello").status, 200);
}

TEST(HttpServerLimits, LeaveTheLoopbackAndATrustedProxyAsManyConnectionsAsThereAre) {
    for (const auto& proxies : {std::vector<std::string>{}, {"127.0.0.1"}}) {
        const TestServer server{{
            .connections_per_peer_max = 1,
            .loopback_has_share = !proxies.empty(),
            .trusted_proxies = proxies,
        }};
        auto first = server.connect();
        EXPECT_EQ(first.request("GET", "/hello").status, 200);
        EXPECT_EQ(server.connect().request("GET", "/hello").status, 200);
    }
}

TEST(HttpServerLimits, CloseAnIdleConnectionWithoutAWord) {
    const TestServer server{{.idle_timeout = 30ms}};
    EXPECT_EQ(server.connect().receive_all(), "");
    // Behind an answer too. On a busy machine the first request may itself come too late; then it
    // is sent once more.
    bool answered = false;
    while (!answered) {
        auto client = server.connect();
        try {
            client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
            answered = client.receive().status == 200;
            EXPECT_EQ(client.receive_all(), "");
        } catch (const std::runtime_error&) {
            EXPECT_FALSE(answered);
        }
    }
}

TEST(HttpServerLimits, GiveUpOnAClientThatDoesNotRead) {
    TestServer server{{.write_timeout = 30ms}};
    auto client = server.connect();
    client.send("GET /huge HTTP/1.1\r\nHost: a\r\n\r\n");
    // Ends only because the server gave up: nothing is read here, and 64 MB don't fit into any
    // socket.
    EXPECT_THAT(server.log_lines(1).at(0), HasSubstr(R"("sent":false)"));
}

TEST(HttpServerLimits, HandTheDeadlineToTheHandler) {
    const TestServer server{{.request_timeout = 10ms}};
    EXPECT_EQ(server.connect().request("GET", "/slow").body, "slow");
}

TEST(HttpServerLimits, TurnAwayOneConnectionTooMany) {
    TestServer server{{.connections_max = 2}};
    {
        auto first = server.connect();
        auto second = server.connect();
        EXPECT_EQ(first.request("GET", "/hello").status, 200);
        EXPECT_EQ(second.request("GET", "/hello").status, 200);
        auto third = server.connect();
        const auto all = third.receive_all();
        EXPECT_THAT(all, StartsWith("HTTP/1.1 503 "));
        EXPECT_THAT(all, HasSubstr("\r\nRetry-After: 1\r\n"));
        EXPECT_THAT(all, HasSubstr("http.overloaded"));
    }
    while (server.server().connections() > 0) {
        std::this_thread::yield();
    }
    EXPECT_EQ(server.connect().request("GET", "/hello").status, 200);
}

TEST(HttpServerLimits, ServeAThousandConnectionsAtOnce) {
    const TestServer server;
    std::vector<::accubooks::testing::HttpClient> clients;
    for (int i = 0; i < 1000; ++i) {
        clients.push_back(server.connect());
    }
    for (int round = 0; round < 2; ++round) {
        for (const auto& client : clients) {
            client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        for (auto& client : clients) {
            ASSERT_EQ(client.receive().body, "hello");
        }
    }
}

// What one program takes for the end of a request must be the end for the next one too: after a
// request that could be read in two ways nothing more is answered on its connection.
TEST(HttpServerLimits, AnswerNothingBehindAnAmbiguousRequest) {
    const std::string hidden = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
    const std::vector<std::string> cases{
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: "
        "3\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 3\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nX: y\r\n Content-Length: 3\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nX: y\nContent-Length: 3\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\n\r\n\r\n",
    };
    const TestServer server;
    for (const auto& bytes : cases) {
        SCOPED_TRACE(bytes);
        auto client = server.connect();
        client.send(bytes + hidden);
        client.finish_sending();
        const auto all = client.receive_all();
        EXPECT_THAT(all, StartsWith("HTTP/1.1 400 "));
        EXPECT_EQ(all.find("HTTP/1.1 200"), std::string::npos);
        EXPECT_EQ(all.find("\r\nX-Request-Id: "), all.rfind("\r\nX-Request-Id: "));
    }
}

}  // namespace
}  // namespace accubooks::net
