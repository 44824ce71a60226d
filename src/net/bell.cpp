#include "net/bell.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace accubooks::net {

namespace asio = boost::asio;

Bell::Bell(const asio::any_io_executor& on) : rung_{on} {
    rung_.expires_at(asio::steady_timer::time_point::max());
}

void Bell::ring() {
    rung_.cancel();
}

base::Task<void> Bell::wait(base::Deadline deadline) {
    using asio::experimental::awaitable_operators::operator||;
    asio::steady_timer late{rung_.get_executor(), deadline};
    co_await (
        rung_.async_wait(asio::as_tuple(asio::use_awaitable)) ||
        late.async_wait(asio::as_tuple(asio::use_awaitable))
    );
}

}  // namespace accubooks::net
