#pragma once

#include <atomic>
#include <cstdint>
#include <future>
#include <list>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/internal/session.h"
#include "net/internal/tcp_channel.h"
#include "net/internal/tls_channel.h"

namespace accubooks::net {

/// One lane's share of a server: its listening socket and its connections. Made by the server's
/// thread, then touched on its lane only.
class Listener {
public:
    Listener(
        Service& service,
        std::atomic<std::uint32_t>& connections,
        std::size_t lane,
        boost::asio::ip::tcp::acceptor acceptor
    );

    /// Both may be called from any thread. `ended` is ready when nothing of the listener runs any
    /// more.
    void start();
    std::future<void> stop(StopBy by);
    /// The listening socket; until `stop`.
    int socket() { return acceptor_.native_handle(); }

private:
    struct Connection {
        Connection(
            Service& service,
            boost::asio::ip::tcp::socket socket,
            std::string peer,
            std::string its_network,
            std::size_t lane
        );
        TcpChannel channel;
        std::unique_ptr<TlsChannel> tls;  // on the channel, where the listener has TLS
        Session session;
        boost::asio::cancellation_signal cancelled;
        std::string network;  // whose share of the connections it is; empty: nobody's
    };
    using Connections = std::list<Connection>;

    static base::Task<void> serve(Connections::iterator connection);
    base::Task<void> accept();
    base::Task<void> watch();
    void turn_away(boost::asio::ip::tcp::socket socket, const base::Error& error) const;
    void admit_backlog();
    void admit(boost::asio::ip::tcp::socket socket);
    void ended(Connections::iterator connection, const std::exception_ptr& failure);
    void part_ended(const std::exception_ptr& failure);
    void begin_stop(StopBy by);
    void close_idle();
    void cancel_all();
    std::chrono::milliseconds period() const;

    Service& service_;
    std::atomic<std::uint32_t>& connection_count_;
    std::size_t lane_;
    boost::asio::any_io_executor executor_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer timer_;
    boost::asio::steady_timer pause_;
    Connections connections_;
    bool accepting_ = true;
    bool stopping_ = false;
    base::Deadline idle_until_ = base::Deadline::max();  // as the stop was told
    // What of that is still to come.
    StopBy stop_by_{.deadline = base::Deadline::max(), .idle = base::Deadline::max()};
    int parts_running_ = 0;  // accept and watch
    // Shared, since who waits for it may destroy the listener while it is being fulfilled.
    std::shared_ptr<std::promise<void>> done_ = std::make_shared<std::promise<void>>();
};

}  // namespace accubooks::net
