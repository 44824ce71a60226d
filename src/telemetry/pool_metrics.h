#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

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

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// `db_client_operation_duration_seconds` of one statement; `error_type` is an SQLSTATE or a kind
/// of failure, else empty.
Histogram operation_duration(
    Metrics& metrics, const std::string& statement, const std::string& error_type
);

}  // namespace accubooks::telemetry
