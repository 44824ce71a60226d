#include "telemetry/health.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace accubooks::telemetry {

std::string_view to_string(HealthState state) {
    switch (state) {
        case HealthState::ok:
            return "ok";
        case HealthState::failing:
            return "failing";
        case HealthState::unknown:
            break;
    }
    return "unknown";
}

Health::Health(const base::Clock& clock, Metrics& metrics)
    : clock_{clock},
      failures_{metrics.gauge(
          "accubooks_health_consecutive_failures",
          "Failing reports in a row, of the health check with the most."
      )} {}

void Health::expect(std::string_view name, std::chrono::microseconds fresh_for) {
    const std::lock_guard lock{mutex_};
    Entry entry;
    entry.fresh_for = fresh_for;
    const bool fresh = entries_.emplace(std::string{name}, std::move(entry)).second;
    base::ensure(fresh, "a health check is expected once");
}

void Health::report(std::string_view name, HealthState state, std::string detail) {
    const std::lock_guard lock{mutex_};
    const auto found = entries_.find(name);
    base::ensure(found != entries_.end(), "only expected health checks are reported");
    Entry& entry = found->second;
    entry.at = clock_.now();
    entry.state = state;
    entry.detail = std::move(detail);
    entry.failures = state == HealthState::ok ? 0 : entry.failures + 1;
    failures_.set(most_failures());
}

std::uint32_t Health::consecutive_failures() const {
    const std::lock_guard lock{mutex_};
    return most_failures();
}

std::uint32_t Health::most_failures() const {
    std::uint32_t most = 0;
    for (const auto& [name, one] : entries_) {
        most = std::max(most, one.failures);
    }
    return most;
}

std::vector<HealthCheck> Health::checks() const {
    const base::Instant now = clock_.now();
    const std::lock_guard lock{mutex_};
    std::vector<HealthCheck> checks;
    for (const auto& [name, entry] : entries_) {
        HealthCheck check{.name = name, .state = entry.state, .detail = entry.detail};
        if (entry.state != HealthState::unknown && now - entry.at > entry.fresh_for) {
            check.state = HealthState::unknown;
            check.detail = "The last report is from " + to_rfc3339(entry.at) + ".";
        }
        checks.push_back(std::move(check));
    }
    return checks;
}

bool Health::ready() const {
    return all_ok(checks());
}

bool all_ok(const std::vector<HealthCheck>& checks) {
    return !checks.empty() && std::ranges::all_of(checks, [](const HealthCheck& check) {
        return check.state == HealthState::ok;
    });
}

}  // namespace accubooks::telemetry
