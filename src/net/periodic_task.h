#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "base/task.h"

namespace accubooks::net {

/// Work that is done on a lane again and again, each time a while after the last has ended, until
/// it is stopped. What one time throws is told, and the next time comes all the same.
class PeriodicTask {
public:
    struct Parts {
        boost::asio::any_io_executor on;
        std::chrono::milliseconds pause;  // from one time to the next
        std::function<base::Task<void>()> work;
        /// On the lane; not again while each time fails in the same words.
        std::function<void(const std::exception&)> failed;
    };
    /// What `work` and `failed` use must outlive the task.
    explicit PeriodicTask(Parts parts);
    /// Stops it.
    ~PeriodicTask();
    PeriodicTask(const PeriodicTask&) = delete;
    PeriodicTask& operator=(const PeriodicTask&) = delete;

    /// The first time is now. Once.
    void start();
    /// Returns when the time under way has ended; not from the lane. Nothing when it isn't started.
    void stop();
    /// The next time is now, or once the time under way has ended. From any thread.
    void wake();
    /// For work that can end early. From any thread.
    bool is_stopping() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace accubooks::net
