#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "launch/metric.h"
#include "launch/plan.h"

namespace accubooks::console {

/// How a figure stands, in one word. What nobody has measured is never ok.
enum class Grade : std::uint8_t { ok, warn, danger, no_data };
std::string_view to_string(Grade grade);
/// The graver of two: danger, no_data, warn, ok.
Grade graver(Grade one, Grade other);

/// From which value on a figure is no longer ok, in the launch plan's words.
struct Threshold {
    Grade grade = Grade::warn;
    launch::Condition when;

    friend bool operator==(const Threshold&, const Threshold&) = default;
};

/// Of each metric that the plan speaks of, mildest first: what it warns of or calls critical, its
/// alerts (P2 warns), and the opposite of what it calls normal, its target, or asks of a synthetic
/// load.
using Thresholds = std::map<std::string, std::vector<Threshold>, std::less<>>;
Thresholds thresholds_of(const launch::Plan& plan);

/// Remembers since when conditions hold, for those that count only after a while ("for 5 min").
class Holding {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// Since when it has held without a break; none: it doesn't, or nobody knows.
    std::optional<Time> since(
        const launch::Condition& when, std::optional<std::int64_t> value, Time now
    );

    /// The gravest of the thresholds that the value is past. One that hasn't held for its time yet
    /// only warns.
    Grade grade(
        const std::vector<Threshold>& thresholds, std::optional<std::int64_t> value, Time now
    );
    /// The same of a single one.
    Grade grade(const Threshold& threshold, std::optional<std::int64_t> value, Time now);

private:
    std::map<std::string, Time> since_;  // by the condition's text
};

}  // namespace accubooks::console
