#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <thread>

#include "base/error.h"
#include "telemetry/log.h"

namespace accubooks::app {

/// Starts the private cluster's server again when it has died under a program that serves: each
/// second a look, and then up to five attempts, each after a pause twice as long as the one before
/// (1, 2, 4, 8, 16 s). A server that has run for a minute since has its attempts back; one that
/// dies sooner goes on where it was, so that a server that can't live isn't started for ever. A
/// full disk passes: for room it waits as long as that takes, looking again after the longest
/// pause.
///
/// Only who holds the data folder keeps: during a hand-over to a successor nobody does, and then
/// the successor. Works on a thread of its own, since a start blocks.
class ClusterKeeper {
public:
    /// What is kept; both are called by one thread at a time.
    struct Server {
        std::function<bool()> is_running;
        std::function<base::Result<void>(const std::stop_token& called_off)> start_again;
    };
    struct Pace {
        std::chrono::milliseconds look{1000};
        std::chrono::milliseconds first_pause{1000};
        int attempts = 5;
        int looks_till_trusted = 60;
    };

    /// `on_giving_up` is called once, on the keeper's thread, after the last attempt. Each attempt
    /// is a line of the log, which outlives this object; those that fail for want of room like the
    /// one before aren't.
    ClusterKeeper(
        Server server, Pace pace, const telemetry::Log& log, std::function<void()> on_giving_up
    );
    ~ClusterKeeper();
    ClusterKeeper(const ClusterKeeper&) = delete;
    ClusterKeeper& operator=(const ClusterKeeper&) = delete;

    void start();
    /// Calls a start under way off, and returns when nothing is kept any more.
    void stop();
    /// Why it gave up, when it did. Not while it keeps.
    const std::optional<base::Error>& gave_up() const { return gave_up_; }

private:
    void keep(const std::stop_token& called_off);
    bool revive(const std::stop_token& called_off);
    base::Result<void> attempt(const std::stop_token& called_off) const;

    Server server_;
    Pace pace_;
    const telemetry::Log& log_;
    std::function<void()> on_giving_up_;
    int attempts_ = 0;  // since it was last trusted
    std::optional<base::Error> gave_up_;
    std::jthread thread_;
};

}  // namespace accubooks::app
