#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace accubooks::base {

/// A coroutine of this program. It starts when it is awaited, and whoever awaits it owns what it
/// refers to.
template <class T>
using Task = boost::asio::awaitable<T, boost::asio::any_io_executor>;

}  // namespace accubooks::base
