#include "net/internal/listener.h"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/peer.h"

namespace accubooks::net {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kAcceptPause{100};

std::string what_of(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "an exception that is no std::exception";
    }
}

bool is_cancellation(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
        return error.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

std::string peer_of(const tcp::socket& socket) {
    boost::system::error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    return error ? std::string{} : endpoint.address().to_string();
}

}  // namespace

Listener::Connection::Connection(
    Service& service,
    tcp::socket socket,
    std::string peer,
    std::string its_network,
    std::size_t lane
)
    : channel{std::move(socket)},
      tls{service.settings.tls
              ? std::make_unique<TlsChannel>(
                    channel, service.settings.tls->context(), service.settings.header_timeout
                )
              : nullptr},
      session{service, tls ? static_cast<Channel&>(*tls) : channel, std::move(peer), lane},
      network{std::move(its_network)} {}

Listener::Listener(
    Service& service,
    std::atomic<std::uint32_t>& connections,
    std::size_t lane,
    tcp::acceptor acceptor
)
    : service_{service},
      connection_count_{connections},
      lane_{lane},
      executor_{acceptor.get_executor()},
      acceptor_{std::move(acceptor)},
      timer_{executor_},
      pause_{executor_} {}

void Listener::start() {
    const auto part = [this](const std::exception_ptr& failure) { part_ended(failure); };
    asio::post(executor_, [this, part] {
        parts_running_ = 2;
        asio::co_spawn(executor_, accept(), part);
        asio::co_spawn(executor_, watch(), part);
    });
}

std::future<void> Listener::stop(StopBy by) {
    asio::post(executor_, [this, by] { begin_stop(by); });
    return done_->get_future();
}

void Listener::begin_stop(StopBy by) {
    stopping_ = true;
    stop_by_ = {.deadline = by.deadline, .idle = std::min(by.idle, by.deadline)};
    idle_until_ = stop_by_.idle;
    admit_backlog();
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
    for (auto& connection : connections_) {
        connection.session.finish(idle_until_);
    }
    if (stop_by_.idle <= base::Deadline::clock::now()) {
        close_idle();
    }
    timer_.cancel();
}

void Listener::close_idle() {
    stop_by_.idle = base::Deadline::max();
    for (auto& connection : connections_) {
        if (connection.session.idle() && !connection.channel.has_input()) {
            connection.channel.interrupt();
        }
    }
}

void Listener::cancel_all() {
    stop_by_.deadline = base::Deadline::max();
    for (auto next = connections_.begin(); next != connections_.end();) {
        Connection& connection = *next++;  // it may end, and go, at once
        connection.channel.close();
        connection.cancelled.emit(asio::cancellation_type::terminal);
    }
}

// Connections the kernel has accepted for us may carry requests already; closing the socket would
// reset them.
void Listener::admit_backlog() {
    boost::system::error_code error;
    acceptor_.non_blocking(true, error);
    while (!error) {
        tcp::socket socket{executor_};
        acceptor_.accept(socket, error);
        if (!error) {
            admit(std::move(socket));
        }
    }
}

base::Task<void> Listener::accept() {
    while (!stopping_) {
        auto [error, socket] = co_await acceptor_.async_accept(kAsTuple);
        if (!error) {
            admit(std::move(socket));
        } else if (!stopping_ && error != asio::error::connection_aborted) {
            // Out of descriptors or memory: the client waits in the backlog until some are free.
            service_.parts.log.write(
                telemetry::Level::error,
                "connections can't be accepted",
                {{"reason", error.message()}}
            );
            pause_.expires_after(kAcceptPause);
            co_await pause_.async_wait(kAsTuple);
        }
    }
    accepting_ = false;
    timer_.cancel();
}

// Answers without reading and without waiting: the socket's buffer is empty, so the few bytes
// fit. Who waits for a handshake couldn't read them.
void Listener::turn_away(tcp::socket socket, const base::Error& error) const {
    if (service_.settings.tls) {
        return;
    }
    const std::string id =
        to_string(base::uuid_v7(service_.parts.clock.now(), service_.parts.random));
    const AnswerTo to{.request_id = id, .accept_encoding = {}, .if_none_match = {}};
    const auto wire = render(problem(error, id), to, 0, service_.parts.clock.now());
    const std::array buffers{asio::buffer(wire.head), asio::buffer(wire.body)};
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(buffers, ignored);
    socket.shutdown(tcp::socket::shutdown_both, ignored);
}

void Listener::admit(tcp::socket socket) {
    if (connection_count_.fetch_add(1) >= service_.settings.connections_max) {
        --connection_count_;
        const base::Error error{
            .kind = base::ErrorKind::overloaded,
            .code = "http.overloaded",
            .detail = "Too many connections are open; nothing was done, try again.",
        };
        turn_away(std::move(socket), error);
        return;
    }
    std::string peer = peer_of(socket);
    std::string network = share_of(peer, service_.settings);
    if (!network.empty() && !service_.shared.peers.take_connection(
                                network, service_.settings.connections_per_peer_max
                            )) {
        --connection_count_;
        const base::Error error{
            .kind = base::ErrorKind::throttled,
            .code = "http.too_much_from_address",
            .detail = "Your address has too many connections open; nothing was done, close some.",
        };
        turn_away(std::move(socket), error);
        return;
    }
    const auto connection = connections_.emplace(
        connections_.end(), service_, std::move(socket), std::move(peer), std::move(network), lane_
    );
    if (stopping_) {
        connection->session.finish(idle_until_);  // accepted in the very moment of the stop
    }
    asio::co_spawn(
        executor_,
        serve(connection),
        asio::bind_cancellation_slot(
            connection->cancelled.slot(),
            [this, connection](const std::exception_ptr& failure) { ended(connection, failure); }
        )
    );
}

base::Task<void> Listener::serve(Connections::iterator connection) {
    co_await connection->session.run();
    if (connection->tls) {
        co_await connection->tls->finish();
    }
}

void Listener::ended(Connections::iterator connection, const std::exception_ptr& failure) {
    if (failure && !is_cancellation(failure)) {
        service_.parts.log.write(
            telemetry::Level::error, "connection failed", {{"reason", what_of(failure)}}
        );
    }
    connection->channel.close();
    if (!connection->network.empty()) {
        service_.shared.peers.give_connection(connection->network);
    }
    connections_.erase(connection);
    --connection_count_;
    if (!accepting_ && connections_.empty()) {
        timer_.cancel();
    }
}

std::chrono::milliseconds Listener::period() const {
    const auto& settings = service_.settings;
    const auto shortest = std::min(
        {settings.header_timeout,
         settings.body_timeout,
         settings.body_pace_window,
         settings.idle_timeout,
         settings.write_timeout}
    );
    return std::clamp(shortest / 4, std::chrono::milliseconds{5}, std::chrono::milliseconds{250});
}

base::Task<void> Listener::watch() {
    while (accepting_ || !connections_.empty()) {
        const auto now = base::Deadline::clock::now();
        for (auto& connection : connections_) {
            connection.channel.expire(now);
        }
        if (now >= stop_by_.idle) {
            close_idle();
        }
        if (now >= stop_by_.deadline) {
            cancel_all();
        }
        timer_.expires_at(std::min({now + period(), stop_by_.idle, stop_by_.deadline}));
        co_await timer_.async_wait(kAsTuple);
    }
}

void Listener::part_ended(const std::exception_ptr& failure) {
    base::ensure(!failure, "accepting and watching handle their errors");
    if (--parts_running_ == 0) {
        const auto done = done_;
        done->set_value();
    }
}

}  // namespace accubooks::net
