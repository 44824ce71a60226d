#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/sketch.h"
#include "console/sample.h"
#include "telemetry/request_tally.h"

namespace accubooks::console {

/// What only grows, read at one moment.
struct Totals {
    std::chrono::microseconds pool_used{};  // connection time in use
    std::chrono::microseconds pool_max{};   // connection time that there could have been
    std::uint64_t cache_hits = 0;
    std::uint64_t cache_misses = 0;
    base::Sketch pool_wait{};  // of every acquire, in nanoseconds
};

/// Turns totals into what they grew by in the last minute. Soon after the start, when they aren't a
/// minute old yet, by as much as there is.
class Window {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds kSpan{60};
    static constexpr std::chrono::seconds kStep{10};  // apart from one another

    /// The readings that totals of `now` give: pool_utilisation, connection_wait_p95 and
    /// cache_hit_rate; without a value where nothing happened.
    Readings read(const Totals& totals, Time now);

private:
    struct Earlier {
        Time at;
        Totals totals;
    };
    std::deque<Earlier> earlier_;
};

/// The readings that requests give: error_rate and latency_p50, _p95 and _p99 of what is judged.
Readings readings_of(const telemetry::RequestTally::Window& requests);
/// The same minute by class, all classes but launch control.
std::vector<ClassFigures> classes_of(const telemetry::RequestTally::Window& requests);

}  // namespace accubooks::console
