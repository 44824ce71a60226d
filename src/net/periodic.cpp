#include "net/periodic.h"

#include <atomic>
#include <exception>
#include <future>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include "base/error.h"

namespace accubooks::net {

namespace asio = boost::asio;

struct Periodic::State {
    Parts parts;
    asio::steady_timer timer;
    std::string complaint;  // what the work threw last time; empty: nothing
    std::atomic<bool> stopping = false;
    std::future<void> running;

    base::Task<void> repeat() {
        while (!stopping) {
            try {
                co_await parts.work();
                complaint.clear();
            } catch (const std::exception& failure) {
                if (std::exchange(complaint, failure.what()) != failure.what()) {
                    parts.failed(failure.what());
                }
            }
            timer.expires_after(parts.pause);
            if (stopping) {
                break;
            }
            co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }
};

Periodic::Periodic(Parts parts) {
    asio::steady_timer timer{parts.on};
    state_.reset(new State{
        .parts = std::move(parts), .timer = std::move(timer), .complaint = {}, .running = {}
    });
}

Periodic::~Periodic() {
    base::ensure(!state_->running.valid(), "what is repeated is stopped before it ends");
}

void Periodic::start() {
    state_->running = asio::co_spawn(state_->parts.on, state_->repeat(), asio::use_future);
}

void Periodic::stop() {
    if (!state_->running.valid()) {
        return;
    }
    state_->stopping = true;
    asio::post(state_->parts.on, [state = state_] { state->timer.cancel(); });
    state_->running.wait();
    state_->running = {};
}

}  // namespace accubooks::net
