#pragma once

#include <functional>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

namespace accubooks::app {

/// SIGINT and SIGTERM from the moment it is made: none ends the program by itself, and one that
/// comes while the program still starts is kept. For one thread at a time.
class StopSignals {
public:
    StopSignals();

    /// Whether one has come, for between the steps of the start.
    bool have_come();
    /// Blocks until one has come.
    void wait();

    /// While it lives, the next signal runs `at_once` on a thread of its own, and one after that
    /// ends the program where it is. `at_once` doesn't return.
    class Impatience {
    public:
        Impatience(StopSignals& signals, std::function<void()> at_once);
        ~Impatience();
        Impatience(const Impatience&) = delete;
        Impatience& operator=(const Impatience&) = delete;

    private:
        StopSignals& signals_;
        std::thread thread_;
    };

private:
    boost::asio::io_context io_;
    boost::asio::signal_set signals_;
    bool came_ = false;
};

}  // namespace accubooks::app
