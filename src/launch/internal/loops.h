#pragma once

#include <chrono>
#include <cstddef>
#include <list>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/task.h"

namespace accubooks::launch {

/// Coroutines that one owner starts and ends together. A loop looks at `is_stopping` and sleeps by
/// `nap`, which ends early at a stop; what else it waits for has deadlines of its own. One lane.
class Loops {
public:
    explicit Loops(boost::asio::any_io_executor on);
    /// Expects that nothing runs.
    ~Loops();
    Loops(const Loops&) = delete;
    Loops& operator=(const Loops&) = delete;

    /// Not while stopping. What the loop throws is a bug and stops the process.
    void start(base::Task<void> loop);
    bool is_stopping() const { return stopping_; }
    /// The first point after now of a grid from `began` on: what took too long skips its points.
    static std::chrono::steady_clock::time_point next_on_grid(
        std::chrono::steady_clock::time_point began, std::chrono::steady_clock::duration every
    );
    base::Task<void> nap(std::chrono::steady_clock::duration length);
    base::Task<void> nap_until(std::chrono::steady_clock::time_point end);
    /// Returns when all loops have ended.
    base::Task<void> stop();

private:
    boost::asio::any_io_executor on_;
    bool stopping_ = false;
    std::size_t running_ = 0;
    std::list<boost::asio::steady_timer> naps_;
    boost::asio::steady_timer ended_;  // cancelled when the last loop has ended
};

}  // namespace accubooks::launch
