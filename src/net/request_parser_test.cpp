#include "net/internal/request_parser.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace accubooks::net {
namespace {

constexpr std::size_t kBodyMax = 1000;

struct Read {
    std::string code{};  // of the refusal, empty when the request was read whole
    std::string body{};
    std::size_t left = 0;  // bytes behind the request
    bool complete = false;
    bool keep_alive = false;
};

// Reads `bytes` as one request, its body arriving `step` bytes at a time.
Read read(std::string_view bytes, std::size_t step = 1U << 20U) {
    RequestParser parser{kBodyMax};
    const auto end = bytes.find("\r\n\r\n");
    const std::size_t block = end == std::string_view::npos ? bytes.size() : end + 4;
    const auto head = parser.head(bytes.substr(0, block));
    if (!head) {
        return {.code = std::string{head.error().code}};
    }
    std::size_t at = block;
    std::size_t seen = block;
    while (!parser.complete() && seen < bytes.size()) {
        seen = std::min(seen + step, bytes.size());
        const auto taken = parser.body(bytes.substr(at, seen - at));
        if (!taken) {
            return {.code = std::string{taken.error().code}};
        }
        at += *taken;
    }
    return {
        .code = "",
        .body = parser.take_body(),
        .left = bytes.size() - at,
        .complete = parser.complete(),
        .keep_alive = head->keep_alive,
    };
}

std::string get(const std::string& fields) {
    return "GET / HTTP/1.1\r\n" + fields + "\r\n";
}

std::string post(const std::string& fields, const std::string& body) {
    return "POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}

TEST(RequestParser, RefusesWhatTwoProgramsCouldReadDifferently) {
    struct Case {
        const char* name;
        std::string bytes;
        std::string_view code;  // empty: taken
    };
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    const std::string one_chunk = "3\r\nabc\r\n0\r\n\r\n";
    using namespace std::string_literals;
    const Case cases[] = {
        {"plain", get("Host: a\r\n"), ""},
        {"a length", post("Content-Length: 3\r\n", "abc"), ""},
        {"chunks", post(chunked, one_chunk), ""},
        {"chunks, in capitals", post("TRANSFER-ENCODING: Chunked\r\n", one_chunk), ""},
        {"length, then chunks",
         post("Content-Length: 3\r\n" + chunked, one_chunk),
         "http.bad_request"},
        {"chunks, then length",
         post(chunked + "Content-Length: 3\r\n", one_chunk),
         "http.bad_request"},
        {"two lengths",
         post("Content-Length: 3\r\nContent-Length: 4\r\n", "abc"),
         "http.bad_request"},
        {"two equal lengths",
         post("Content-Length: 3\r\nContent-Length: 3\r\n", "abc"),
         "http.bad_request"},
        {"a list of lengths", post("Content-Length: 3, 3\r\n", "abc"), "http.bad_request"},
        {"a signed length", post("Content-Length: +3\r\n", "abc"), "http.bad_request"},
        {"a negative length", post("Content-Length: -3\r\n", "abc"), "http.bad_request"},
        {"a hexadecimal length", post("Content-Length: 0x3\r\n", "abc"), "http.bad_request"},
        {"no length", post("Content-Length: \r\n", "abc"), "http.bad_request"},
        {"a length past 64 bits",
         post("Content-Length: 18446744073709551619\r\n", "abc"),
         "http.bad_request"},
        {"chunks twice", post(chunked + chunked, one_chunk), "http.bad_request"},
        {"another coding",
         post("Transfer-Encoding: gzip, chunked\r\n", one_chunk),
         "http.bad_request"},
        {"chunks before another coding",
         post("Transfer-Encoding: chunked, identity\r\n", one_chunk),
         "http.bad_request"},
        {"a coding almost like chunked",
         post("Transfer-Encoding: xchunked\r\n", one_chunk),
         "http.bad_request"},
        {"a tab in the coding",
         post("Transfer-Encoding: \vchunked\r\n", one_chunk),
         "http.bad_request"},
        {"chunks in HTTP/1.0",
         "POST / HTTP/1.0\r\nHost: a\r\n" + chunked + "\r\n" + one_chunk,
         "http.bad_request"},
        {"a blank before the colon", post("Content-Length : 3\r\n", "abc"), "http.bad_request"},
        {"a folded line", get("Host: a\r\nX: b\r\n c\r\n"), "http.bad_request"},
        {"a folded first line", get(" Host: a\r\n"), "http.bad_request"},
        {"a bare line feed", "GET / HTTP/1.1\nHost: a\n\n\r\n\r\n", "http.bad_request"},
        {"a line feed in a value", get("Host: a\r\nX: b\nContent-Length: 3\r\n"), "http.bad_request"
        },
        {"a carriage return in a value", get("Host: a\r\nX: b\rc\r\n"), "http.bad_request"},
        {"a NUL in a value", get("Host: a\r\nX: b\0c\r\n"s), "http.bad_request"},
        {"no colon", get("Host: a\r\nX\r\n"), "http.bad_request"},
        {"no name", get("Host: a\r\n: x\r\n"), "http.bad_request"},
        {"no Host", get(""), "http.bad_request"},
        {"no Host in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", ""},
        {"two Hosts", get("Host: a\r\nHost: a\r\n"), "http.bad_request"},
        {"an empty Host", get("Host:\r\n"), "http.bad_request"},
        {"a Host with a path", get("Host: a/b\r\n"), "http.bad_request"},
        {"a Host with a user", get("Host: u@a\r\n"), "http.bad_request"},
        {"HTTP/2's opening", "PRI * HTTP/2.0\r\n\r\n", "http.version_not_supported"},
        {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", "http.version_not_supported"},
        {"HTTP/0.9", "GET /\r\n\r\n", "http.bad_request"},
        {"two blanks in the first line", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "http.bad_request"},
        {"the asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "http.bad_target"},
        {"a proxy's request", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", "http.bad_target"},
        {"a raw byte in the address", "GET /\xFF HTTP/1.1\r\nHost: a\r\n\r\n", "http.bad_target"},
        {"a chunk size that isn't", post(chunked, "x\r\nabc\r\n0\r\n\r\n"), "http.bad_request"},
        {"a chunk size with a sign", post(chunked, "+3\r\nabc\r\n0\r\n\r\n"), "http.bad_request"},
        {"a chunk size past 64 bits",
         post(chunked, "10000000000000003\r\nabc\r\n0\r\n\r\n"),
         "http.body_too_large"},
        {"a chunk longer than it says", post(chunked, "2\r\nabc\r\n0\r\n\r\n"), "http.bad_request"},
        {"a chunk's bare line feed", post(chunked, "3\nabc\n0\n\n"), "http.bad_request"},
        {"a large chunk", post(chunked, "ffffff\r\n"), "http.body_too_large"},
        {"a large length", post("Content-Length: 1001\r\n", ""), "http.body_too_large"},
        {"another expectation",
         post("Expect: tea\r\nContent-Length: 3\r\n", "abc"),
         "http.expectation_failed"},
        {"an endless chunk extension",
         post(chunked, "3;" + std::string(70'000, 'x')),
         "http.body_too_large"},
        {"too many fields",
         get("Host: a\r\n" +
             [] {
                 std::string fields;
                 for (int i = 0; i < 100; ++i) {
                     fields += "X: y\r\n";
                 }
                 return fields;
             }()),
         "http.header_too_large"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        const auto got = read(c.bytes);
        EXPECT_EQ(got.code, c.code);
        EXPECT_EQ(got.complete, c.code.empty());
        EXPECT_EQ(got.left, 0U);
    }
}

TEST(RequestParser, LeavesTheNextRequestAlone) {
    EXPECT_EQ(read(post("Content-Length: 3\r\n", "abcGET")).left, 3U);
    EXPECT_EQ(read(post("Transfer-Encoding: chunked\r\n", "1\r\na\r\n0\r\n\r\nGET")).left, 3U);
}

TEST(RequestParser, KeepsATrailerOutOfTheHeader) {
    RequestParser parser{kBodyMax};
    const auto head =
        parser.head("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    ASSERT_TRUE(head.has_value());
    ASSERT_TRUE(parser.body("1\r\na\r\n0\r\nAuthorization: x\r\n\r\n").has_value());
    EXPECT_TRUE(parser.complete());
    EXPECT_FALSE(head->headers.find("Authorization").has_value());
}

TEST(RequestParser, TakesTheHostOfAnAbsoluteAddress) {
    RequestParser parser{kBodyMax};
    const auto head = parser.head("GET http://b/c?d=e HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(head.has_value());
    EXPECT_EQ(head->headers.find("Host"), "b");
    EXPECT_EQ(head->path, "/c");
}

TEST(RequestParser, KnowsWhoKeepsTheConnection) {
    EXPECT_TRUE(read(get("Host: a\r\n")).keep_alive);
    EXPECT_FALSE(read(get("Host: a\r\nConnection: close\r\n")).keep_alive);
    EXPECT_FALSE(read("GET / HTTP/1.0\r\n\r\n").keep_alive);
    EXPECT_TRUE(read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
}

RC_GTEST_PROP(RequestParser, ReadsTheSameBodyInWhateverPiecesItComes, (const std::string& body)) {
    RC_PRE(body.size() <= kBodyMax);
    const auto step = *rc::gen::inRange<std::size_t>(1, 20);
    const auto cut = *rc::gen::inRange<std::size_t>(0, body.size() + 1);
    std::string chunks;
    for (const auto& piece : {body.substr(0, cut), body.substr(cut)}) {
        if (!piece.empty()) {
            chunks += fmt::format("{:x};x=y\r\n{}\r\n", piece.size(), piece);
        }
    }
    const auto plain =
        read(post("Content-Length: " + std::to_string(body.size()) + "\r\n", body), step);
    const auto chunked = read(post("Transfer-Encoding: chunked\r\n", chunks + "0\r\n\r\n"), step);
    RC_ASSERT(plain.code.empty() && plain.complete && plain.left == 0U);
    RC_ASSERT(chunked.code.empty() && chunked.complete && chunked.left == 0U);
    RC_ASSERT(plain.body == body);
    RC_ASSERT(chunked.body == body);
}

}  // namespace
}  // namespace accubooks::net
