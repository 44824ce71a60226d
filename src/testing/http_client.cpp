#include "testing/http_client.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace accubooks::testing {

namespace {

constexpr int kPatienceSeconds = 20;

[[noreturn]] void fail(const char* what) {
    throw std::runtime_error{fmt::format("{}: {}", what, std::strerror(errno))};
}

constexpr char to_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, {}, to_lower, to_lower);
}

// "HTTP/1.1 200 OK" and the fields, without the empty line.
HttpReply parse_head(std::string_view head) {
    constexpr std::size_t kStatusAt = 9;
    if (!head.starts_with("HTTP/1.1 ") || head.size() < kStatusAt + 3) {
        throw std::runtime_error{"no HTTP/1.1 answer: " + std::string{head}};
    }
    HttpReply reply;
    reply.status = std::stoi(std::string{head.substr(kStatusAt, 3)});
    auto line_end = head.find("\r\n");
    while (line_end != std::string_view::npos) {
        head.remove_prefix(line_end + 2);
        line_end = head.find("\r\n");
        const std::string_view line = head.substr(0, line_end);
        const auto colon = line.find(": ");
        if (colon == std::string_view::npos) {
            throw std::runtime_error{"no header field: " + std::string{line}};
        }
        reply.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    return reply;
}

}  // namespace

std::optional<std::string> HttpReply::find(std::string_view name) const {
    for (const auto& [its_name, value] : headers) {
        if (same_name(its_name, name)) {
            return value;
        }
    }
    return std::nullopt;
}

HttpClient::HttpClient(std::uint16_t port)
    : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    if (socket_ < 0) {
        fail("socket");
    }
    const timeval patience{.tv_sec = kPatienceSeconds, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const int reason = errno;
        ::close(socket_);
        errno = reason;
        fail("connect");
    }
}

HttpClient::~HttpClient() {
    if (socket_ >= 0) {
        ::close(socket_);
    }
}

HttpClient::HttpClient(HttpClient&& other) noexcept
    : socket_{std::exchange(other.socket_, -1)}, buffer_{std::move(other.buffer_)} {}

void HttpClient::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0) {
            fail("send");
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void HttpClient::finish_sending() const {
    ::shutdown(socket_, SHUT_WR);
}

bool HttpClient::read_more() {
    std::array<char, 65536> piece{};
    const auto got = ::recv(socket_, piece.data(), piece.size(), 0);
    if (got < 0) {
        fail("recv");
    }
    buffer_.append(piece.data(), static_cast<std::size_t>(got));
    return got > 0;
}

HttpReply HttpClient::receive(std::string_view to) {
    auto end = buffer_.find("\r\n\r\n");
    while (end == std::string::npos) {
        if (!read_more()) {
            throw std::runtime_error{"closed before an answer; got: " + buffer_};
        }
        end = buffer_.find("\r\n\r\n");
    }
    HttpReply reply = parse_head(std::string_view{buffer_}.substr(0, end));
    buffer_.erase(0, end + 4);
    const auto length = reply.find("Content-Length");
    if (to == "HEAD" || !length) {
        return reply;
    }
    const auto size = std::stoull(*length);
    while (buffer_.size() < size) {
        if (!read_more()) {
            throw std::runtime_error{"closed inside a body"};
        }
    }
    reply.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return reply;
}

std::string HttpClient::receive_all() {
    while (read_more()) {
    }
    return std::exchange(buffer_, {});
}

HttpReply HttpClient::request(
    std::string_view method,
    std::string_view target,
    const HttpFields& fields,
    std::string_view body
) {
    std::string bytes = fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\n", method, target);
    for (const auto& [name, value] : fields) {
        bytes += fmt::format("{}: {}\r\n", name, value);
    }
    if (!body.empty()) {
        bytes += fmt::format("Content-Length: {}\r\n", body.size());
    }
    bytes += "\r\n";
    bytes += body;
    send(bytes);
    return receive(method);
}

}  // namespace accubooks::testing
