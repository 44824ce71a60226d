#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ops/load_mix.h"

namespace accubooks::ops {

/// The nearest rank: the least value that at least `percent` of all are no larger than; 0 of none.
/// Of 500 values the 95th percentile is the 475th. `sorted` rises.
std::uint32_t percentile(std::span<const std::uint32_t> sorted, unsigned percent);

/// What a run found.
struct LoadReport {
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;
    std::map<std::string, std::uint64_t> errors_by_kind{};
    /// Of requests answered rightly, from the time they were meant to start; exact.
    struct Latency {
        double p50 = 0;
        double p75 = 0;
        double p95 = 0;
        double p99 = 0;
        double max = 0;
    };
    Latency latency_ms{};
    double longest_gap_ms = 0;  // the longest time in which no request was answered rightly
    double duration_s = 0;      // to the last answer
    std::uint64_t seed = 0;
    LoadMix mix{};

    double error_rate() const;
    double throughput_per_s() const;  // answered rightly
};

/// One JSON object: requests, errors, error_rate, errors_by_kind, throughput_per_s, latency_ms
/// {p50, p75, p95, p99, max}, longest_gap_ms, duration_s, seed, mix.
std::string to_json(const LoadReport& report);
/// For people.
std::string to_table(const LoadReport& report);

/// Gathers what happens. Times are since the run began; each is at least the one before.
class LoadStats {
public:
    /// Every latency is kept, 4 bytes each, so that percentiles are exact; so a run has no more
    /// requests than this.
    static constexpr std::uint64_t kRequestsMax = 10'000'000;
    using Elapsed = std::chrono::steady_clock::duration;

    void succeeded(Elapsed now, Elapsed latency);
    void failed(std::string_view kind);

    std::uint64_t requests() const { return latencies_us_.size() + errors_; }
    std::uint64_t errors() const { return errors_; }
    std::span<const std::uint32_t> latencies_us() const { return latencies_us_; }

    /// The run ended at `end`.
    LoadReport report(Elapsed end, std::uint64_t seed, const LoadMix& mix) const;

private:
    std::vector<std::uint32_t> latencies_us_;
    std::map<std::string, std::uint64_t, std::less<>> kinds_;
    std::uint64_t errors_ = 0;
    Elapsed last_success_{};
    Elapsed longest_gap_{};
};

}  // namespace accubooks::ops
