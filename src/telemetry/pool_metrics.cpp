#include "telemetry/pool_metrics.h"

#include <atomic>

namespace accubooks::telemetry {

namespace {

double seconds(std::chrono::nanoseconds span) {
    return std::chrono::duration<double>(span).count();
}

Labels in_state(const std::string& pool, const char* state) {
    return {{"db_client_connection_pool_name", pool}, {"db_client_connection_state", state}};
}

}  // namespace

struct PoolMetrics::State {
    State(Metrics& metrics, const std::string& pool, const Labels& labels)
        : idle{metrics.gauge(
              "db_client_connection_count", "Connections by state.", in_state(pool, "idle")
          )},
          in_use{metrics.gauge(
              "db_client_connection_count", "Connections by state.", in_state(pool, "used")
          )},
          max{metrics.gauge("db_client_connection_max", "Connections at most.", labels)},
          idle_max{
              metrics.gauge("db_client_connection_idle_max", "Idle connections at most.", labels)
          },
          idle_min{metrics.gauge("db_client_connection_idle_min", "Idle connections kept.", labels)
          },
          pending{metrics.gauge(
              "db_client_connection_pending_requests", "Waiters for a connection.", labels
          )},
          timeouts{metrics.counter(
              "db_client_connection_timeouts_total", "Waiters that gave up.", labels
          )},
          create_time{metrics.histogram(
              "db_client_connection_create_time_seconds",
              "Time to make a connection.",
              duration_buckets(),
              labels
          )},
          wait_time{metrics.histogram(
              "db_client_connection_wait_time_seconds",
              "Time a waiter waited for its connection.",
              duration_buckets(),
              labels
          )},
          use_time{metrics.histogram(
              "db_client_connection_use_time_seconds",
              "Time a connection was lent.",
              duration_buckets(),
              labels
          )},
          used_seconds{metrics.counter(
              "accubooks_db_pool_used_connection_seconds_total",
              "Time in use, summed over connections.",
              labels
          )},
          used_peak{metrics.gauge(
              "accubooks_db_pool_used_peak", "Most connections in use at any sample.", labels
          )} {}

    Gauge idle;
    Gauge in_use;
    Gauge max;
    Gauge idle_max;
    Gauge idle_min;
    Gauge pending;
    Counter timeouts;
    Histogram create_time;
    Histogram wait_time;
    Histogram use_time;
    Counter used_seconds;
    Gauge used_peak;
    std::atomic<std::uint32_t> peak = 0;
};

PoolMetrics::PoolMetrics(Metrics& metrics, const std::string& pool_name)
    : state_{std::make_unique<State>(
          metrics, pool_name, Labels{{"db_client_connection_pool_name", pool_name}}
      )} {}

PoolMetrics::~PoolMetrics() = default;

void PoolMetrics::sample(const PoolSample& now) const {
    state_->idle.set(now.idle);
    state_->in_use.set(now.used);
    state_->max.set(now.max);
    state_->idle_max.set(now.idle_max);
    state_->idle_min.set(now.idle_min);
    state_->pending.set(now.pending);
    state_->timeouts.raise_to(static_cast<double>(now.timeouts));
    state_->used_seconds.raise_to(seconds(now.used_time));
    std::uint32_t peak = state_->peak.load();
    while (now.used > peak && !state_->peak.compare_exchange_weak(peak, now.used)) {
    }
    state_->used_peak.set(state_->peak.load());
}

void PoolMetrics::created(std::chrono::nanoseconds took) const {
    state_->create_time.observe(seconds(took));
}

void PoolMetrics::waited(std::chrono::nanoseconds took) const {
    state_->wait_time.observe(seconds(took));
}

void PoolMetrics::used(std::chrono::nanoseconds took) const {
    state_->use_time.observe(seconds(took));
}

Histogram operation_duration(
    Metrics& metrics, const std::string& statement, const std::string& error_type
) {
    return metrics.histogram(
        "db_client_operation_duration_seconds",
        "Time of a statement as the client sees it.",
        duration_buckets(),
        {{"db_system_name", "postgresql"},
         {"db_operation_name", statement},
         {"error_type", error_type}}
    );
}

}  // namespace accubooks::telemetry
