#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

namespace accubooks::app {

/// SIGINT and SIGTERM (stop) and SIGUSR2 (hand over to a successor) from the moment it is made:
/// none ends the program by itself, and one that comes while the program still starts is kept. For
/// one thread at a time.
class StopSignals {
public:
    enum class Asked : std::uint8_t { stop, restart };

    StopSignals();

    /// Whether it was asked to stop, for between the steps of the start.
    bool have_come();
    /// Blocks until something is asked; a stop goes before a restart.
    Asked wait();
    /// As SIGTERM does. From any thread.
    void ask_to_stop();
    /// Blocks so long, or until it is asked to stop.
    void wait_for(std::chrono::milliseconds patience);

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
    boost::asio::signal_set restart_;
    bool came_ = false;
    bool restart_came_ = false;

    void await_restart();
};

}  // namespace accubooks::app
