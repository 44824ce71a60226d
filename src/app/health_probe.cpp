#include "app/health_probe.h"

#include "net/periodic_task.h"

namespace accubooks::app {
namespace {

constexpr std::chrono::seconds kEvery{5};
constexpr std::chrono::seconds kPatience{2};
constexpr std::chrono::seconds kFreshFor{15};
constexpr std::string_view kCheck = "database";

constexpr pg::Statement kPing{.name = "app.ping", .text = "select 1"};

}  // namespace

struct HealthProbe::State {
    pg::Pool& pool;
    telemetry::Health& health;
    net::PeriodicTask task;

    State(boost::asio::any_io_executor on, pg::Pool& its_pool, telemetry::Health& its_health)
        : pool{its_pool},
          health{its_health},
          task{{
              .on = std::move(on),
              .pause = kEvery,
              .work = [this] { return ask(); },
              .failed = [](const std::exception&) {},  // `ask` has reported it, as each time
          }} {}

    base::Task<void> ask() {
        try {
            const base::Deadline deadline = base::deadline_in(kPatience);
            pg::Lease lease = co_await pool.acquire(deadline);
            co_await lease->execute(kPing, pg::Params{}, deadline);
            health.report(kCheck, telemetry::HealthState::ok);
        } catch (const std::exception& failure) {
            // Whatever it is: an answer is good for a while only, and must say the cause.
            health.report(kCheck, telemetry::HealthState::failing, failure.what());
        }
    }
};

HealthProbe::HealthProbe(boost::asio::any_io_executor on, pg::Pool& pool, telemetry::Health& health)
    : state_{std::make_unique<State>(std::move(on), pool, health)} {
    health.expect(kCheck, kFreshFor);
}

HealthProbe::~HealthProbe() = default;

void HealthProbe::start() {
    state_->task.start();
}

void HealthProbe::stop() {
    state_->task.stop();
}

}  // namespace accubooks::app
