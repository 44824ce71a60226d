#include "telemetry/http_metrics.h"

#include <mutex>
#include <string>
#include <unordered_map>

#include <fmt/format.h>

namespace accubooks::telemetry {

struct HttpMetrics::State {
    Metrics& metrics;
    std::string listener;
    Gauge active;
    std::mutex mutex;
    std::unordered_map<std::string, Histogram>
        durations;  // guarded; bounded by routes, statuses and codes

    Histogram duration_of(const HttpAnswer& answer) {
        const std::string key = fmt::format(
            "{} {} {} {}", answer.method, answer.route, answer.status, answer.error_type
        );
        const std::lock_guard lock{mutex};
        const auto known = durations.find(key);
        if (known != durations.end()) {
            return known->second;
        }
        const Histogram made = metrics.histogram(
            "http_server_request_duration_seconds",
            "Time from a request's last header byte to its answer's last byte handed to the "
            "system.",
            duration_buckets(),
            {{"http_request_method", std::string{answer.method}},
             {"http_route", std::string{answer.route}},
             {"http_response_status_code", std::to_string(answer.status)},
             {"error_type", std::string{answer.error_type}},
             {"listener", listener}}
        );
        durations.emplace(key, made);
        return made;
    }
};

HttpMetrics::HttpMetrics(Metrics& metrics, std::string listener)
    : state_{new State{
          .metrics = metrics,
          .listener = listener,
          .active = metrics.gauge(
              "http_server_active_requests",
              "Requests being answered now.",
              {{"listener", listener}}
          ),
          .mutex = {},
          .durations = {},
      }} {}

HttpMetrics::~HttpMetrics() = default;

void HttpMetrics::started() const {
    state_->active.add(1);
}

void HttpMetrics::answered(const HttpAnswer& answer, std::chrono::nanoseconds took) const {
    state_->active.add(-1);
    state_->duration_of(answer).observe(std::chrono::duration<double>(took).count());
}

void HttpMetrics::abandoned() const {
    state_->active.add(-1);
}

}  // namespace accubooks::telemetry
