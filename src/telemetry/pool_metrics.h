#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "telemetry/metrics.h"

namespace accubooks::telemetry {

/// A pool of database connections at one moment.
struct PoolSample {
    std::uint32_t idle = 0;
    std::uint32_t used = 0;
    std::uint32_t max = 0;
    std::uint32_t idle_max = 0;
    std::uint32_t idle_min = 0;
    std::uint32_t pending = 0;              // waiters
    std::uint64_t timeouts = 0;             // since start
    std::chrono::microseconds used_time{};  // since start, summed over connections
    std::chrono::microseconds max_time{};   // since start, the integral of `max`
    std::uint64_t leaks = 0;                // since start
    std::uint64_t connect_failures = 0;     // since start
    std::uint64_t no_room = 0;              // of those, for too many connections (53300)
    /// Since start, by reason; always the same reasons.
    std::vector<std::pair<std::string_view, std::uint64_t>> closed{};
};

/// The series `db_client_connection_*` of one pool, and `accubooks_db_pool_*` beside them. For any
/// thread.
class PoolMetrics {
public:
    PoolMetrics(Metrics& metrics, const std::string& pool_name);
    ~PoolMetrics();
    PoolMetrics(const PoolMetrics&) = delete;
    PoolMetrics& operator=(const PoolMetrics&) = delete;

    void sample(const PoolSample& now) const;
    void created(std::chrono::nanoseconds took) const;
    void waited(std::chrono::nanoseconds took) const;
    void used(std::chrono::nanoseconds took) const;
    /// So many are in use at the moment that one more was lent: `accubooks_db_pool_used_peak` is
    /// the most of them between two samples, which the gauge of the moment misses.
    void in_use(std::uint32_t count) const;
    /// The same for somebody besides the scrape: the most since this was called before, and at
    /// least what is in use `now`.
    std::uint32_t take_peak(std::uint32_t now) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Upper bounds for the time of one statement in seconds: 100 µs to 10 s. Few, because every
/// statement of the program has a histogram of its own.
std::span<const double> statement_buckets();

/// The series `db_client_operation_duration_seconds`, one for each statement and each way in which
/// it fails. Both are names from the program and the server, never what a request made up. For any
/// thread.
class StatementMetrics {
public:
    explicit StatementMetrics(Metrics& metrics) : metrics_{metrics} {}
    /// `error_type` is an SQLSTATE or a kind of failure, else empty.
    void observe(
        std::string_view statement, std::chrono::nanoseconds took, std::string_view error_type
    );

private:
    Histogram series(std::string_view statement, std::string_view error_type);
    using ByError = std::map<std::string, Histogram, std::less<>>;

    Metrics& metrics_;
    std::mutex mutex_;  // guards `known_`
    std::map<std::string, ByError, std::less<>> known_;
};

}  // namespace accubooks::telemetry
