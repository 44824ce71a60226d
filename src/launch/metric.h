#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace accubooks::launch {

/// In what a metric is counted; values are whole numbers of it, never floating point.
enum class Unit : std::uint8_t {
    ppm,         // shares: 10 000 are 1 %
    us,          // latencies and waits
    ms,          // ages, gaps and other spans
    count,       // how many
    per_second,  // rates
    per_minute,
    milli,  // grades and other figures with three decimals
};
std::string_view to_string(Unit unit);

/// What a plan's conditions may speak of.
struct Metric {
    std::string_view name;
    Unit unit;
    /// Whether an execution of phase 1 measures it; the others belong to monitoring, beta and
    /// review.
    bool in_execution;
};

/// All of them, by name.
std::span<const Metric> metrics();
/// None when nothing is named so.
const Metric* find_metric(std::string_view name);
/// Whether it is read from the requests of a window: their error rate or a quantile of their
/// latency.
bool rests_on_requests(std::string_view metric);

enum class Comparison : std::uint8_t { below, at_most, equal, at_least, above };
std::string_view to_string(Comparison comparison);  // as in a plan: "<", "<=", "=", ">=", ">"

/// "error_rate > 1 % for 5 min": a metric, a bound in the metric's unit, and how long it must have
/// been so without a break.
struct Condition {
    std::string metric;
    Comparison comparison = Comparison::equal;
    std::int64_t bound = 0;
    std::chrono::milliseconds held_for{};  // zero: at once

    bool holds(std::int64_t value) const;

    friend bool operator==(const Condition&, const Condition&) = default;
};

/// Reads what `to_text` writes. Errors: `plan.unknown_metric`, `plan.bad_value`.
base::Result<Condition> parse_condition(std::string_view text);
std::string to_text(const Condition& condition);
/// For people: "0.1 %", "500 ms".
std::string to_text(std::int64_t value, Unit unit);
/// What was found, as a person would say it: a span from a minute on by its two largest units,
/// "3 min 38 s"; anything else as `to_text` does.
std::string to_spoken_text(std::int64_t value, Unit unit);

/// "500 ms", "10 s", "5 min", "24 h", "14 d". Errors: `plan.bad_value`.
base::Result<std::chrono::milliseconds> parse_duration(std::string_view text);
std::string to_text(std::chrono::milliseconds duration);
/// "0.1 %" in parts per million: at most four decimals. Errors: `plan.bad_value`.
base::Result<std::int64_t> parse_ratio(std::string_view text);

/// Regular expressions (ECMA 262) of what the three read.
std::string duration_pattern();
std::string ratio_pattern();
std::string condition_pattern();

}  // namespace accubooks::launch
