#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace accubooks::ops {

/// When requests are meant to start.
struct LoadPlan {
    std::optional<std::uint64_t> requests{};              // no more than that
    std::optional<std::chrono::milliseconds> duration{};  // none meant to start later
    std::optional<double> rate{};  // a second: open loop; none: closed loop, each worker at once
};

/// Hands out requests. With a rate each has its time, whether or not those before it are answered
/// (open loop): a server that stalls makes requests late, and late is measured from the time they
/// were meant to start, so nothing it did is left out ("coordinated omission"). Without a rate a
/// request is meant to start when a worker is free.
class LoadSchedule {
public:
    using Elapsed = std::chrono::steady_clock::duration;

    explicit LoadSchedule(LoadPlan plan) : plan_{plan} {}

    struct Turn {
        std::uint64_t index = 0;  // from 0
        Elapsed start{};          // since the run began
    };
    /// The next request for a worker that is free at `now`; none when the run is over.
    std::optional<Turn> next(Elapsed now);

    /// Nothing more is handed out.
    void stop() { stopped_ = true; }
    bool stopped() const { return stopped_; }

private:
    LoadPlan plan_;
    std::uint64_t handed_out_ = 0;
    bool stopped_ = false;
};

}  // namespace accubooks::ops
