#include "app/stop_signals.h"

#include <csignal>

#include <boost/asio/post.hpp>

namespace accubooks::app {

StopSignals::StopSignals() : signals_{io_, SIGINT, SIGTERM}, restart_{io_, SIGUSR2} {
    signals_.async_wait([this](const boost::system::error_code& error, int) { came_ = !error; });
    await_restart();
}

void StopSignals::await_restart() {
    restart_.async_wait([this](const boost::system::error_code& error, int) {
        if (!error) {
            restart_came_ = true;
            await_restart();
        }
    });
}

bool StopSignals::have_come() {
    io_.poll();
    return came_;
}

StopSignals::Asked StopSignals::wait() {
    while (!came_ && !restart_came_) {
        io_.run_one();
    }
    if (came_) {
        return Asked::stop;
    }
    restart_came_ = false;
    return Asked::restart;
}

void StopSignals::ask_to_stop() {
    boost::asio::post(io_, [this] { came_ = true; });
}

void StopSignals::wait_for(std::chrono::milliseconds patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!came_ && io_.run_one_until(until) > 0) {
    }
}

StopSignals::Impatience::Impatience(StopSignals& signals, std::function<void()> at_once)
    : signals_{signals} {
    signals_.io_.restart();
    signals_.signals_.async_wait(
        [this, at_once = std::move(at_once)](const boost::system::error_code& error, int) {
            if (!error) {
                signals_.signals_.clear();  // the system's own way with the next one
                at_once();
            }
        }
    );
    thread_ = std::thread{[this] { signals_.io_.run(); }};
}

// Without the few bytes that a message needs the program ends, as anywhere in Asio.
// NOLINTNEXTLINE(bugprone-exception-escape)
StopSignals::Impatience::~Impatience() {
    boost::asio::post(signals_.io_, [this] {
        signals_.signals_.cancel();
        signals_.restart_.cancel();
    });
    thread_.join();
}

}  // namespace accubooks::app
