#include "net/server.h"

#include <charconv>
#include <future>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>
#include <sys/socket.h>

#include "net/internal/listener.h"

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

}  // namespace

struct HttpServer::State {
    Service service;
    std::atomic<std::uint32_t> connections = 0;
    std::vector<std::unique_ptr<Listener>> listeners;
    std::uint16_t port = 0;

    base::Result<std::vector<tcp::acceptor>> open_all(
        tcp::endpoint endpoint, std::string_view address
    ) {
        const auto refused = [&](const boost::system::error_code& error) {
            return base::refuse(
                base::ErrorKind::conflict,
                "http.cannot_listen",
                fmt::format("Can't listen on {}: {}.", address, error.message())
            );
        };
        {
            // Sockets of one user may share a port, so a second server would start beside the first
            // and take half of its connections. Only a socket that doesn't want to share is told
            // that the port is taken.
            tcp::acceptor probe{service.parts.lanes.executor(0)};
            if (const auto error = open(probe, endpoint, Sharing::alone)) {
                return refused(error);
            }
        }
        std::vector<tcp::acceptor> acceptors;
        for (std::size_t lane = 0; lane < service.parts.lanes.size(); ++lane) {
            tcp::acceptor acceptor{service.parts.lanes.executor(lane)};
            if (const auto error = open(acceptor, endpoint, Sharing::with_lanes)) {
                return refused(error);
            }
            endpoint.port(acceptor.local_endpoint().port());
            acceptors.push_back(std::move(acceptor));
        }
        port = endpoint.port();
        return acceptors;
    }
};

HttpServer::HttpServer(HttpSettings settings, Parts parts)
    : state_{new State{
          .service = {.settings = settings, .parts = std::move(parts)},
          .listeners = {},
      }} {}

HttpServer::~HttpServer() {
    stop(base::Deadline::clock::now());
}

base::Result<void> HttpServer::listen(std::string_view address) {
    base::ensure(state_->listeners.empty(), "a server listens once");
    AB_TRY(endpoint, endpoint_from(address));
    auto acceptors = state_->open_all(endpoint, address);
    if (!acceptors) {
        return std::unexpected{std::move(acceptors).error()};
    }
    for (std::size_t lane = 0; lane < acceptors->size(); ++lane) {
        state_->listeners.push_back(std::make_unique<Listener>(
            state_->service, state_->connections, lane, std::move((*acceptors)[lane])
        ));
    }
    for (const auto& listener : state_->listeners) {
        listener->start();
    }
    return {};
}

std::uint16_t HttpServer::port() const {
    return state_->port;
}

std::uint32_t HttpServer::connections() const {
    return state_->connections.load();
}

void HttpServer::stop(base::Deadline deadline) {
    std::vector<std::future<void>> ends;
    for (const auto& listener : state_->listeners) {
        ends.push_back(listener->stop(deadline));
    }
    for (auto& end : ends) {
        end.wait();
    }
    state_->listeners.clear();
}

}  // namespace accubooks::net
