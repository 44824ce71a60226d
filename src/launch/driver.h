#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.h"
#include "base/task.h"
#include "launch/effects.h"
#include "launch/execution_log.h"
#include "net/periodic_task.h"
#include "pg/pool.h"
#include "telemetry/log.h"

namespace accubooks::launch {

/// Carries running executions on: the loop of launch/effects.h. Every instance runs one; the lease
/// on the execution lets one of them act, and another goes on where it was when that one dies. What
/// is recorded is the truth: nothing is remembered that isn't, but what the effects have under way.
///
/// State lives on `on`.
class Driver {
public:
    /// The world for one driver of one execution, which stays where it is and is followed while
    /// the effects live.
    using MakeEffects = std::function<std::unique_ptr<Effects>(const Attempt& attempt)>;
    struct Parts {
        boost::asio::any_io_executor on;
        pg::Pool& ops;  // connections are accubooks_ops
        const base::Clock& clock;
        const telemetry::Log& log;
        std::string holder;  // a boot of an instance
        MakeEffects effects;
    };
    explicit Driver(Parts parts);

    void start();
    /// Returns when the turn under way has ended, and the effects with it; not from `on`. The
    /// execution goes on elsewhere at once, or here after the next start. What was started is
    /// stopped before it is destroyed.
    void stop();

    /// One turn, for tests: whether this driver leads an execution now. Throws pg::Failure.
    base::Task<bool> turn();
    /// Lets the world go, as a driver that is stopped does.
    base::Task<void> let_go();

private:
    struct State;
    std::shared_ptr<State> state_;
    net::PeriodicTask turns_;
};

}  // namespace accubooks::launch
