#include "launch/metric.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace accubooks::launch {
namespace {

using base::ErrorKind;
using base::Result;
using std::chrono::milliseconds;

// Sorted by name; a test holds it so.
constexpr auto kMetrics = std::to_array<Metric>({
    {"acknowledgement_age", Unit::ms, true},
    {"active_users", Unit::count, false},
    {"backup_age", Unit::ms, true},
    {"cache_evictions", Unit::per_minute, false},
    {"cache_hit_rate", Unit::ppm, false},
    {"cache_latency_p95", Unit::us, false},
    {"cache_memory", Unit::ppm, false},
    {"calculation_errors", Unit::count, false},
    {"connection_errors", Unit::per_minute, false},
    {"connection_thrashing", Unit::count, true},
    {"connection_timeouts", Unit::count, true},
    {"connection_wait_p95", Unit::us, true},
    {"cpu_spikes", Unit::count, true},
    {"database_connections", Unit::count, false},
    {"database_cpu", Unit::ppm, true},
    {"decisions_made", Unit::ppm, false},
    {"down", Unit::count, false},
    {"error_rate", Unit::ppm, true},
    {"explanations_used", Unit::count, false},
    {"fingerprint_differences", Unit::count, true},
    {"forecasts", Unit::count, false},
    {"health_failures", Unit::count, true},
    {"instance_divergence", Unit::count, true},
    {"integrity_violations", Unit::count, true},
    {"isolation_violations", Unit::count, true},
    {"job_failure_rate", Unit::ppm, false},
    {"job_time_p95", Unit::us, false},
    {"latency_p50", Unit::us, true},
    {"latency_p75", Unit::us, false},
    {"latency_p95", Unit::us, true},
    {"latency_p99", Unit::us, true},
    {"latency_regression", Unit::ppm, true},
    {"longest_downtime", Unit::ms, false},
    {"longest_lock_wait", Unit::ms, true},
    {"minor_bugs", Unit::count, false},
    {"misreading_users", Unit::count, false},
    {"new_errors", Unit::count, true},
    {"nps", Unit::count, false},
    {"open_p0", Unit::count, true},
    {"pool_exhausted", Unit::count, true},
    {"pool_max", Unit::count, true},
    {"pool_utilisation", Unit::ppm, true},
    {"query_latency_p95", Unit::us, false},
    {"queue_depth", Unit::count, false},
    {"replication_lag", Unit::ms, true},
    {"request_rate", Unit::per_second, false},
    {"satisfaction", Unit::milli, false},
    {"server_errors", Unit::per_minute, false},
    {"source_disagreement", Unit::ppm, true},
    {"success_gap", Unit::ms, true},
    {"tickets_per_user_month", Unit::milli, false},
    {"tickets_per_week", Unit::count, false},
    {"tier_limit_hits", Unit::count, false},
    {"too_many_connections", Unit::count, true},
    {"trial_balance_violations", Unit::count, true},
    {"trust", Unit::ppm, false},
    {"upgrades", Unit::count, false},
    {"uptime", Unit::ppm, false},
    {"warnings", Unit::count, false},
    {"worker_utilisation", Unit::ppm, false},
    {"would_pay", Unit::ppm, false},
});

constexpr std::size_t kDigitsMax = 9;
// 99 999 days in microseconds are below 2^53, the largest whole number that JSON keeps everywhere.
constexpr std::size_t kSpanDigitsMax = 5;

std::unexpected<base::Error> bad(std::string detail) {
    return base::refuse(ErrorKind::invalid, "plan.bad_value", std::move(detail));
}

// A number with up to `decimals` digits behind the point, in units of the last of them.
std::optional<std::int64_t> fixed_point(std::string_view text, std::size_t decimals) {
    const auto point = text.find('.');
    const auto whole = text.substr(0, point);
    const auto fraction =
        point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
    const auto is_number = [](std::string_view digits) {
        return std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
    };
    if (whole.empty() || whole.size() > kDigitsMax || (whole.size() > 1 && whole[0] == '0') ||
        !is_number(whole) || !is_number(fraction) || fraction.size() > decimals ||
        (point != std::string_view::npos && fraction.empty())) {
        return std::nullopt;
    }
    std::string digits{whole};
    digits += fraction;
    digits.append(decimals - fraction.size(), '0');
    std::int64_t value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return read.ec == std::errc{} ? std::optional{value} : std::nullopt;
}

struct Span {
    std::string_view unit;
    std::int64_t micros;
};
// Largest first, so that a duration is written in the largest unit that it fills.
constexpr auto kSpans = std::to_array<Span>({
    {"d", 86'400'000'000},
    {"h", 3'600'000'000},
    {"min", 60'000'000},
    {"s", 1'000'000},
    {"ms", 1'000},
});

std::optional<std::int64_t> micros_of(std::string_view text) {
    const auto space = text.find(' ');
    if (space == std::string_view::npos) {
        return std::nullopt;
    }
    const auto number = fixed_point(text.substr(0, space), 0);
    const auto* span = std::ranges::find(kSpans, text.substr(space + 1), &Span::unit);
    if (!number || space > kSpanDigitsMax || span == kSpans.end()) {
        return std::nullopt;
    }
    return *number * span->micros;
}

std::string span_text(std::int64_t micros) {
    for (const Span& span : kSpans) {
        if (micros % span.micros == 0 && micros >= span.micros) {
            return fmt::format("{} {}", micros / span.micros, span.unit);
        }
    }
    return micros == 0 ? "0 s" : fmt::format("{}.{:03} ms", micros / 1000, micros % 1000);
}

/// The two largest units, the rest left out; of a minute or more.
std::string spoken_span(std::int64_t micros) {
    const auto* larger =
        std::ranges::find_if(kSpans, [micros](const Span& span) { return span.micros <= micros; });
    const auto* smaller = larger + 1;  // milliseconds are smaller than any minute
    const std::int64_t rest = micros % larger->micros / smaller->micros;
    std::string text = fmt::format("{} {}", micros / larger->micros, larger->unit);
    return rest == 0 ? text : fmt::format("{} {} {}", text, rest, smaller->unit);
}

std::string decimal_text(std::int64_t value, int decimals) {
    std::int64_t scale = 1;
    for (int i = 0; i < decimals; ++i) {
        scale *= 10;
    }
    const std::string_view sign = value < 0 ? "-" : "";
    const std::int64_t size = value < 0 ? -value : value;
    std::string text = fmt::format("{}{}.{:0{}}", sign, size / scale, size % scale, decimals);
    while (text.back() == '0') {
        text.pop_back();
    }
    if (text.back() == '.') {
        text.pop_back();
    }
    return text;
}

std::optional<std::int64_t> without(std::string_view text, std::string_view suffix) {
    return text.ends_with(suffix) ? fixed_point(text.substr(0, text.size() - suffix.size()), 0)
                                  : std::nullopt;
}

std::optional<std::int64_t> value_in(Unit unit, std::string_view text) {
    switch (unit) {
        case Unit::ppm: {
            const auto ratio = parse_ratio(text);
            return ratio ? std::optional{*ratio} : std::nullopt;
        }
        case Unit::us:
            return micros_of(text);
        case Unit::ms: {
            const auto micros = micros_of(text);
            return micros ? std::optional{*micros / 1000} : std::nullopt;
        }
        case Unit::count:
            return fixed_point(text, 0);
        case Unit::per_second:
            return without(text, " /s");
        case Unit::per_minute:
            return without(text, " /min");
        case Unit::milli:
            return fixed_point(text, 3);
    }
    std::unreachable();
}

std::string value_pattern(Unit unit) {
    std::string whole = "(0|[1-9][0-9]{0,8})";
    switch (unit) {
        case Unit::ppm:
            return whole + R"((\.[0-9]{1,4})? %)";
        case Unit::us:
        case Unit::ms:
            return "(0|[1-9][0-9]{0,4}) (ms|s|min|h|d)";
        case Unit::count:
            return whole;
        case Unit::per_second:
            return whole + " /s";
        case Unit::per_minute:
            return whole + " /min";
        case Unit::milli:
            return whole + R"((\.[0-9]{1,3})?)";
    }
    std::unreachable();
}

constexpr std::array kUnits{
    Unit::ppm,
    Unit::us,
    Unit::ms,
    Unit::count,
    Unit::per_second,
    Unit::per_minute,
    Unit::milli,
};
constexpr std::array kComparisons{
    Comparison::below,
    Comparison::at_most,
    Comparison::equal,
    Comparison::at_least,
    Comparison::above,
};

}  // namespace

std::string_view to_string(Unit unit) {
    switch (unit) {
        case Unit::ppm:
            return "ppm";
        case Unit::us:
            return "us";
        case Unit::ms:
            return "ms";
        case Unit::count:
            return "count";
        case Unit::per_second:
            return "per_second";
        case Unit::per_minute:
            return "per_minute";
        case Unit::milli:
            return "milli";
    }
    std::unreachable();
}

std::span<const Metric> metrics() {
    return kMetrics;
}

const Metric* find_metric(std::string_view name) {
    const auto* found = std::ranges::lower_bound(kMetrics, name, {}, &Metric::name);
    return found == kMetrics.end() || found->name != name ? nullptr : found;
}

bool rests_on_requests(std::string_view metric) {
    return metric == "error_rate" || metric.starts_with("latency_p");
}

std::string_view to_string(Comparison comparison) {
    switch (comparison) {
        case Comparison::below:
            return "<";
        case Comparison::at_most:
            return "<=";
        case Comparison::equal:
            return "=";
        case Comparison::at_least:
            return ">=";
        case Comparison::above:
            return ">";
    }
    std::unreachable();
}

bool Condition::holds(std::int64_t value) const {
    switch (comparison) {
        case Comparison::below:
            return value < bound;
        case Comparison::at_most:
            return value <= bound;
        case Comparison::equal:
            return value == bound;
        case Comparison::at_least:
            return value >= bound;
        case Comparison::above:
            return value > bound;
    }
    std::unreachable();
}

Result<Condition> parse_condition(std::string_view text) {
    const auto first = text.find(' ');
    const auto second = first == std::string_view::npos ? first : text.find(' ', first + 1);
    if (second == std::string_view::npos) {
        return bad(fmt::format("\"{}\" is no condition; write one as \"error_rate < 0.1 %\".", text)
        );
    }
    const Metric* metric = find_metric(text.substr(0, first));
    if (metric == nullptr) {
        return base::refuse(
            ErrorKind::invalid,
            "plan.unknown_metric",
            fmt::format("There is no metric {}.", text.substr(0, first))
        );
    }
    const auto sign = text.substr(first + 1, second - first - 1);
    const auto* comparison =
        std::ranges::find(kComparisons, sign, [](Comparison one) { return to_string(one); });
    if (comparison == kComparisons.end()) {
        return bad(fmt::format("\"{}\" compares nothing; take <, <=, =, >= or >.", sign));
    }
    auto rest = text.substr(second + 1);
    Condition condition{.metric = std::string{metric->name}, .comparison = *comparison};
    if (const auto held = rest.find(" for "); held != std::string_view::npos) {
        AB_TRY(duration, parse_duration(rest.substr(held + 5)));
        condition.held_for = duration;
        rest = rest.substr(0, held);
    }
    const auto bound = value_in(metric->unit, rest);
    if (!bound) {
        return bad(fmt::format(
            "\"{}\" is no value of {}, which is counted in {}.",
            rest,
            metric->name,
            to_string(metric->unit)
        ));
    }
    condition.bound = *bound;
    return condition;
}

std::string to_text(std::int64_t value, Unit unit) {
    switch (unit) {
        case Unit::ppm:
            return decimal_text(value, 4) + " %";
        case Unit::us:
            return value >= 1'000'000 || value % 1000 == 0 ? span_text(value)
                                                           : decimal_text(value, 3) + " ms";
        case Unit::ms:
            return span_text(value * 1000);
        case Unit::count:
            return std::to_string(value);
        case Unit::per_second:
            return fmt::format("{} /s", value);
        case Unit::per_minute:
            return fmt::format("{} /min", value);
        case Unit::milli:
            return decimal_text(value, 3);
    }
    std::unreachable();
}

std::string to_spoken_text(std::int64_t value, Unit unit) {
    constexpr std::int64_t kMinute = 60'000'000;
    if (unit == Unit::us && value >= kMinute) {
        return spoken_span(value);
    }
    if (unit == Unit::ms && value >= kMinute / 1000) {
        return spoken_span(value * 1000);
    }
    return to_text(value, unit);
}

std::string to_text(const Condition& condition) {
    const Metric* metric = find_metric(condition.metric);
    base::ensure(metric != nullptr, "a condition is made of a metric that exists");
    std::string text = fmt::format(
        "{} {} {}",
        condition.metric,
        to_string(condition.comparison),
        to_text(condition.bound, metric->unit)
    );
    if (condition.held_for.count() > 0) {
        text += " for " + to_text(condition.held_for);
    }
    return text;
}

Result<milliseconds> parse_duration(std::string_view text) {
    const auto micros = micros_of(text);
    if (!micros) {
        return bad(
            fmt::format("\"{}\" is no time; write one as \"5 min\" (ms, s, min, h, d).", text)
        );
    }
    return milliseconds{*micros / 1000};
}

std::string to_text(milliseconds duration) {
    return span_text(duration.count() * 1000);
}

Result<std::int64_t> parse_ratio(std::string_view text) {
    constexpr std::string_view kPercent = " %";
    const auto ratio = text.ends_with(kPercent)
                           ? fixed_point(text.substr(0, text.size() - kPercent.size()), 4)
                           : std::nullopt;
    if (!ratio) {
        return bad(fmt::format("\"{}\" is no share; write one as \"0.1 %\".", text));
    }
    return *ratio;
}

std::string duration_pattern() {
    return "^" + value_pattern(Unit::ms) + "$";
}

std::string ratio_pattern() {
    return "^" + value_pattern(Unit::ppm) + "$";
}

std::string condition_pattern() {
    std::string pattern;
    for (const Unit unit : kUnits) {
        std::string names;
        for (const Metric& metric : kMetrics) {
            if (metric.unit == unit) {
                names += (names.empty() ? "" : "|") + std::string{metric.name};
            }
        }
        pattern += (pattern.empty() ? "(" : "|(") + std::string{"("} + names + ") (<|<=|=|>=|>) " +
                   value_pattern(unit) + ")";
    }
    return "^(" + pattern + ")( for " + value_pattern(Unit::ms) + ")?$";
}

}  // namespace accubooks::launch
