#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.h"
#include "base/task.h"
#include "launch/plan.h"
#include "ops/setting.h"
#include "pg/pool.h"
#include "telemetry/log.h"

namespace accubooks::launch {

/// Looks whether governed settings are what was approved (launch/drift.h) and opens a P1 when they
/// weren't for as many looks in a row as the plan says: one, however many instances look and find
/// it. An execution changes them, so while one runs its own checks count instead; without
/// governance there is nothing to look at.
class DriftWatch {
public:
    struct Parts {
        boost::asio::any_io_executor on;
        pg::Pool& ops;
        const base::Clock& clock;
        const telemetry::Log& log;
        const Plan& plan;
        std::string instance;
        std::function<ops::Values()> in_effect;  // governed settings as this instance runs on them
    };
    explicit DriftWatch(const Parts& parts);
    ~DriftWatch();
    DriftWatch(const DriftWatch&) = delete;
    DriftWatch& operator=(const DriftWatch&) = delete;

    void start();
    /// Returns when a look under way has ended; not from `on`.
    void stop();

    /// One look; throws pg::Failure.
    base::Task<void> look(base::Deadline deadline);

private:
    struct State;
    std::shared_ptr<State> state_;
};

/// The trigger of the incident, of which one is open at a time.
inline constexpr std::string_view kDriftTrigger = "settings_drift";

}  // namespace accubooks::launch
