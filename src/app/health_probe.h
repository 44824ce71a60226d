#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "pg/pool.h"
#include "telemetry/health.h"

namespace accubooks::app {

/// Asks the database every few seconds whether it answers, and reports it as the check "database".
class HealthProbe {
public:
    HealthProbe(boost::asio::any_io_executor on, pg::Pool& pool, telemetry::Health& health);
    ~HealthProbe();
    HealthProbe(const HealthProbe&) = delete;
    HealthProbe& operator=(const HealthProbe&) = delete;

    void start();
    /// Returns when the last question has ended; not from the probe's own executor.
    void stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace accubooks::app
