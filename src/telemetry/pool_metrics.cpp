#include "telemetry/pool_metrics.h"

#include <algorithm>
#include <atomic>

namespace accubooks::telemetry {

namespace {

double seconds(std::chrono::nanoseconds span) {
    return std::chrono::duration<double>(span).count();
}

Labels in_state(const std::string& pool, const char* state) {
    return {{"db_client_connection_pool_name", pool}, {"db_client_connection_state", state}};
}

/// With steps below a millisecond: most waits and many loans are shorter.
std::vector<double> pool_buckets() {
    std::vector<double> bounds = {0.00005, 0.0001, 0.00025, 0.0005, 0.001};
    bounds.insert(bounds.end(), duration_buckets().begin(), duration_buckets().end());
    return bounds;
}

}  // namespace

struct PoolMetrics::State {
    State(Metrics& all, const std::string& name, const Labels& labels)
        : metrics{all},
          pool{name},
          idle{metrics.gauge(
              "db_client_connection_count", "Connections by state.", in_state(name, "idle")
          )},
          in_use{metrics.gauge(
              "db_client_connection_count", "Connections by state.", in_state(name, "used")
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
              pool_buckets(),
              labels
          )},
          wait_time{metrics.histogram(
              "db_client_connection_wait_time_seconds",
              "Time a waiter waited for its connection.",
              pool_buckets(),
              labels
          )},
          use_time{metrics.histogram(
              "db_client_connection_use_time_seconds",
              "Time a connection was lent.",
              pool_buckets(),
              labels
          )},
          used_seconds{metrics.counter(
              "accubooks_db_pool_used_connection_seconds_total",
              "Time in use, summed over connections.",
              labels
          )},
          max_seconds{metrics.counter(
              "accubooks_db_pool_max_connection_seconds_total",
              "Integral of the maximum over time; utilisation is the time in use by this.",
              labels
          )},
          leaks{metrics.counter(
              "accubooks_db_pool_leaks_total", "Connections that were lent for too long.", labels
          )},
          no_room{connect_failures(metrics, name, "no_room")},
          other_failures{connect_failures(metrics, name, "other")},
          used_peak{metrics.gauge(
              "accubooks_db_pool_used_peak",
              "Most connections in use since the last scrape.",
              labels
          )} {}

    static Counter connect_failures(Metrics& metrics, const std::string& name, const char* reason) {
        return metrics.counter(
            "accubooks_db_pool_connect_failures_total",
            "Attempts that made no connection; no_room is too many connections (SQLSTATE 53300).",
            {{"db_client_connection_pool_name", name}, {"reason", reason}}
        );
    }

    Counter closed(std::string_view reason) {
        return metrics.counter(
            "accubooks_db_pool_closed_total",
            "Connections closed, by reason.",
            {{"db_client_connection_pool_name", pool}, {"reason", std::string{reason}}}
        );
    }

    Metrics& metrics;
    const std::string pool;
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
    Counter max_seconds;
    Counter leaks;
    Counter no_room;
    Counter other_failures;
    Gauge used_peak;
    std::atomic<std::uint32_t> peak = 0;        // since the last scrape
    std::atomic<std::uint32_t> other_peak = 0;  // since the last take_peak

    static void raise(std::atomic<std::uint32_t>& to, std::uint32_t count) {
        std::uint32_t before = to.load();
        while (count > before && !to.compare_exchange_weak(before, count)) {
        }
    }
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
    state_->max_seconds.raise_to(seconds(now.max_time));
    state_->leaks.raise_to(static_cast<double>(now.leaks));
    state_->no_room.raise_to(static_cast<double>(now.no_room));
    state_->other_failures.raise_to(static_cast<double>(now.connect_failures - now.no_room));
    for (const auto& [reason, count] : now.closed) {
        state_->closed(reason).raise_to(static_cast<double>(count));
    }
    // The next peak begins with what is in use now.
    state_->used_peak.set(std::max(state_->peak.exchange(now.used), now.used));
}

void PoolMetrics::in_use(std::uint32_t count) const {
    State::raise(state_->peak, count);
    State::raise(state_->other_peak, count);
}

std::uint32_t PoolMetrics::take_peak(std::uint32_t now) const {
    return std::max(state_->other_peak.exchange(now), now);
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

std::span<const double> statement_buckets() {
    static constexpr double kBounds[] = {
        0.0001,
        0.00025,
        0.0005,
        0.001,
        0.0025,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        1.0,
        2.5,
        5.0,
        10.0,
    };
    return kBounds;
}

void StatementMetrics::observe(
    std::string_view statement, std::chrono::nanoseconds took, std::string_view error_type
) {
    series(statement, error_type).observe(seconds(took));
}

Histogram StatementMetrics::series(std::string_view statement, std::string_view error_type) {
    const std::lock_guard lock{mutex_};
    auto by_error = known_.find(statement);
    if (by_error == known_.end()) {
        by_error = known_.emplace(statement, ByError{}).first;
    }
    const auto found = by_error->second.find(error_type);
    if (found != by_error->second.end()) {
        return found->second;
    }
    const Histogram made = metrics_.histogram(
        "db_client_operation_duration_seconds",
        "Time of a statement as the client sees it.",
        statement_buckets(),
        {{"db_system_name", "postgresql"},
         {"db_operation_name", std::string{statement}},
         {"error_type", std::string{error_type}}}
    );
    by_error->second.emplace(error_type, made);
    return made;
}

}  // namespace accubooks::telemetry
