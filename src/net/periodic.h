#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

#include "base/task.h"

namespace accubooks::net {

/// Does the same work again and again on one executor, with a pause between, until it is stopped.
class Periodic {
public:
    struct Parts {
        boost::asio::any_io_executor on;
        std::chrono::steady_clock::duration pause{};  // from the end of one to the next
        std::function<base::Task<void>()> work;
        /// With what the work threw, unless it threw the same the time before.
        std::function<void(std::string_view)> failed;
    };
    explicit Periodic(Parts parts);
    /// Expects that it was stopped, or never started.
    ~Periodic();
    Periodic(const Periodic&) = delete;
    Periodic& operator=(const Periodic&) = delete;

    /// Begins with the work.
    void start();
    /// Returns when work under way has ended; not from `on`.
    void stop();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace accubooks::net
