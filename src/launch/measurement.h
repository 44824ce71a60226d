#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/sketch.h"
#include "launch/execution.h"
#include "launch/latency.h"
#include "launch/verdict.h"

namespace accubooks::launch {

// What is recorded while an execution is watched, raw: from it alone every verdict is made, and
// made again by whoever reads the evidence. Source A is what instances tell of themselves (GET
// /api/health/metrics), source B what the load tool and the prober see from outside.

/// Answered requests and those of them that were errors, since the boot.
struct Counts {
    std::int64_t requests = 0;
    std::int64_t errors = 0;
};

/// Who sent requests: users, or our own tools.
enum class TrafficKind : std::uint8_t { real, synthetic };

struct RouteSample {
    std::string route;
    TrafficKind traffic{};
    base::Sketch took;  // nanoseconds, since the boot
};

/// Source A at one moment. Everything counts from the boot on. Routes and waits are in some samples
/// only (`sampling.sketches_every`), since they are large.
struct InstanceSample {
    static constexpr std::string_view kKind = "instance";
    base::Instant at;
    std::string instance;
    base::Uuid boot_id;
    Counts real;
    Counts synthetic;
    std::int64_t pool_max = 0;           // in effect
    std::int64_t used_us = 0;            // integral of connections in use
    std::int64_t max_us = 0;             // integral of the maximum
    std::int64_t timeouts = 0;           // acquires that gave up
    std::int64_t refused_full = 0;       // acquires refused since the queue was full
    std::int64_t no_room = 0;            // connections refused by the server, SQLSTATE 53300
    std::int64_t created = 0;            // connections made
    std::optional<base::Sketch> wait{};  // of all acquires, nanoseconds
    std::optional<std::vector<RouteSample>> routes{};
};

enum class LoadPurpose : std::uint8_t { steady, smoke };

/// Source B: what the load tool sent and how it judged the answers, within a span of its run. Spans
/// of one purpose don't overlap.
struct LoadSample {
    static constexpr std::string_view kKind = "load";
    LoadPurpose purpose{};
    TimeSpan span;
    Counts counts;
    /// Of right answers, exact; of the smoke run only.
    std::optional<std::vector<std::int64_t>> latencies_us{};
};

/// Source B: the prober, which asks a few times a second whether the service answers.
struct ProbeSample {
    static constexpr std::string_view kKind = "probe";
    TimeSpan span;
    Counts counts;
    std::optional<base::Instant> first_success{};
    std::optional<base::Instant> last_success{};
    Milliseconds longest_gap{};  // between two successes within the span
};

/// One figure of a metric, found once: of the database, of checks, of incidents.
struct FactSample {
    static constexpr std::string_view kKind = "fact";
    base::Instant at;
    std::string metric;
    std::optional<std::string> instance{};
    Reading reading;
};

using Measurement = std::variant<InstanceSample, LoadSample, ProbeSample, FactSample>;

/// One line of `measurements.jsonl`: canonical JSON (RFC 8785) without floating point. A sketch is
/// the base64 of its bytes, times are microseconds since 1970 (`_us`) or milliseconds (`_ms`).
std::string to_json(const Measurement& measurement);
/// Errors: `plan.bad_yaml`, `plan.bad_value`, `plan.unknown_key`.
base::Result<Measurement> parse_measurement(std::string_view json);

/// Measurements by source, looked up by time. A window runs from exclusive to inclusive: a sample
/// tells what was until it was taken.
class Measurements {
public:
    void add(Measurement measurement);

    /// Differences within a window, summed over instances; only within boots, and a boot that
    /// isn't an instance's first counts from its own zero.
    Counts counts(TrafficKind traffic, const TimeSpan& window) const;
    std::int64_t timeouts(const TimeSpan& window) const;
    std::int64_t refused_full(const TimeSpan& window) const;
    std::int64_t no_room(const TimeSpan& window) const;
    /// By route and traffic, of which all or one kind counts.
    RouteSketches routes(const TimeSpan& window, std::optional<TrafficKind> only = {}) const;
    base::Sketch latencies(TrafficKind traffic, const TimeSpan& window) const;
    base::Sketch waits(const TimeSpan& window) const;
    /// Connections made, by instance.
    std::map<std::string, std::int64_t> connects(const TimeSpan& window) const;
    /// Of the instance whose pool was used most; none when nothing was measured.
    std::optional<Ratio> utilisation(const TimeSpan& window) const;

    /// The blocks of one kind of traffic between samples, of all instances, by time.
    struct Block {
        TimeSpan span;
        Counts counts;
    };
    std::vector<Block> blocks(TrafficKind traffic, const TimeSpan& window) const;
    std::vector<Block> load_blocks(const TimeSpan& window) const;

    /// The last sample of an instance at or before `at`.
    const InstanceSample* last(std::string_view instance, base::Instant at) const;
    std::vector<base::Instant> heard(std::string_view instance, const TimeSpan& window) const;

    Counts load(const TimeSpan& window) const;  // both purposes
    Counts smoke(const TimeSpan& window) const;
    std::vector<std::int64_t> smoke_latencies_us(const TimeSpan& window) const;  // sorted
    std::vector<const ProbeSample*> probes(const TimeSpan& window) const;
    std::vector<const FactSample*> facts(std::string_view metric, const TimeSpan& window) const;

private:
    struct Boot {
        base::Uuid id;
        std::vector<InstanceSample> samples;  // by time
    };
    /// What happened to a boot within a window is later - earlier; a boot that began in it has no
    /// earlier one.
    struct Change {
        const std::string* instance = nullptr;
        const InstanceSample* later = nullptr;
        const InstanceSample* earlier = nullptr;
    };
    enum class Which : std::uint8_t { any, with_sketches };
    std::vector<Change> changes(const TimeSpan& window, Which which) const;
    std::int64_t sum(const TimeSpan& window, std::int64_t InstanceSample::* figure) const;

    std::map<std::string, std::vector<Boot>, std::less<>> instances_;
    std::vector<LoadSample> loads_;
    std::vector<ProbeSample> probes_;
    std::map<std::string, std::vector<FactSample>, std::less<>> facts_;
};

}  // namespace accubooks::launch
