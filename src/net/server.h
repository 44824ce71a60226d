#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "net/lanes.h"
#include "net/router.h"
#include "net/tls_identity.h"
#include "telemetry/http_metrics.h"
#include "telemetry/log.h"

namespace accubooks::net {

/// What one listener grants its clients.
struct HttpSettings {
    /// Request line and fields together; past it 431.
    std::size_t header_bytes_max = 16UL * 1024;
    /// Body of one request, if its route takes that much (Router::add); past it 413.
    std::size_t body_bytes_max = 8UL * 1024 * 1024;
    /// Bodies of all requests being read or answered; past it 503. A quarter of it is kept for
    /// bodies of kBodyBytesOfRoute at most.
    std::size_t bodies_bytes_max = 256UL * 1024 * 1024;
    /// Connections open at once, over all lanes; past it 503 and closed.
    std::uint32_t connections_max = 4096;
    /// What one client (net::network_of) may hold of both; past it 429. A trusted proxy's
    /// connections are nobody's; its requests' bodies count for the client that it names.
    std::size_t body_bytes_per_peer_max = 64UL * 1024 * 1024;
    std::uint32_t connections_per_peer_max = 1024;
    /// Whether that binds this machine too, where a proxy or the operator's own tools are.
    bool loopback_has_share = false;
    /// Networks (net::is_network) of proxies, whose X-Forwarded-For says who the client is
    /// (net::client_of) and whose X-Forwarded-Proto whether it came over TLS. One that isn't here
    /// is itself the client, whatever it says.
    std::vector<std::string> trusted_proxies{};
    /// What clients get TLS with; none: they talk plainly. With it only this machine and trusted
    /// proxies may talk plainly as well.
    std::shared_ptr<TlsIdentity> tls{};
    /// Whether whoever reaches the listener may talk plainly, on whatever network.
    bool trusts_its_network = false;
    /// From a request's first byte to its header's last; then 408.
    std::chrono::milliseconds header_timeout{10'000};
    /// For the whole body; then 408.
    std::chrono::milliseconds body_timeout{60'000};
    /// What a body must bring in each window until it is whole; else 408.
    std::size_t body_bytes_per_second_min = 16UL * 1024;
    std::chrono::milliseconds body_pace_window{10'000};
    /// For the first byte of a connection's next request; then it is closed without a word.
    std::chrono::milliseconds idle_timeout{60'000};
    /// Without the client taking a byte of its answer; then it is closed.
    std::chrono::milliseconds write_timeout{30'000};
    /// How long a client may go on sending what was refused, so that it gets to read why.
    std::chrono::milliseconds linger_timeout{2'000};
    /// Becomes the request's deadline, which handlers keep.
    std::chrono::milliseconds request_timeout{30'000};
    /// Bodies of text at least this long are compressed.
    std::size_t gzip_bytes_min = 1024;
};

/// Until when a server that stops is still there for its clients.
struct StopBy {
    /// Requests under way; then their handlers are cancelled.
    base::Deadline deadline;
    /// Connections between requests: one more request is answered before each is closed. In the
    /// past they are closed at once.
    base::Deadline idle = base::Deadline::min();
};

/// Whether servers could listen on all of these addresses at this moment, each written as for
/// HttpServer::listen. Errors: as there.
base::Result<void> can_listen(const std::vector<std::string>& addresses);

/// Whether a server with these settings may listen on that IP address: one that others than this
/// machine reach must have TLS, or a proxy in front that has it. Errors: `http.tls_required`.
base::Result<void> check_reach(const HttpSettings& settings, std::string_view address);

/// What an exception of a handler means to its client: the room that knows the exceptions (the
/// application) says.
using ErrorOfException = std::function<base::Error(const std::exception_ptr&, Method)>;

/// An HTTP/1.1 server on every lane of a Lanes: each has its own listening socket, and the kernel
/// spreads connections over them (SO_REUSEPORT). Requests of one connection are answered in order.
/// Every refusal, also of bytes that are no HTTP, is a problem (RFC 9457) with the request's id,
/// which each answer carries in X-Request-Id; each request is counted and logged once, without its
/// address, headers or body.
///
/// Answers are compressed where the client allows, revalidated where the handler set an ETag, and
/// carry headers that keep browsers from guessing, framing or storing them, unless the handler set
/// those itself.
///
/// Its functions are for the thread that made it, none of the lanes.
class HttpServer {
public:
    /// Everything here must outlive the server.
    struct Parts {
        Lanes& lanes;
        const Router& router;
        const base::Clock& clock;
        const telemetry::Log& log;
        const telemetry::HttpMetrics& metrics;
        base::RandomBytes random;  // for request ids; called from every lane
        ErrorOfException error_of;
    };

    HttpServer(HttpSettings settings, Parts parts);
    /// Stops at once what `stop` hasn't stopped yet.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Serves from now on at "127.0.0.1:8080", "[::1]:8080" or "localhost:8080"; port 0 takes a
    /// free one. Called once. Errors: `http.bad_address`; `http.cannot_listen` when the address is
    /// taken or isn't ours, with the system's reason; `http.tls_required`.
    base::Result<void> listen(std::string_view address);

    /// Serves from now on through sockets that listen already, a predecessor's or systemd's,
    /// instead of `listen`; they are this server's own from here on, also when it refuses. Their
    /// number needn't be that of the lanes: each is accepted from, and each lane accepts. Errors:
    /// `http.cannot_listen` when one of them is no listening stream socket; `http.tls_required`.
    base::Result<void> adopt(std::span<const int> sockets);
    /// The sockets it listens on, for a successor to adopt copies of.
    std::vector<int> sockets() const;

    /// The port it listens on; 0 before `listen`.
    std::uint16_t port() const;
    /// Connections open now.
    std::uint32_t connections() const;

    /// From now on each answer is its connection's last, so that clients come back through whoever
    /// listens then. Nothing is refused.
    void drain();

    /// Stops accepting and lets what is under way finish, as long as `by` says. Returns when the
    /// last has ended: what masks cancellation has a deadline of its own.
    void stop(StopBy by);
    void stop(base::Deadline deadline) { stop(StopBy{.deadline = deadline}); }

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace accubooks::net
