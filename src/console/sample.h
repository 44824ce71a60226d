#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "console/facts.h"
#include "console/grade.h"
#include "launch/plan.h"
#include "telemetry/health.h"
#include "telemetry/route_class.h"

namespace accubooks::console {

/// A figure of a metric that the plan knows, in its unit, and the number of samples that it is
/// made of. No value: nobody measured it.
struct Reading {
    std::optional<std::int64_t> value{};
    std::uint64_t samples = 0;
};
using Readings = std::map<std::string, Reading, std::less<>>;  // by metric

/// The tenants' pool at one moment.
struct PoolFigures {
    std::uint32_t used = 0;
    std::uint32_t idle = 0;
    std::uint32_t peak = 0;  // most used since the sample before
    std::uint32_t waiting = 0;
    std::uint32_t min = 0;
    std::uint32_t max = 0;            // as the settings have it
    std::uint32_t effective_max = 0;  // less while the server has no room, more after a shrink
};

/// Answered requests of one kind in the last minute; quantiles in microseconds.
struct ClassFigures {
    telemetry::RouteClass of{};
    std::uint64_t samples = 0;
    std::uint64_t errors = 0;
    std::optional<std::int64_t> p50{};
    std::optional<std::int64_t> p95{};
    std::optional<std::int64_t> p99{};
};

/// What is known at one moment, before anybody judges it.
struct Findings {
    base::Instant at;
    std::string instance{};
    base::Uuid boot_id{};
    std::string version{};
    std::int64_t revision = 0;  // of the settings, in force here
    std::vector<telemetry::HealthCheck> checks{};
    PoolFigures pool{};
    std::vector<ClassFigures> classes{};
    Readings readings{};
    std::optional<Facts> facts{};  // none: the database hasn't answered lately
};

/// A figure against the plan.
struct Judged {
    std::string metric;
    Reading reading{};
    Grade grade = Grade::no_data;
    std::vector<Threshold> thresholds{};
};

/// An instance as the database knows it.
struct InstanceStanding {
    ops::Answer answer;
    Grade grade = Grade::no_data;
    std::optional<std::int64_t> revision{};  // that it runs on, by its own word; none: unknown
};

/// Something that somebody must see to, or would have to.
struct Alert {
    std::string name;
    Grade grade = Grade::no_data;
    std::string severity{};   // "p0" to "p2", where the plan gives it one
    std::string threshold{};  // in the plan's words
    std::string found{};      // the figure, or what is wrong
};

/// Findings, judged.
struct Sample {
    std::int64_t number = 0;
    Findings findings{};
    std::vector<Judged> judged{};  // of kShownMetrics, in their order
    std::optional<std::vector<InstanceStanding>> instances{};
    std::vector<Alert> alerts{};
};

/// Judges by a plan, and remembers since when something is wrong. Samples come in their order.
class Judge {
public:
    /// The plan must outlive it.
    explicit Judge(const launch::Plan& plan) : plan_{plan}, thresholds_{thresholds_of(plan)} {}

    Sample judge(std::int64_t number, Findings findings, Holding::Time now);

private:
    const launch::Plan& plan_;
    Thresholds thresholds_;
    Holding figures_;
    Holding alerts_;
};

/// The metrics that are shown as figures.
inline constexpr std::array<std::string_view, 7> kShownMetrics{
    "pool_utilisation",
    "connection_wait_p95",
    "latency_p50",
    "latency_p95",
    "latency_p99",
    "error_rate",
    "queue_depth",
};

}  // namespace accubooks::console
