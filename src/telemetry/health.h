#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "telemetry/metrics.h"

namespace accubooks::telemetry {

enum class HealthState : std::uint8_t { ok, failing, unknown };

std::string_view to_string(HealthState state);

/// What is known about one part the program can't serve without.
struct HealthCheck {
    std::string name;
    HealthState state = HealthState::unknown;
    std::string detail;  // why it isn't ok, for the operator
};

/// Whether every check is ok; none at all isn't.
bool all_ok(const std::vector<HealthCheck>& checks);

/// Whether the program may be sent requests. The application names its checks first, then reports
/// on each; what was never reported, or not lately, is unknown, and unknown is never ok. No checks
/// at all isn't ready either. Keeps `accubooks_health_consecutive_failures`, the longest run of
/// failing reports of any check. For any thread.
class Health {
public:
    Health(const base::Clock& clock, Metrics& metrics);

    /// A check that counts from now on; its report is believed for `fresh_for`.
    void expect(std::string_view name, std::chrono::microseconds fresh_for);
    /// `name` must be expected.
    void report(std::string_view name, HealthState state, std::string detail = {});

    std::vector<HealthCheck> checks() const;  // by name
    bool ready() const;
    /// The longest run of failing reports of any check.
    std::uint32_t consecutive_failures() const;

private:
    struct Entry {
        std::chrono::microseconds fresh_for{};
        base::Instant at{};
        HealthState state = HealthState::unknown;
        std::string detail = "Nothing was reported yet.";
        std::uint32_t failures = 0;  // in a row
    };

    const base::Clock& clock_;
    Gauge failures_;
    std::uint32_t most_failures() const;  // under the mutex

    mutable std::mutex mutex_;
    std::map<std::string, Entry, std::less<>> entries_;  // guarded
};

}  // namespace accubooks::telemetry
