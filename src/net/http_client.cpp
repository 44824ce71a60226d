#include "net/http_client.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>
#include <sys/socket.h>

#include "base/host_look_up.h"

namespace accubooks::net {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

std::unexpected<base::Error> bad_url(std::string_view url) {
    return base::refuse(
        base::ErrorKind::invalid,
        "http.bad_url",
        fmt::format("\"{}\" is no address to ask; write it like http://127.0.0.1:8080.", url)
    );
}

ClientFailure::Kind kind_of(const beast::error_code& error) {
    using Kind = ClientFailure::Kind;
    if (error == beast::error::timeout) {
        return Kind::timeout;
    }
    if (error == http::error::body_limit || error == http::error::header_limit ||
        error == http::error::buffer_overflow) {
        return Kind::too_large;
    }
    const bool ended = error == http::error::end_of_stream || error == http::error::partial_message;
    static const auto& of_http = make_error_code(http::error::bad_version).category();
    return !ended && error.category() == of_http ? Kind::bad_answer : Kind::closed;
}

[[noreturn]] void fail(const beast::error_code& error, std::string_view during) {
    if (error == asio::error::operation_aborted) {
        throw boost::system::system_error{error};  // cancellation isn't the server's failure
    }
    throw ClientFailure{kind_of(error), fmt::format("{}: {}", during, error.message())};
}

// The request's bytes.
std::string render(const ClientRequest& request, std::string_view host) {
    std::string out;
    out.reserve(256 + request.target.size() + request.body.size());
    out.append(to_string(request.method)).append(" ").append(request.target);
    out.append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n");
    for (const auto& [name, value] : request.headers.all()) {
        base::ensure(
            value.find_first_of("\r\n") == std::string::npos, "a header's value is one line"
        );
        out.append(name).append(": ").append(value).append("\r\n");
    }
    if (!request.body.empty() || request.method == Method::post) {
        out.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
    }
    return out.append("\r\n").append(request.body);
}

}  // namespace

base::Result<Origin> Origin::parse(std::string_view url) {
    constexpr std::string_view kScheme = "http://";
    std::string_view rest = url;
    if (!rest.starts_with(kScheme)) {
        return bad_url(url);
    }
    rest.remove_prefix(kScheme.size());
    if (rest.ends_with('/')) {
        rest.remove_suffix(1);
    }
    Origin origin;
    // A colon inside brackets belongs to the address.
    const auto colon = rest.rfind(':');
    if (colon != std::string_view::npos && !rest.ends_with(']')) {
        const std::string_view port = rest.substr(colon + 1);
        const auto [end, error] =
            std::from_chars(port.data(), port.data() + port.size(), origin.port);
        if (error != std::errc{} || end != port.data() + port.size() || origin.port == 0) {
            return bad_url(url);
        }
        rest = rest.substr(0, colon);
    }
    const bool bracketed = rest.starts_with('[') && rest.ends_with(']');
    if (bracketed) {
        rest = rest.substr(1, rest.size() - 2);
    }
    const bool plain = std::ranges::all_of(rest, [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '.' || c == '-' || c == '_' || (bracketed && c == ':');
    });
    if (rest.empty() || !plain) {
        return bad_url(url);
    }
    origin.host = rest;
    return origin;
}

std::string_view to_string(ClientFailure::Kind kind) {
    switch (kind) {
        case ClientFailure::Kind::connect:
            return "connect";
        case ClientFailure::Kind::timeout:
            return "timeout";
        case ClientFailure::Kind::closed:
            return "closed";
        case ClientFailure::Kind::bad_answer:
            return "bad_answer";
        case ClientFailure::Kind::too_large:
            return "too_large";
        case ClientFailure::Kind::busy:
            return "busy";
    }
    std::unreachable();
}

struct HttpClient::State {
    struct Connection {
        explicit Connection(const asio::any_io_executor& executor) : stream{executor} {}

        // Whether the server has ended it, or said something that nobody asked for.
        bool is_spent() {
            if (buffer.size() > 0) {
                return true;
            }
            char byte = 0;
            const auto read =
                ::recv(stream.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
            return read >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
        }

        beast::tcp_stream stream;
        beast::flat_buffer buffer;
        bool keep = false;       // the last answer lets another request follow
        bool answering = false;  // a byte of the answer has come
    };
    using Held = std::unique_ptr<Connection>;

    // Counts a call as long as it is under way.
    struct Turn {
        explicit Turn(std::uint32_t& its_count) : count{its_count} { ++count; }
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        ~Turn() { --count; }
        std::uint32_t& count;
    };

    asio::any_io_executor executor;
    Origin origin;
    HttpClientSettings settings;
    std::string host;
    std::vector<tcp::endpoint> endpoints{};  // while they are known, and one of them answers
    std::vector<Held> idle{};                // last used last
    std::uint32_t under_way = 0;
    std::uint64_t resent = 0;

    Held take_idle() {
        while (!idle.empty()) {
            Held connection = std::move(idle.back());
            idle.pop_back();
            if (!connection->is_spent()) {
                return connection;
            }
        }
        return nullptr;
    }

    base::Task<void> resolve(base::Deadline deadline) {
        const auto addresses = co_await base::addresses_of(origin.host, deadline);
        if (!addresses) {
            throw ClientFailure{ClientFailure::Kind::connect, addresses.error()};
        }
        endpoints.clear();  // another call may have filled it meanwhile
        for (const std::string& address : *addresses) {
            endpoints.emplace_back(asio::ip::make_address(address), origin.port);
        }
    }

    base::Task<Held> connect(base::Deadline deadline) {
        deadline = std::min(deadline, base::deadline_in(settings.connect_timeout));
        if (endpoints.empty()) {
            co_await resolve(deadline);
        }
        auto connection = std::make_unique<Connection>(executor);
        connection->stream.expires_at(deadline);
        const auto targets = endpoints;
        const auto [error, endpoint] = co_await connection->stream.async_connect(targets, kAsTuple);
        if (error == asio::error::operation_aborted) {
            throw boost::system::system_error{error};
        }
        if (error) {
            endpoints.clear();  // the name may lead elsewhere by now
            throw ClientFailure{
                ClientFailure::Kind::connect,
                fmt::format("{} doesn't take the connection: {}", host, error.message())
            };
        }
        boost::system::error_code ignored;
        connection->stream.socket().set_option(tcp::no_delay{true}, ignored);
        co_return connection;
    }

    base::Task<ClientAnswer> exchange(
        Connection& connection, std::string_view bytes, Method method, base::Deadline deadline
    ) {
        connection.answering = false;
        connection.stream.expires_at(deadline);
        const auto [write_error, written] =
            co_await asio::async_write(connection.stream, asio::buffer(bytes), kAsTuple);
        // A server that refuses early answers and closes before it has read all: look at what it
        // said.
        const bool cut =
            write_error == asio::error::broken_pipe || write_error == asio::error::connection_reset;
        if (write_error && !cut) {
            fail(write_error, "sending the request");
        }
        http::response_parser<http::string_body> parser;
        parser.header_limit(static_cast<std::uint32_t>(settings.header_bytes_max));
        parser.body_limit(settings.body_bytes_max);
        parser.skip(method == Method::head);
        const auto [error, read] =
            co_await http::async_read(connection.stream, connection.buffer, parser, kAsTuple);
        connection.answering = read > 0 || parser.got_some();
        if (error) {
            fail(error, "reading the answer");
        }
        auto& message = parser.get();
        ClientAnswer answer{.status = static_cast<int>(message.result_int())};
        for (const auto& field : message) {
            const auto name = field.name_string();
            const auto value = field.value();
            answer.headers.add({name.data(), name.size()}, std::string{value.data(), value.size()});
        }
        answer.body = std::move(message.body());
        connection.keep = !cut && message.keep_alive();
        co_return answer;
    }
};

HttpClient::HttpClient(
    boost::asio::any_io_executor executor, Origin origin, HttpClientSettings settings
)
    : state_{new State{
          .executor = std::move(executor),
          .origin = std::move(origin),
          .settings = settings,
          .host = {}
      }} {
    const std::string& host = state_->origin.host;
    state_->host = host.contains(':') ? fmt::format("[{}]:{}", host, state_->origin.port)
                                      : fmt::format("{}:{}", host, state_->origin.port);
}

HttpClient::~HttpClient() {
    base::ensure(state_->under_way == 0, "a client outlives its calls");
}

base::Task<ClientAnswer> HttpClient::send(ClientRequest request, base::Deadline deadline) {
    State& state = *state_;
    if (state.under_way >= state.settings.connections_max) {
        throw ClientFailure{
            ClientFailure::Kind::busy,
            fmt::format("{} requests are under way already", state.under_way)
        };
    }
    const State::Turn turn{state.under_way};
    const std::string bytes = render(request, state.host);
    State::Held connection = state.take_idle();
    std::optional<ClientAnswer> answer;
    if (connection) {
        try {
            answer = co_await state.exchange(*connection, bytes, request.method, deadline);
        } catch (const ClientFailure& failure) {
            const bool stale = failure.kind() == ClientFailure::Kind::closed &&
                               !connection->answering && request.repeatable;
            if (!stale) {
                throw;
            }
            ++state.resent;
        }
    }
    if (!answer) {
        connection = co_await state.connect(deadline);
        answer = co_await state.exchange(*connection, bytes, request.method, deadline);
    }
    if (connection->keep) {
        connection->stream.expires_never();
        state.idle.push_back(std::move(connection));
    }
    co_return *std::move(answer);
}

std::uint64_t HttpClient::resent() const {
    return state_->resent;
}

}  // namespace accubooks::net
