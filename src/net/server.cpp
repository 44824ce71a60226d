#include "net/server.h"

#include <charconv>
#include <future>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/internal/listener.h"
#include "net/peer.h"

namespace accubooks::net {

namespace {

using boost::asio::ip::tcp;

base::Result<tcp::endpoint> endpoint_from(std::string_view address) {
    const auto bad = [&] {
        return base::refuse(
            base::ErrorKind::invalid,
            "http.bad_address",
            fmt::format("\"{}\" is no address to listen on; write it like 127.0.0.1:8080.", address)
        );
    };
    const auto colon = address.rfind(':');
    if (colon == std::string_view::npos) {
        return bad();
    }
    std::string_view host = address.substr(0, colon);
    const std::string_view port_text = address.substr(colon + 1);
    std::uint16_t port = 0;
    const auto read = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
    if (read.ec != std::errc{} || read.ptr != port_text.data() + port_text.size()) {
        return bad();
    }
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    } else if (host.contains(':')) {
        return bad();
    } else if (host == "localhost") {
        host = "127.0.0.1";
    }
    boost::system::error_code error;
    const auto ip = boost::asio::ip::make_address(std::string{host}, error);
    if (error) {
        return bad();
    }
    return tcp::endpoint{ip, port};
}

enum class Sharing : std::uint8_t { alone, with_lanes };

// Opens, binds and listens; the error of whichever step failed.
boost::system::error_code open(
    tcp::acceptor& acceptor, const tcp::endpoint& endpoint, Sharing sharing
) {
    boost::system::error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) {
        acceptor.set_option(tcp::acceptor::reuse_address{true}, error);
    }
    if (!error && sharing == Sharing::with_lanes) {
        const int yes = 1;
        if (::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) !=
            0) {
            error.assign(errno, boost::system::system_category());
        }
    }
    if (!error) {
        acceptor.bind(endpoint, error);
    }
    if (!error) {
        acceptor.listen(tcp::acceptor::max_listen_connections, error);
    }
    return error;
}

std::unexpected<base::Error> cannot_listen(
    std::string_view address, const boost::system::error_code& error
) {
    return base::refuse(
        base::ErrorKind::conflict,
        "http.cannot_listen",
        fmt::format("Can't listen on {}: {}.", address, error.message())
    );
}

// The protocol of a socket that listens for TCP connections; none for any other descriptor.
std::optional<tcp> protocol_of(int socket) {
    int listens = 0;
    int domain = 0;
    int type = 0;
    socklen_t size = sizeof(int);
    if (::getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0 ||
        ::getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_STREAM ||
        ::getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0) {
        return std::nullopt;
    }
    switch (domain) {
        case AF_INET:
            return tcp::v4();
        case AF_INET6:
            return tcp::v6();
        default:
            return std::nullopt;
    }
}

}  // namespace

base::Result<void> can_listen(const std::vector<std::string>& addresses) {
    boost::asio::io_context nothing_runs;
    std::vector<tcp::acceptor> held;  // until the last: two addresses may be the same
    for (const std::string& address : addresses) {
        AB_TRY(endpoint, endpoint_from(address));
        if (const auto error = open(held.emplace_back(nothing_runs), endpoint, Sharing::alone)) {
            return cannot_listen(address, error);
        }
    }
    return {};
}

base::Result<void> check_reach(const HttpSettings& settings, std::string_view address) {
    if (is_loopback(address) || settings.tls || !settings.trusted_proxies.empty() ||
        settings.trusts_its_network) {
        return {};
    }
    return base::refuse(
        base::ErrorKind::invalid,
        "http.tls_required",
        fmt::format(
            "Others than this machine reach {}: give a certificate (--tls-cert, --tls-key), or "
            "name "
            "the proxy in front that has one (--behind-proxy).",
            address
        )
    );
}

struct HttpServer::State {
    Service service;
    std::atomic<std::uint32_t> connections = 0;
    std::vector<std::unique_ptr<Listener>> listeners;
    std::uint16_t port = 0;

    void start(std::vector<tcp::acceptor> acceptors) {
        port = acceptors.front().local_endpoint().port();
        for (std::size_t i = 0; i < acceptors.size(); ++i) {
            listeners.push_back(std::make_unique<Listener>(
                service, connections, i % service.parts.lanes.size(), std::move(acceptors[i])
            ));
        }
        for (const auto& listener : listeners) {
            listener->start();
        }
    }

    base::Result<std::vector<tcp::acceptor>> open_all(
        tcp::endpoint endpoint, std::string_view address
    ) {
        // Sockets of one user may share a port, so a second server would start beside the first and
        // take half of its connections. Only a socket that doesn't want to share is told that the
        // port is taken.
        AB_CHECK(can_listen({std::string{address}}));
        std::vector<tcp::acceptor> acceptors;
        for (std::size_t lane = 0; lane < service.parts.lanes.size(); ++lane) {
            tcp::acceptor acceptor{service.parts.lanes.executor(lane)};
            if (const auto error = open(acceptor, endpoint, Sharing::with_lanes)) {
                return cannot_listen(address, error);
            }
            endpoint.port(acceptor.local_endpoint().port());
            acceptors.push_back(std::move(acceptor));
        }
        return acceptors;
    }
};

HttpServer::HttpServer(HttpSettings settings, Parts parts)
    : state_{new State{
          .service = {.settings = std::move(settings), .parts = std::move(parts)},
          .listeners = {},
      }} {}

HttpServer::~HttpServer() {
    stop(base::Deadline::clock::now());
}

base::Result<void> HttpServer::listen(std::string_view address) {
    base::ensure(state_->listeners.empty(), "a server listens once");
    AB_TRY(endpoint, endpoint_from(address));
    AB_CHECK(check_reach(state_->service.settings, endpoint.address().to_string()));
    auto acceptors = state_->open_all(endpoint, address);
    if (!acceptors) {
        return std::unexpected{std::move(acceptors).error()};
    }
    state_->start(*std::move(acceptors));
    return {};
}

base::Result<void> HttpServer::adopt(std::span<const int> sockets) {
    base::ensure(state_->listeners.empty(), "a server listens once");
    base::ensure(!sockets.empty(), "there is something to adopt");
    Lanes& lanes = state_->service.parts.lanes;
    std::vector<tcp::acceptor> acceptors;
    bool all_listen = true;
    for (const int socket : sockets) {
        const auto protocol = protocol_of(socket);
        all_listen = all_listen && protocol;
        if (protocol) {
            acceptors.emplace_back(
                lanes.executor(acceptors.size() % lanes.size()), *protocol, socket
            );
        } else {
            ::close(socket);
        }
    }
    if (!all_listen) {
        return base::refuse(
            base::ErrorKind::conflict,
            "http.cannot_listen",
            "A socket that was handed over isn't a listening TCP socket."
        );
    }
    for (const tcp::acceptor& acceptor : acceptors) {
        const auto address = acceptor.local_endpoint().address().to_string();
        AB_CHECK(check_reach(state_->service.settings, address));
    }
    // With fewer sockets than lanes some lanes share one: whoever is free first accepts.
    for (std::size_t lane = acceptors.size(); lane < lanes.size(); ++lane) {
        tcp::acceptor& shared = acceptors[lane % sockets.size()];
        const int copy = ::fcntl(shared.native_handle(), F_DUPFD_CLOEXEC, 0);
        if (copy < 0) {
            return base::refuse(
                base::ErrorKind::conflict,
                "http.cannot_listen",
                "No descriptor is left for a listening socket."
            );
        }
        acceptors.emplace_back(lanes.executor(lane), *protocol_of(copy), copy);
    }
    state_->start(std::move(acceptors));
    return {};
}

std::vector<int> HttpServer::sockets() const {
    std::vector<int> found;
    for (const auto& listener : state_->listeners) {
        found.push_back(listener->socket());
    }
    return found;
}

std::uint16_t HttpServer::port() const {
    return state_->port;
}

std::uint32_t HttpServer::connections() const {
    return state_->connections.load();
}

void HttpServer::drain() {
    state_->service.draining = true;
}

void HttpServer::stop(StopBy by) {
    std::vector<std::future<void>> ends;
    for (const auto& listener : state_->listeners) {
        ends.push_back(listener->stop(by));
    }
    for (auto& end : ends) {
        end.wait();
    }
    state_->listeners.clear();
}

}  // namespace accubooks::net
