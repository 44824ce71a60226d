#include "net/server.h"

#include <string>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "net/internal/server_under_test.h"

namespace accubooks::net {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

std::string gunzip(const std::string& packed) {
    z_stream stream{};
    inflateInit2(&stream, 15 + 16);
    std::string plain(1'000'000, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(plain.data());
    stream.avail_out = static_cast<uInt>(plain.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    plain.resize(stream.total_out);
    inflateEnd(&stream);
    return plain;
}

boost::json::value parsed(const std::string& text) {
    return boost::json::parse(boost::json::string_view{text.data(), text.size()});
}

TEST(HttpServer, AnswersRequestsOfOneConnection) {
    const TestServer server;
    auto client = server.connect();
    for (int i = 0; i < 3; ++i) {
        const auto reply = client.request("GET", "/hello");
        EXPECT_EQ(reply.status, 200);
        EXPECT_EQ(reply.body, "hello");
        EXPECT_EQ(reply.find("Connection"), std::nullopt);
    }
    EXPECT_EQ(client.request("POST", "/echo", {}, "abc").body, "abc");
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
    const TestServer server;
    auto client = server.connect();
    std::string bytes;
    for (int i = 1; i <= 50; ++i) {
        bytes += "GET /t/" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
    }
    client.send(bytes);
    for (int i = 1; i <= 50; ++i) {
        EXPECT_EQ(client.receive().body, std::to_string(i));
    }
}

TEST(HttpServer, ClosesWhenTheClientAsks) {
    const TestServer server;
    auto client = server.connect();
    client.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const auto all = client.receive_all();
    EXPECT_THAT(all, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_THAT(all, ::testing::EndsWith("\r\n\r\nhello"));
}

TEST(HttpServer, SpeaksHttp10) {
    const TestServer server;
    auto client = server.connect();
    client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(client.receive().find("Connection"), "keep-alive");
    client.send("GET /hello HTTP/1.0\r\n\r\n");
    EXPECT_THAT(client.receive_all(), HasSubstr("\r\nConnection: close\r\n"));
}

TEST(HttpServer, AnswersHeadAsGetWithoutItsBody) {
    const TestServer server;
    auto client = server.connect();
    const auto head = client.request("HEAD", "/versioned");
    const auto get = client.request("GET", "/versioned");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.body, "");
    for (const auto& [name, value] : get.headers) {
        if (name != "X-Request-Id") {
            EXPECT_EQ(head.find(name), value) << name;
        }
    }
    EXPECT_EQ(head.headers.size(), get.headers.size());
    EXPECT_EQ(head.find("Content-Length"), "2000");
}

TEST(HttpServer, TakesBodiesInChunks) {
    const TestServer server;
    auto client = server.connect();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.send("3\r\nabc\r\n");
    client.send("2;x=y\r\nde\r\n0\r\n\r\n");
    EXPECT_EQ(client.receive().body, "abcde");
    EXPECT_EQ(client.request("GET", "/hello").body, "hello");
}

TEST(HttpServer, InvitesABodyThatWaits) {
    const TestServer server;
    auto client = server.connect();
    client.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    );
    EXPECT_EQ(client.receive().status, 100);
    client.send("abc");
    EXPECT_EQ(client.receive().body, "abc");
}

TEST(HttpServer, DoesNotInviteABodyItWouldRefuse) {
    const TestServer server;
    auto client = server.connect();
    client.send(
        "POST /none HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    );
    const auto all = client.receive_all();
    EXPECT_THAT(all, ::testing::StartsWith("HTTP/1.1 404 "));
    EXPECT_THAT(all, HasSubstr("\r\nConnection: close\r\n"));
}

TEST(HttpServer, KeepsTheConnectionAfterARefusal) {
    const TestServer server;
    auto client = server.connect();
    EXPECT_EQ(client.request("POST", "/none", {}, "a body nobody wants").status, 404);
    EXPECT_EQ(client.request("GET", "/refused").status, 409);
    EXPECT_EQ(client.request("GET", "/broken").status, 500);
    EXPECT_EQ(client.request("GET", "/hello").body, "hello");
}

TEST(HttpServer, EchoesAGoodRequestIdAndMakesOneOtherwise) {
    const TestServer server;
    auto client = server.connect();
    const auto made = MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}");
    EXPECT_EQ(
        client.request("GET", "/hello", {{"X-Request-Id", "a.B-3_"}}).find("X-Request-Id"), "a.B-3_"
    );
    const std::string longest(64, 'x');
    EXPECT_EQ(
        client.request("GET", "/hello", {{"x-request-id", longest}}).find("X-Request-Id"), longest
    );
    for (const auto& bad :
         {std::string(65, 'x'), std::string{"a b"}, std::string{"<x>"}, std::string{}}) {
        const auto reply = client.request("GET", "/hello", {{"X-Request-Id", bad}});
        EXPECT_THAT(reply.find("X-Request-Id").value(), made) << bad;
    }
    EXPECT_NE(
        client.request("GET", "/hello").find("X-Request-Id"),
        client.request("GET", "/hello").find("X-Request-Id")
    );
}

TEST(HttpServer, ShapesEveryErrorAsAProblem) {
    struct Case {
        const char* name;
        std::string bytes;
        int status;
        std::string_view code;
    };
    const Case cases[] = {
        {"no HTTP", "hello\r\n\r\n", 400, "http.bad_request"},
        {"bare line feeds", "GET / HTTP/1.1\nHost: a\n\n", 400, "http.bad_request"},
        {"a header cut short", "GET / HTTP/1.1\r\nHost", 400, "http.bad_request"},
        {"a body cut short",
         "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc",
         400,
         "http.bad_request"},
        {"a bad escape", "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400, "http.bad_target"},
        {"no route", "GET /none HTTP/1.1\r\nHost: a\r\n\r\n", 404, "http.not_found"},
        {"no id", "GET /t/x HTTP/1.1\r\nHost: a\r\n\r\n", 404, "http.not_found"},
        {"no such method",
         "DELETE /echo HTTP/1.1\r\nHost: a\r\n\r\n",
         405,
         "http.method_not_allowed"},
        {"no method at all",
         "BREW /echo HTTP/1.1\r\nHost: a\r\n\r\n",
         405,
         "http.method_not_allowed"},
        {"no JSON",
         "POST /json HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
         415,
         "http.unsupported_media_type"},
        {"bad JSON",
         "POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: "
         "1\r\n\r\n{",
         400,
         "http.bad_json"},
        {"an expectation",
         "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n",
         417,
         "http.expectation_failed"},
        {"a refusal", "GET /refused HTTP/1.1\r\nHost: a\r\n\r\n", 409, "test.refused"},
        {"an exception", "GET /broken HTTP/1.1\r\nHost: a\r\n\r\n", 500, "http.internal"},
        {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "http.version_not_supported"},
    };
    const TestServer server;
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        auto client = server.connect();
        client.send(c.bytes);
        client.finish_sending();
        const auto reply = client.receive();
        EXPECT_EQ(reply.status, c.status);
        EXPECT_EQ(reply.find("Content-Type"), "application/problem+json");
        const auto problem = parsed(reply.body);
        EXPECT_EQ(problem.at("status").as_int64(), c.status);
        EXPECT_EQ(std::string_view{problem.at("code").as_string()}, c.code);
        EXPECT_EQ(std::string_view{problem.at("instance").as_string()}, reply.find("X-Request-Id"));
        EXPECT_FALSE(problem.at("detail").as_string().empty());
        EXPECT_FALSE(problem.at("title").as_string().empty());
        EXPECT_EQ(reply.body.find("inside"), std::string::npos);
        EXPECT_EQ(
            reply.find("Allow"), c.status == 405 ? std::optional<std::string>{"POST"} : std::nullopt
        );
    }
}

TEST(HttpServer, KeepsBrowsersFromGuessingFramingAndStoring) {
    const TestServer server;
    auto client = server.connect();
    for (const char* target : {"/hello", "/none"}) {
        SCOPED_TRACE(target);
        const auto reply = client.request("GET", target);
        EXPECT_EQ(reply.find("X-Content-Type-Options"), "nosniff");
        EXPECT_EQ(reply.find("X-Frame-Options"), "DENY");
        EXPECT_EQ(reply.find("Referrer-Policy"), "no-referrer");
        EXPECT_EQ(reply.find("Cache-Control"), "no-store");
        EXPECT_EQ(reply.find("Date"), "Thu, 01 Jan 2026 00:00:00 GMT");
        EXPECT_THAT(reply.find("Content-Security-Policy").value(), HasSubstr("default-src 'none'"));
    }
}

TEST(HttpServer, LetsNoValueStartAField) {
    const TestServer server;
    auto client = server.connect();
    const auto reply = client.request("GET", "/forged");
    EXPECT_EQ(reply.status, 204);
    EXPECT_EQ(reply.find("X-Note"), "a  X-Forged: b");
    EXPECT_EQ(reply.find("X-Forged"), std::nullopt);
    EXPECT_EQ(reply.find("Content-Length"), std::nullopt);
}

TEST(HttpServer, CompressesWhereTheClientAllows) {
    const TestServer server;
    auto client = server.connect();
    const auto packed = client.request("GET", "/long", {{"Accept-Encoding", "br, gzip"}});
    EXPECT_EQ(packed.find("Content-Encoding"), "gzip");
    EXPECT_EQ(packed.find("Vary"), "Accept-Encoding");
    EXPECT_LT(packed.body.size(), 1000U);
    EXPECT_EQ(gunzip(packed.body), std::string(100'000, 'x'));

    const auto plain = client.request("GET", "/long");
    EXPECT_EQ(plain.find("Content-Encoding"), std::nullopt);
    EXPECT_EQ(plain.find("Vary"), "Accept-Encoding");
    EXPECT_EQ(plain.body.size(), 100'000U);

    const auto shorter = client.request("GET", "/hello", {{"Accept-Encoding", "gzip"}});
    EXPECT_EQ(shorter.find("Content-Encoding"), std::nullopt);
    const auto binary =
        client.request("POST", "/echo", {{"Accept-Encoding", "gzip"}}, std::string(5000, 'x'));
    EXPECT_EQ(binary.find("Content-Encoding"), std::nullopt);
}

TEST(HttpServer, AnswersWhatTheClientHasWith304) {
    const TestServer server;
    auto client = server.connect();
    const auto first = client.request("GET", "/versioned");
    const std::string etag = first.find("ETag").value();
    EXPECT_THAT(etag, MatchesRegex("\"[0-9a-f]{32}\""));
    EXPECT_EQ(first.find("Cache-Control"), "private, no-cache");

    const auto again = client.request("GET", "/versioned", {{"If-None-Match", "\"x\", " + etag}});
    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(again.find("ETag"), etag);
    EXPECT_EQ(again.find("Content-Length"), std::nullopt);
    EXPECT_EQ(again.find("Content-Type"), std::nullopt);
    EXPECT_EQ(client.request("HEAD", "/versioned", {{"If-None-Match", etag}}).status, 304);

    // The compressed form is another body, so it has another strong tag, yet it is the same
    // version.
    const auto packed = client.request("GET", "/versioned", {{"Accept-Encoding", "gzip"}});
    EXPECT_EQ(packed.find("Content-Encoding"), "gzip");
    const std::string packed_etag = packed.find("ETag").value();
    EXPECT_NE(packed_etag, etag);
    EXPECT_EQ(client.request("GET", "/versioned", {{"If-None-Match", packed_etag}}).status, 304);

    EXPECT_EQ(client.request("GET", "/versioned", {{"If-None-Match", "\"x\""}}).status, 200);
    EXPECT_EQ(client.request("GET", "/hello", {{"If-None-Match", "*"}}).status, 200);
}

TEST(HttpServer, LogsEachRequestOnceAndNoSecrets) {
    TestServer server;
    auto client = server.connect();
    client.request(
        "GET",
        "/t/7?q=hunter2",
        {{"Authorization", "Bearer hunter2"}, {"Cookie", "sid=hunter2"}, {"X-Request-Id", "r-1"}}
    );
    client.request("GET", "/broken", {{"X-Request-Id", "r-2"}});
    const auto lines = server.log_lines(3);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_THAT(
        lines[0],
        ContainsRegex(
            R"re("message":"request","request_id":"r-1","tenant":"7","method":"GET","route":"/t/\{tenant_id\}",)re"
            R"re("status":200,"code":"","duration_us":[0-9]+,"peer":"127.0.0.1","sent":true)re"
        )
    );
    EXPECT_THAT(
        lines[1], HasSubstr(R"("level":"error","message":"request failed","request_id":"r-2")")
    );
    EXPECT_THAT(lines[1], HasSubstr("secret of the inside"));
    EXPECT_THAT(lines[2], HasSubstr(R"("status":500,"code":"http.internal")"));
    for (const auto& line : lines) {
        EXPECT_EQ(line.find("hunter2"), std::string::npos) << line;
    }
}

TEST(HttpServer, CountsEachRequestOnce) {
    TestServer server;
    {
        auto client = server.connect();
        client.request("GET", "/t/7");
        client.request("HEAD", "/t/7");
        client.request("GET", "/t/8");
        client.request("GET", "/refused");
        client.request("GET", "/broken");
        client.request("BREW", "/none");
    }
    server.server().stop(base::deadline_in(std::chrono::seconds{10}));
    const std::string text = server.metrics().exposition();
    const auto count = [](const char* error,
                          const char* method,
                          int status,
                          const char* route,
                          int times) {
        return HasSubstr(fmt::format(
            R"(_count{{error_type="{}",http_request_method="{}",http_response_status_code="{}",http_route="{}",listener="test",user_agent_synthetic_type=""}} {})",
            error,
            method,
            status,
            route,
            times
        ));
    };
    EXPECT_THAT(text, count("", "GET", 200, "/t/{tenant_id}", 2));
    EXPECT_THAT(text, count("", "HEAD", 200, "/t/{tenant_id}", 1));
    EXPECT_THAT(text, count("", "GET", 409, "/refused", 1));
    EXPECT_THAT(text, count("http.internal", "GET", 500, "/broken", 1));
    EXPECT_THAT(text, count("", "_OTHER", 404, "", 1));
    EXPECT_THAT(text, HasSubstr(TestServer::active_requests(0)));
}

}  // namespace
}  // namespace accubooks::net
