#include "telemetry/http_metrics.h"

#include <atomic>
#include <mutex>
#include <string>
#include <unordered_map>

#include <fmt/format.h>

namespace accubooks::telemetry {

struct HttpMetrics::State {
    Metrics& metrics;
    std::string listener;
    Gauge active;
    RequestTally tally;
    std::atomic<std::uint64_t> being_answered = 0;
    std::mutex mutex;
    std::unordered_map<std::string, Histogram>
        durations;  // guarded; bounded by routes, statuses and codes

    Histogram duration_of(const HttpAnswer& answer) {
        const std::string key = fmt::format(
            "{} {} {} {} {}",
            answer.method,
            answer.route,
            answer.status,
            answer.error_type,
            to_string(answer.traffic)
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
             {"user_agent_synthetic_type", answer.traffic == Traffic::synthetic ? "test" : ""},
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
          .tally = RequestTally{RequestTally::Time::clock::now()},
          .mutex = {},
          .durations = {},
      }} {}

HttpMetrics::~HttpMetrics() = default;

void HttpMetrics::started() const {
    state_->active.add(1);
    ++state_->being_answered;
}

void HttpMetrics::answered(
    const HttpAnswer& answer, std::chrono::nanoseconds took, RequestTally::Time now
) const {
    state_->active.add(-1);
    --state_->being_answered;
    state_->duration_of(answer).observe(std::chrono::duration<double>(took).count());
    state_->tally.add(
        {.method = answer.method,
         .route = answer.route,
         .traffic = answer.traffic,
         .is_error = answer.status >= 500,
         .is_delivered = answer.is_delivered},
        took,
        now
    );
}

void HttpMetrics::abandoned() const {
    state_->active.add(-1);
    --state_->being_answered;
    state_->tally.abandoned();
}

std::uint64_t HttpMetrics::active() const {
    return state_->being_answered;
}

const RequestTally& HttpMetrics::tally() const {
    return state_->tally;
}

}  // namespace accubooks::telemetry
