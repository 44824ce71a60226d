#include "net/internal/request_parser.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "net/internal/body_limit.h"
#include "net/internal/target.h"

namespace accubooks::net {

namespace {

namespace http = boost::beast::http;

constexpr std::size_t kFieldsMax = 100;

std::unexpected<base::Error> bad_request(std::string detail) {
    return base::refuse(base::ErrorKind::invalid, "http.bad_request", std::move(detail));
}

Method method_of(http::verb verb) {
    switch (verb) {
        case http::verb::get:
            return Method::get;
        case http::verb::head:
            return Method::head;
        case http::verb::post:
            return Method::post;
        case http::verb::put:
            return Method::put;
        case http::verb::patch:
            return Method::patch;
        case http::verb::delete_:
            return Method::del;
        case http::verb::options:
            return Method::options;
        default:
            return Method::other;
    }
}

bool equal_without_case(std::string_view left, std::string_view lower) {
    return std::ranges::equal(left, lower, {}, [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
}

bool is_host(std::string_view host) {
    constexpr std::string_view kMarks = "-._~:[]%!$&'()*+,;=";
    return !host.empty() && std::ranges::all_of(host, [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               kMarks.contains(c);
    });
}

// What Beast lets pass though two readers may disagree about it.
base::Result<void> check_lines(std::string_view block) {
    for (std::size_t i = 0; i < block.size(); ++i) {
        const char c = block[i];
        const char next = i + 1 < block.size() ? block[i + 1] : '\0';
        if (c == '\r' && next != '\n') {
            return bad_request("A header line has a carriage return that doesn't end it.");
        }
        if (c == '\n' && (next == ' ' || next == '\t')) {
            return bad_request("Header lines must not be folded.");
        }
        if (static_cast<std::uint8_t>(c) < 0x20 && c != '\r' && c != '\n' && c != '\t') {
            return bad_request("A header line has a control character.");
        }
    }
    if (has_bare_line_feed(block)) {
        return bad_request("Header lines must end with CR LF.");
    }
    return {};
}

base::Result<void> check_framing(const Headers& headers, bool http_1_0) {
    const auto lengths = headers.count("Content-Length");
    const auto codings = headers.count("Transfer-Encoding");
    if (lengths + codings > 1) {
        return bad_request("The length of the body is given more than once.");
    }
    if (lengths == 1 && !std::ranges::all_of(*headers.find("Content-Length"), [](char c) {
            return c >= '0' && c <= '9';
        })) {
        return bad_request("Content-Length must be one number.");
    }
    if (codings == 1 &&
        (http_1_0 || !equal_without_case(*headers.find("Transfer-Encoding"), "chunked"))) {
        return bad_request(
            "The only transfer encoding that is understood here is \"chunked\", in HTTP/1.1."
        );
    }
    return {};
}

base::Result<void> check_host(const Headers& headers, bool http_1_0) {
    const auto hosts = headers.count("Host");
    if (hosts > 1 || (hosts == 0 && !http_1_0)) {
        return bad_request("A request has exactly one Host header.");
    }
    if (hosts == 1 && !is_host(*headers.find("Host"))) {
        return bad_request("The Host header isn't a host.");
    }
    return {};
}

// Nothing here unpacks a body: what it becomes could be of any length.
base::Result<void> check_coding(const Headers& headers) {
    const auto coding = headers.find("Content-Encoding");
    if (coding &&
        (headers.count("Content-Encoding") > 1 || !equal_without_case(*coding, "identity"))) {
        return base::refuse(
            base::ErrorKind::invalid,
            "http.unsupported_media_type",
            "Send the body as it is: no Content-Encoding is understood here."
        );
    }
    return {};
}

base::Result<bool> expects_continue(const Headers& headers, bool http_1_0) {
    const auto expectation = headers.find("Expect");
    if (!expectation || http_1_0) {
        return false;
    }
    if (!equal_without_case(*expectation, "100-continue")) {
        return base::refuse(
            base::ErrorKind::invalid,
            "http.expectation_failed",
            "The only expectation that is understood here is \"100-continue\"."
        );
    }
    return true;
}

base::Error error_of(const boost::beast::error_code& code) {
    if (code == http::error::bad_version) {
        return {
            .kind = base::ErrorKind::invalid,
            .code = "http.version_not_supported",
            .detail = "Speak HTTP/1.1 here.",
        };
    }
    return bad_request("The request isn't well-formed HTTP: " + code.message() + ".").error();
}

Headers headers_of(const http::fields& fields) {
    Headers headers;
    for (const auto& field : fields) {
        const auto name = field.name_string();
        const auto value = field.value();
        headers.add({name.data(), name.size()}, std::string{value.data(), value.size()});
    }
    return headers;
}

}  // namespace

std::unexpected<base::Error> body_too_large(std::size_t most) {
    return base::refuse(
        base::ErrorKind::invalid,
        "http.body_too_large",
        "The body may have " + std::to_string(most) + " bytes at most; send it in parts."
    );
}

base::Result<void> RequestParser::frame(const Headers& headers) {
    if (headers.count("Transfer-Encoding") == 1) {
        framing_ = Framing::chunks;
        return {};
    }
    const auto text = headers.find("Content-Length");
    if (!text) {
        return {};
    }
    std::uint64_t length = 0;
    const auto read = std::from_chars(text->data(), text->data() + text->size(), length);
    if (read.ec != std::errc{} || length > body_bytes_max_) {
        return body_too_large(body_bytes_max_);
    }
    if (length > 0) {
        framing_ = Framing::length;
        left_ = static_cast<std::size_t>(length);
    }
    return {};
}

base::Result<RequestHead> RequestParser::head(std::string_view block) {
    AB_CHECK(check_lines(block));
    http::request_parser<http::empty_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(block.size()) + 1);  // the caller has the limit
    parser.body_limit(boost::none);
    boost::beast::error_code code;
    const std::size_t used = parser.put(boost::asio::buffer(block), code);
    if ((code && code != http::error::need_more) || !parser.is_header_done()) {
        return std::unexpected{error_of(code)};
    }
    base::ensure(used == block.size(), "the block ends where the header does");
    RequestHead result;
    const auto& message = parser.get();
    result.http_1_0 = message.version() < 11;
    result.headers = headers_of(message);
    if (result.headers.all().size() > kFieldsMax) {
        return base::refuse(
            base::ErrorKind::invalid, "http.header_too_large", "There are too many header fields."
        );
    }
    AB_CHECK(check_framing(result.headers, result.http_1_0));
    AB_CHECK(check_host(result.headers, result.http_1_0));
    AB_CHECK(frame(result.headers));
    AB_CHECK(check_coding(result.headers));
    AB_TRY(expects, expects_continue(result.headers, result.http_1_0));
    AB_TRY(target, parse_target({message.target().data(), message.target().size()}));
    if (!target.authority.empty()) {
        if (!is_host(target.authority)) {
            return bad_request("The address has a host that isn't one.");
        }
        result.headers.set("Host", std::string{target.authority});  // RFC 9112 §3.2.2: it wins
    }
    AB_TRY(query, parse_query(target.query));
    result.method = method_of(message.method());
    result.path = target.path;
    result.query = std::move(query);
    result.keep_alive = message.keep_alive();
    result.expects_continue = expects && !complete();
    return result;
}

base::Result<void> RequestParser::limit_body(std::size_t body_bytes_max) {
    if (body_bytes_max >= body_bytes_max_) {
        return {};
    }
    body_bytes_max_ = body_bytes_max;
    chunks_ = ChunkDecoder{body_bytes_max};
    if (left_ > body_bytes_max_) {
        return body_too_large(body_bytes_max_);
    }
    return {};
}

base::Result<std::size_t> RequestParser::body(std::string_view bytes) {
    if (framing_ == Framing::chunks) {
        return chunks_.take(bytes);
    }
    const std::size_t taken = std::min(left_, bytes.size());
    chunks_.body().append(bytes.substr(0, taken));
    left_ -= taken;
    return taken;
}

bool RequestParser::complete() const {
    return framing_ == Framing::chunks ? chunks_.complete() : left_ == 0;
}

std::size_t RequestParser::body_bytes() {
    return chunks_.body().size();
}

std::string RequestParser::take_body() {
    return std::exchange(chunks_.body(), {});
}

bool has_bare_line_feed(std::string_view bytes) {
    for (auto at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
        if (at == 0 || bytes[at - 1] != '\r') {
            return true;
        }
    }
    return false;
}

}  // namespace accubooks::net
