#include "launch/internal/loops.h"

#include <exception>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/error.h"

namespace accubooks::launch {
namespace {

namespace asio = boost::asio;
using Steady = std::chrono::steady_clock;
constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

}  // namespace

Loops::Loops(asio::any_io_executor on)
    : on_{std::move(on)}, ended_{on_, Steady::time_point::max()} {}

Loops::~Loops() {
    base::ensure(running_ == 0, "whoever starts loops stops them before their end");
}

void Loops::start(base::Task<void> loop) {
    base::ensure(!stopping_, "nothing is started while all is stopped");
    ++running_;
    asio::co_spawn(on_, std::move(loop), [this](const std::exception_ptr& thrown) {
        base::ensure(!thrown, "a loop takes what fails around it for a measurement");
        if (--running_ == 0) {
            ended_.cancel();
        }
    });
}

Steady::time_point Loops::next_on_grid(Steady::time_point began, Steady::duration every) {
    return began + ((Steady::now() - began) / every + 1) * every;
}

base::Task<void> Loops::nap(Steady::duration length) {
    co_await nap_until(Steady::now() + length);
}

base::Task<void> Loops::nap_until(Steady::time_point end) {
    if (stopping_) {
        co_return;
    }
    const auto timer = naps_.emplace(naps_.end(), on_, end);
    co_await timer->async_wait(kAsTuple);
    naps_.erase(timer);
}

base::Task<void> Loops::stop() {
    stopping_ = true;
    for (asio::steady_timer& timer : naps_) {
        timer.cancel();
    }
    while (running_ > 0) {
        co_await ended_.async_wait(kAsTuple);
    }
}

}  // namespace accubooks::launch
