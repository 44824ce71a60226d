#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/internal/server_under_test.h"

namespace accubooks::net {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

std::vector<int> copies_of(const std::vector<int>& sockets) {
    std::vector<int> copies;
    for (const int socket : sockets) {
        copies.push_back(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
    }
    return copies;
}

TEST(HttpServerHandOver, AnswersWithTheLastWordOfAConnectionOnceItDrains) {
    TestServer server;
    auto client = server.connect();
    client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(client.receive().body, "hello");
    server.server().drain();
    client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto all = client.receive_all();
    EXPECT_THAT(all, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_THAT(all, EndsWith("hello"));
    auto another = server.connect();  // nothing is refused
    another.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(another.receive_all(), EndsWith("hello"));
}

TEST(HttpServerHandOver, AnswersOneMoreRequestOfAnIdleConnection) {
    TestServer server;
    auto idle = server.connect();
    EXPECT_EQ(idle.request("GET", "/hello").status, 200);
    server.wait_for_active(0);
    const StopBy by{.deadline = base::deadline_in(1h), .idle = base::deadline_in(1h)};
    auto stopped = std::async(std::launch::async, [&] { server.server().stop(by); });
    EXPECT_EQ(stopped.wait_for(50ms), std::future_status::timeout);
    idle.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(idle.receive_all(), EndsWith("hello"));
    stopped.get();
}

TEST(HttpServerHandOver, AnswersAConnectionThatCameInTheMomentOfTheStopAndAsksLater) {
    TestServer server{HttpSettings{}, 1};
    auto busy = server.connect();
    busy.send("GET /blocking HTTP/1.1\r\nHost: a\r\n\r\n");
    server.wait_for_active(1);
    // The kernel lets them in; the lane finds them and the stop together.
    auto one = server.connect();
    auto other = server.connect();
    const StopBy by{.deadline = base::deadline_in(1h), .idle = base::deadline_in(1h)};
    auto stopped = std::async(std::launch::async, [&] { server.server().stop(by); });
    EXPECT_EQ(stopped.wait_for(50ms), std::future_status::timeout);
    server.open_gate();
    EXPECT_EQ(busy.receive().body, "blocking");
    EXPECT_EQ(stopped.wait_for(500ms), std::future_status::timeout) << "they have time";
    for (auto* const client : {&busy, &one, &other}) {
        EXPECT_EQ(client->request("GET", "/hello").body, "hello");
    }
    stopped.get();
}

TEST(HttpServerHandOver, ClosesIdleConnectionsWhenTheirTimeIsOver) {
    TestServer server;
    auto idle = server.connect();
    EXPECT_EQ(idle.request("GET", "/hello").status, 200);
    const StopBy by{.deadline = base::deadline_in(1h), .idle = base::deadline_in(20ms)};
    server.server().stop(by);
    EXPECT_EQ(idle.receive_all(), "");
}

TEST(HttpServerHandOver, LosesNoConnectionToASuccessorWithMoreOrFewerLanes) {
    for (const auto& [before, after] : {std::pair{2UL, 2UL}, {1UL, 3UL}, {3UL, 1UL}}) {
        SCOPED_TRACE(std::to_string(before) + " lanes, then " + std::to_string(after));
        TestServer first{HttpSettings{}, before};
        TestServer second{copies_of(first.server().sockets()), after};
        EXPECT_EQ(second.server().port(), first.server().port());
        std::atomic<bool> over = false;
        std::atomic<int> answered = 0;
        auto clients = std::async(std::launch::async, [&] {
            while (!over || answered < 200) {
                auto client = second.connect();
                EXPECT_EQ(client.request("GET", "/hello").body, "hello");
                ++answered;
            }
        });
        while (answered < 50) {
            std::this_thread::yield();
        }
        // A client that was let in and hasn't sent its request yet has time for it.
        first.server().stop({.deadline = base::deadline_in(1h), .idle = base::deadline_in(1h)});
        over = true;
        clients.get();
    }
}

TEST(HttpServerHandOver, RefusesWhatIsNoListeningSocket) {
    TestServer server;
    const int not_listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::vector<int> sockets = copies_of(server.server().sockets());
    sockets.push_back(not_listening);
    const auto adopted = server.another(sockets);
    ASSERT_FALSE(adopted.has_value());
    EXPECT_EQ(adopted.error().code, "http.cannot_listen");
    for (const int socket : sockets) {
        EXPECT_EQ(::fcntl(socket, F_GETFD), -1) << "it was left open";
    }
    const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    EXPECT_FALSE(server.another(std::vector{file}).has_value());
}

}  // namespace
}  // namespace accubooks::net
