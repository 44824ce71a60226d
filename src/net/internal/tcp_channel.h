#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "net/internal/channel.h"

namespace accubooks::net {

/// A channel on a socket. Deadlines are kept by its lane, which calls `expire` several times a
/// second: that is one timer for all connections instead of two for each request.
class TcpChannel final : public Channel {
public:
    explicit TcpChannel(boost::asio::ip::tcp::socket socket);

    base::Task<Read> read(std::span<char> into, base::Deadline deadline) override;
    base::Task<bool> write(
        std::string_view head, std::string_view body, base::Deadline::duration patience
    ) override;
    base::Task<void> linger(base::Deadline deadline) override;

    /// Ends the wait under way if its deadline has passed.
    void expire(base::Deadline now);
    /// Whether bytes have come that nobody has read yet.
    bool has_input() const;
    /// Ends the wait under way. One that has bytes already, though its waiter doesn't know yet,
    /// goes on.
    void interrupt();
    /// Ends the wait under way and every later one.
    void close();

private:
    boost::asio::ip::tcp::socket socket_;
    base::Deadline deadline_ = base::Deadline::max();  // of the wait under way
    bool timed_out_ = false;
};

}  // namespace accubooks::net
