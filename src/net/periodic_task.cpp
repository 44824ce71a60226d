#include "net/periodic_task.h"

#include <atomic>
#include <future>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

namespace accubooks::net {

namespace asio = boost::asio;

struct PeriodicTask::State {
    explicit State(Parts given) : parts{std::move(given)}, timer{parts.on} {}

    Parts parts;
    asio::steady_timer timer;
    std::atomic<bool> is_stopping = false;
    std::atomic<bool> is_woken = false;
    std::future<void> running;
    std::string complaint{};  // of the time before; empty: it went well

    base::Task<void> work_again_and_again() {
        while (!is_stopping) {
            is_woken = false;
            try {
                co_await parts.work();
                complaint.clear();
            } catch (const std::exception& failure) {
                if (std::exchange(complaint, failure.what()) != failure.what()) {
                    parts.failed(failure);
                }
            }
            timer.expires_after(parts.pause);
            // What came during the work had no wait to cancel.
            if (is_stopping) {
                break;
            }
            if (is_woken) {
                continue;
            }
            co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }
};

PeriodicTask::PeriodicTask(Parts parts) : state_{std::make_shared<State>(std::move(parts))} {}

// Waiting for a task that was started can't fail. NOLINTNEXTLINE(bugprone-exception-escape)
PeriodicTask::~PeriodicTask() {
    stop();
}

void PeriodicTask::start() {
    state_->running = asio::co_spawn(
        state_->parts.on,
        [state = state_] { return state->work_again_and_again(); },
        asio::use_future
    );
}

void PeriodicTask::stop() {
    if (!state_->running.valid()) {
        return;
    }
    state_->is_stopping = true;
    asio::post(state_->parts.on, [state = state_] { state->timer.cancel(); });
    state_->running.wait();
    state_->running = {};
}

void PeriodicTask::wake() {
    state_->is_woken = true;
    asio::post(state_->parts.on, [state = state_] {
        if (state->is_woken) {
            state->timer.cancel();
        }
    });
}

bool PeriodicTask::is_stopping() const {
    return state_->is_stopping;
}

}  // namespace accubooks::net
