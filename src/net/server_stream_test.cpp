#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/internal/server_under_test.h"

namespace accubooks::net {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kAsk = "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(Stream, IsWrittenPieceByPieceAndEndsWithItsConnection) {
    TestServer server;
    auto client = server.connect();
    client.send(kAsk);
    server.open_gate();
    const std::string answer = client.receive_all();
    EXPECT_THAT(answer, HasSubstr("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_THAT(answer, Not(HasSubstr("Content-Length")));
    EXPECT_THAT(answer, HasSubstr("\r\n\r\nfirst "));
    EXPECT_THAT(answer, EndsWith(" last"));
}

TEST(Stream, HeadHasNone) {
    TestServer server;
    auto client = server.connect();
    client.send("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(client.receive_all(), EndsWith("\r\n\r\n"));
}

TEST(Stream, IsToldThatItsClientIsGone) {
    TestServer server;
    {
        auto client = server.connect();
        client.send(kAsk);
    }
    server.wait_for_ended_streams(1);
}

TEST(Stream, EndsWhenTheServerHandsOverOrStops) {
    TestServer server;
    auto client = server.connect();
    client.send(kAsk);
    server.wait_for_active(0);
    server.server().drain();
    EXPECT_THAT(client.receive_all(), EndsWith(" last"));
    auto another = server.connect();
    another.send(kAsk);
    server.wait_for_ended_streams(2);
    server.server().stop(base::deadline_in(std::chrono::seconds{20}));
    EXPECT_THAT(another.receive_all(), EndsWith(" last"));
}

TEST(Stream, WhatItThrowsIsLoggedAndEndsIt) {
    TestServer server;
    auto client = server.connect();
    client.send("GET /broken-stream HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(client.receive_all(), EndsWith("\r\n\r\na piece"));
    const auto lines = server.log_lines(2);
    EXPECT_THAT(lines[1], HasSubstr("secret of the inside"));
}

}  // namespace
}  // namespace accubooks::net
