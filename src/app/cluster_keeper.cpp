#include "app/cluster_keeper.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

#include <fmt/format.h>

namespace accubooks::app {
namespace {

constexpr std::string_view kNoRoom = "cluster.disk_full";

/// False when it was called off before so long had passed.
bool pause(std::chrono::milliseconds length, const std::stop_token& called_off) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock{mutex};
    never.wait_for(lock, called_off, length, [] { return false; });
    return !called_off.stop_requested();
}

}  // namespace

ClusterKeeper::ClusterKeeper(
    Server server, Pace pace, const telemetry::Log& log, std::function<void()> on_giving_up
)
    : server_{std::move(server)}, pace_{pace}, log_{log}, on_giving_up_{std::move(on_giving_up)} {}

ClusterKeeper::~ClusterKeeper() {
    stop();
}

void ClusterKeeper::start() {
    thread_ = std::jthread{[this](const std::stop_token& called_off) { keep(called_off); }};
}

void ClusterKeeper::stop() {
    if (thread_.joinable()) {
        thread_.request_stop();
        thread_.join();
    }
}

void ClusterKeeper::keep(const std::stop_token& called_off) {
    int good_looks = 0;
    while (pause(pace_.look, called_off)) {
        if (server_.is_running()) {
            if (++good_looks == pace_.looks_till_trusted) {
                attempts_ = 0;
            }
            continue;
        }
        good_looks = 0;
        log_.write(telemetry::Level::error, "The database server has died");
        if (!revive(called_off)) {
            return;
        }
    }
}

/// False when it was called off, or gave up.
bool ClusterKeeper::revive(const std::stop_token& called_off) {
    std::string reason = "it dies again soon after each start";
    bool is_full = false;
    while (attempts_ < pace_.attempts) {
        if (!pause(pace_.first_pause * (1 << attempts_), called_off)) {
            return false;
        }
        ++attempts_;
        const auto started = attempt(called_off);
        if (called_off.stop_requested()) {
            return false;
        }
        if (started) {
            log_.write(
                telemetry::Level::warning,
                "The database server runs again",
                {{"attempt", std::int64_t{attempts_}}}
            );
            return true;
        }
        const bool was_full = is_full;
        is_full = started.error().code == kNoRoom;
        reason = started.error().detail;
        if (!is_full || !was_full) {
            log_.write(
                telemetry::Level::error,
                "The database server didn't start again",
                {{"attempt", std::int64_t{attempts_}}, {"reason", std::string_view{reason}}}
            );
        }
        if (is_full) {
            attempts_ = std::min(attempts_, pace_.attempts - 1);
        }
    }
    gave_up_ = base::Error{
        .kind = base::ErrorKind::invalid,
        .code = "cluster.lost",
        .detail = fmt::format(
            "The database server died and didn't come back in {} attempts: {}",
            pace_.attempts,
            reason
        ),
    };
    on_giving_up_();
    return false;
}

base::Result<void> ClusterKeeper::attempt(const std::stop_token& called_off) const {
    try {
        return server_.start_again(called_off);
    } catch (const std::exception& failure) {
        // A process that can't be made, say: the next attempt may have more luck.
        return base::refuse(base::ErrorKind::invalid, "cluster.start_failed", failure.what());
    }
}

}  // namespace accubooks::app
