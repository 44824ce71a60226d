#include "net/http_client.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "net/internal/server_under_test.h"

namespace accubooks::net {
namespace {

using namespace std::chrono_literals;
using Kind = ClientFailure::Kind;

/// A client and the thread it runs on.
class Asking {
public:
    explicit Asking(std::uint16_t port, HttpClientSettings settings = {})
        : client_{lanes_.executor(0), {.host = "127.0.0.1", .port = port}, settings} {}

    std::future<ClientAnswer> start(
        ClientRequest request, std::chrono::milliseconds patience = 20s
    ) {
        return boost::asio::co_spawn(
            lanes_.executor(0),
            client_.send(std::move(request), base::deadline_in(patience)),
            boost::asio::use_future
        );
    }
    ClientAnswer ask(ClientRequest request, std::chrono::milliseconds patience = 20s) {
        return start(std::move(request), patience).get();
    }
    std::optional<Kind> failure(ClientRequest request, std::chrono::milliseconds patience = 20s) {
        try {
            ask(std::move(request), patience);
            return std::nullopt;
        } catch (const ClientFailure& failure) {
            return failure.kind();
        }
    }
    std::uint64_t resent() const { return client_.resent(); }

private:
    Lanes lanes_{1};
    HttpClient client_;
};

/// Takes connections one by one; each gets `bytes` once it has sent something, then it is closed.
class Says {
public:
    explicit Says(std::vector<std::string> bytes)
        : thread_{[this, bytes = std::move(bytes)] {
              for (const std::string& each : bytes) {
                  tcp::socket socket{context_};
                  acceptor_.accept(socket);
                  boost::system::error_code ignored;
                  std::array<char, 4096> request{};
                  socket.read_some(boost::asio::buffer(request), ignored);
                  boost::asio::write(socket, boost::asio::buffer(each), ignored);
              }
          }} {}
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

private:
    using tcp = boost::asio::ip::tcp;
    boost::asio::io_context context_;
    tcp::acceptor acceptor_{context_, {boost::asio::ip::make_address("127.0.0.1"), 0}};
    std::jthread thread_;
};

const std::string kFine = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

TEST(Origin, IsAHostAndAPort) {
    struct Case {
        const char* url;
        const char* host;
        int port;  // 0: refused
    };
    const Case cases[] = {
        {"http://127.0.0.1:8080", "127.0.0.1", 8080},
        {"http://books.example/", "books.example", 80},
        {"http://[::1]:8080", "::1", 8080},
        {"http://[::1]", "::1", 80},
        {"https://127.0.0.1", "", 0},
        {"127.0.0.1:8080", "", 0},
        {"http://", "", 0},
        {"http://a:0", "", 0},
        {"http://a:99999", "", 0},
        {"http://a:b", "", 0},
        {"http://a/path", "", 0},
        {"http://user@a", "", 0},
        {"http://a b", "", 0},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.url);
        const auto origin = Origin::parse(c.url);
        ASSERT_EQ(origin.has_value(), c.port != 0);
        if (origin) {
            EXPECT_EQ(origin->host, c.host);
            EXPECT_EQ(origin->port, c.port);
        }
    }
}

TEST(HttpClient, SendsAndReadsOnOneKeptConnection) {
    TestServer server;
    Asking asking{server.server().port()};
    for (int i = 0; i < 3; ++i) {
        const auto answer = asking.ask(
            {.method = Method::post, .target = "/echo", .body = "abc" + std::to_string(i)}
        );
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, "abc" + std::to_string(i));
        EXPECT_EQ(answer.headers.find("content-type"), "application/octet-stream");
    }
    EXPECT_EQ(asking.ask({.target = "/refused"}).status, 409);
    EXPECT_EQ(asking.ask({.method = Method::head, .target = "/hello"}).body, "");
    EXPECT_EQ(asking.ask({.target = "/hello"}).body, "hello");
    EXPECT_EQ(server.server().connections(), 1U);
}

TEST(HttpClient, TakesAsManyConnectionsAsItMay) {
    TestServer server;
    Asking asking{server.server().port(), {.connections_max = 2}};
    auto first = asking.start({.target = "/gated"});
    auto second = asking.start({.target = "/gated"});
    server.wait_for_active(2);
    EXPECT_EQ(asking.failure({.target = "/hello"}), Kind::busy);
    server.open_gate();
    EXPECT_EQ(first.get().body, "gated");
    EXPECT_EQ(second.get().body, "gated");
    EXPECT_EQ(asking.ask({.target = "/hello"}).body, "hello");
}

TEST(HttpClient, GivesUpAtTheDeadlineAndGoesOn) {
    TestServer server;
    Asking asking{server.server().port()};
    EXPECT_EQ(asking.failure({.target = "/gated"}, 30ms), Kind::timeout);
    EXPECT_EQ(asking.ask({.target = "/hello"}).body, "hello");
    server.open_gate();
}

TEST(HttpClient, SaysWhyNoAnswerCame) {
    {
        std::uint16_t port = 0;
        {
            const Says nobody{{}};
            port = nobody.port();
        }
        Asking asking{port};
        EXPECT_EQ(asking.failure({.target = "/"}), Kind::connect);
    }
    const Says says{{
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nshort",
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: " + std::string(3000, 'x'),
        kFine,
    }};
    Asking asking{says.port(), {.header_bytes_max = 2000, .body_bytes_max = 1000}};
    EXPECT_EQ(asking.failure({.target = "/"}), Kind::closed);
    EXPECT_EQ(asking.failure({.target = "/"}), Kind::closed);
    EXPECT_EQ(asking.failure({.target = "/"}), Kind::bad_answer);
    EXPECT_EQ(asking.failure({.target = "/"}), Kind::too_large);
    EXPECT_EQ(asking.failure({.target = "/"}), Kind::too_large);
    EXPECT_EQ(asking.ask({.target = "/"}).body, "ok");
}

TEST(HttpClient, ReadsTheRefusalOfABodyThatNobodyTook) {
    TestServer server{{.body_bytes_max = 1000}};
    Asking asking{server.server().port()};
    const std::string body(8'000'000, 'x');
    EXPECT_EQ(asking.ask({.method = Method::post, .target = "/echo", .body = body}).status, 413);
}

TEST(HttpClient, NeverTakesAConnectionThatTheServerHasClosed) {
    // The server closes after each answer without having said so.
    const Says says{{kFine, kFine, kFine}};
    Asking asking{says.port()};
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(asking.ask({.target = "/", .repeatable = true}).body, "ok");
    }
}

}  // namespace
}  // namespace accubooks::net
