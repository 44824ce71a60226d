#include "app/health_probe.h"

#include <atomic>
#include <future>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

namespace accubooks::app {
namespace {

constexpr std::chrono::seconds kEvery{5};
constexpr std::chrono::seconds kPatience{2};
constexpr std::chrono::seconds kFreshFor{15};
constexpr std::string_view kCheck = "database";

constexpr pg::Statement kPing{.name = "app.ping", .text = "select 1"};

}  // namespace

struct HealthProbe::State {
    boost::asio::any_io_executor on;
    pg::Pool& pool;
    telemetry::Health& health;
    boost::asio::steady_timer timer;
    std::atomic<bool> stopping = false;
    std::future<void> running;

    base::Task<void> ask() {
        try {
            const base::Deadline deadline = base::deadline_in(kPatience);
            pg::Lease lease = co_await pool.acquire(deadline);
            co_await lease->execute(kPing, pg::Params{}, deadline);
            health.report(kCheck, telemetry::HealthState::ok);
        } catch (const std::exception& failure) {
            // Whatever it is: a probe that ended would leave the last answer standing for a while
            // and then only be silent about the cause.
            health.report(kCheck, telemetry::HealthState::failing, failure.what());
        }
    }

    base::Task<void> ask_again_and_again() {
        while (!stopping) {
            co_await ask();
            timer.expires_after(kEvery);
            if (stopping) {
                break;  // `stop` came while the database was asked, before there was a wait to
                        // cancel
            }
            co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        }
    }
};

HealthProbe::HealthProbe(boost::asio::any_io_executor on, pg::Pool& pool, telemetry::Health& health)
    : state_{new State{on, pool, health, boost::asio::steady_timer{on}, false, {}}} {
    health.expect(kCheck, kFreshFor);
}

HealthProbe::~HealthProbe() {
    stop();
}

void HealthProbe::start() {
    state_->running =
        boost::asio::co_spawn(state_->on, state_->ask_again_and_again(), boost::asio::use_future);
}

void HealthProbe::stop() {
    if (!state_->running.valid()) {
        return;
    }
    state_->stopping = true;
    boost::asio::post(state_->on, [state = state_] { state->timer.cancel(); });
    // Not `get`: the destructor calls this, and how the asking ended is nobody's business any more.
    state_->running.wait();
    state_->running = {};
}

}  // namespace accubooks::app
