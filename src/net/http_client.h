#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.h"
#include "base/error.h"
#include "base/task.h"
#include "net/http.h"

namespace accubooks::net {

/// Whom a client asks: "http://127.0.0.1:8080". There is no TLS: a server elsewhere is asked
/// through a proxy or tunnel beside us.
struct Origin {
    std::string host;  // a name or an address, without brackets
    std::uint16_t port = 80;

    /// A path other than "/" isn't part of an origin. Errors: `http.bad_url`.
    static base::Result<Origin> parse(std::string_view url);
};

/// What is asked. `target` is the path with its query, encoded; Host and Content-Length are the
/// client's to say.
struct ClientRequest {
    Method method = Method::get;
    std::string target;
    Headers headers{};
    std::string body{};
    /// Whether asking twice does no more than asking once: a read, or a write with an idempotency
    /// key.
    bool repeatable = false;
};

struct ClientAnswer {
    int status = 0;
    Headers headers{};
    std::string body{};
};

/// No answer came.
class ClientFailure : public std::runtime_error {
public:
    enum class Kind : std::uint8_t {
        connect,     // nobody took the connection; the request wasn't sent
        timeout,     // the deadline passed
        closed,      // the connection ended before the answer did
        bad_answer,  // not HTTP
        too_large,   // longer than HttpClientSettings allow
        busy,        // as many requests as connections are under way; the request wasn't sent
    };
    ClientFailure(Kind kind, const std::string& what) : std::runtime_error{what}, kind_{kind} {}
    Kind kind() const { return kind_; }

private:
    Kind kind_;
};

std::string_view to_string(ClientFailure::Kind kind);

struct HttpClientSettings {
    std::uint32_t connections_max = 64;
    std::size_t header_bytes_max = 64UL * 1024;
    std::size_t body_bytes_max = 64UL * 1024 * 1024;
    std::chrono::milliseconds connect_timeout{5'000};
};

/// Asks one server over HTTP/1.1, on connections that are kept and used again, last used first.
/// Everything runs on one lane, the executor's; calls may overlap, up to `connections_max`.
///
/// A kept connection may have been closed by the server just then. A repeatable request to which
/// such a connection gave no byte of an answer is sent once more on a new one (RFC 9110 §9.2.2);
/// `resent` counts those.
class HttpClient {
public:
    HttpClient(
        boost::asio::any_io_executor executor, Origin origin, HttpClientSettings settings = {}
    );
    /// No call may be under way.
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// The answer, whatever its status. Throws ClientFailure.
    base::Task<ClientAnswer> send(ClientRequest request, base::Deadline deadline);

    std::uint64_t resent() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace accubooks::net
