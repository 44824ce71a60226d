#include "net/internal/tcp_channel.h"

#include <array>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace accubooks::net {

namespace {

namespace asio = boost::asio;
constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

}  // namespace

TcpChannel::TcpChannel(asio::ip::tcp::socket socket) : socket_{std::move(socket)} {
    boost::system::error_code ignored;  // a connection that just broke says so at its first read
    socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
}

base::Task<Channel::Read> TcpChannel::read(std::span<char> into, base::Deadline deadline) {
    deadline_ = deadline;
    timed_out_ = false;
    const auto [error, bytes] =
        co_await socket_.async_read_some(asio::buffer(into.data(), into.size()), kAsTuple);
    deadline_ = base::Deadline::max();
    co_return Read{.bytes = bytes, .timed_out = bytes == 0 && timed_out_};
}

base::Task<bool> TcpChannel::write(
    std::string_view head, std::string_view body, base::Deadline::duration patience
) {
    bool sent = true;
    while (sent && !(head.empty() && body.empty())) {
        const std::array buffers{
            asio::buffer(head.data(), head.size()), asio::buffer(body.data(), body.size())
        };
        deadline_ = base::deadline_in(patience);
        const auto [error, bytes] = co_await socket_.async_write_some(buffers, kAsTuple);
        deadline_ = base::Deadline::max();
        sent = !error;
        const std::size_t of_head = std::min(bytes, head.size());
        head.remove_prefix(of_head);
        body.remove_prefix(bytes - of_head);
    }
    co_return sent;
}

base::Task<void> TcpChannel::linger(base::Deadline deadline) {
    boost::system::error_code error;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
    std::array<char, 4096> dropped{};
    bool more = !error;
    while (more && base::Deadline::clock::now() < deadline) {
        const auto got = co_await read(dropped, deadline);
        more = got.bytes > 0;
    }
}

void TcpChannel::expire(base::Deadline now) {
    if (now >= deadline_) {
        timed_out_ = true;
        interrupt();
    }
}

void TcpChannel::interrupt() {
    deadline_ = base::Deadline::max();
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

bool TcpChannel::has_input() const {
    boost::system::error_code error;
    return socket_.available(error) > 0 && !error;
}

void TcpChannel::close() {
    boost::system::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
}

}  // namespace accubooks::net
