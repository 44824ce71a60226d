#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "launch/binomial.h"
#include "launch/execution.h"
#include "launch/measurement.h"
#include "launch/verdict.h"

namespace accubooks::launch {

// What the files of the assessment share.

inline constexpr std::int64_t kNanosecondsPerMicrosecond = 1000;
inline constexpr std::chrono::minutes kMinute{1};

inline Proportion proportion(const Counts& counts) {
    return {.hits = counts.errors, .trials = counts.requests};
}

inline Reading no_data(std::string why) {
    return {.kind = ReadingKind::no_data, .why = std::move(why)};
}

inline Reading value(std::int64_t of, std::int64_t samples) {
    return {.kind = ReadingKind::value, .value = of, .samples = samples};
}

inline std::int64_t to_us(std::int64_t nanoseconds) {
    return (nanoseconds + kNanosecondsPerMicrosecond - 1) / kNanosecondsPerMicrosecond;
}

/// The times in which the prober listened.
std::vector<TimeSpan> probed(const Measurements& measured, const TimeSpan& window);

inline TimeSpan before(base::Instant now, Milliseconds length) {
    return {.from = now + -length, .to = now};
}

inline std::optional<Ratio> quantile_named(std::string_view metric) {
    if (metric == "latency_p50") {
        return Ratio{500'000};
    }
    if (metric == "latency_p95") {
        return Ratio{950'000};
    }
    if (metric == "latency_p99") {
        return Ratio{990'000};
    }
    return std::nullopt;
}

}  // namespace accubooks::launch
