#include "app/stop_signals.h"

#include <csignal>

#include <boost/asio/post.hpp>

namespace accubooks::app {

StopSignals::StopSignals() : signals_{io_, SIGINT, SIGTERM} {
    signals_.async_wait([this](const boost::system::error_code& error, int) { came_ = !error; });
}

bool StopSignals::have_come() {
    io_.poll();
    return came_;
}

void StopSignals::wait() {
    io_.run();
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

StopSignals::Impatience::~Impatience() {
    boost::asio::post(signals_.io_, [this] { signals_.signals_.cancel(); });
    thread_.join();
}

}  // namespace accubooks::app
