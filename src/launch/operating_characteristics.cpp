#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <set>

#include <fmt/format.h>

#include "base/json_writer.h"
#include "launch/binomial.h"
#include "launch/error_rules.h"
#include "launch/latency.h"
#include "launch/plan_lint.h"

namespace accubooks::launch {
namespace {

constexpr std::int64_t kMillion = 1'000'000;
constexpr std::int64_t kErrorRates[] = {100, 1000, 3000, 5000, 10'000, 20'000, 50'000};
constexpr std::int64_t kRises[] = {0, 100'000, 200'000, 300'000, 500'000};

std::string percent(std::int64_t ppm) {
    return fmt::format("{:.1f} %", static_cast<double>(ppm) / 10'000);
}

std::int64_t share_of(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0 : part * kMillion / whole;
}

// Draws that are the same for a seed on every machine: of the standard library only the engine is.
class Random {
public:
    explicit Random(std::uint64_t seed) : engine_{seed} {}
    std::uint64_t below(std::uint64_t bound) {
        return static_cast<std::uint64_t>(
            (static_cast<unsigned __int128>(engine_()) * bound) >> 64U
        );
    }
    std::int64_t hits(std::int64_t trials, Ratio chance) {
        std::int64_t count = 0;
        for (std::int64_t i = 0; i < trials; ++i) {
            count += below(kMillion) < static_cast<std::uint64_t>(chance.ppm) ? 1 : 0;
        }
        return count;
    }

private:
    std::mt19937_64 engine_;
};

// Time of the plan in whole steps of a look.
struct Timeline {
    explicit Timeline(const PoolScaling& plan)
        : per_look{plan.statistics.looks.every.count() * plan.workload.rate_per_second / 1000},
          looks{plan.stages.sustained.window / plan.statistics.looks.every},
          looks_in_window{
              std::max<std::int64_t>(1, plan.statistics.looks.window / plan.statistics.looks.every)
          } {}

    std::int64_t per_look;  // requests
    std::int64_t looks;
    std::int64_t looks_in_window;
};

struct ErrorHistory {
    bool fired = false;
    std::int64_t fired_at = 0;  // look, from 1
    bool smoke_passed = false;
    bool criteria_met = false;
};

bool smoke_passes(const SmokePlan& plan, Ratio rate, Random& random) {
    Proportion seen;
    SmokeVerdict verdict{
        .outcome = SmokeOutcome::extends, .requests = plan.levels.front().requests
    };
    while (verdict.outcome == SmokeOutcome::extends) {
        seen.hits += random.hits(verdict.requests - seen.trials, rate);
        seen.trials = verdict.requests;
        verdict = judge_smoke(seen, plan);
    }
    return verdict.outcome == SmokeOutcome::passes;
}

ErrorHistory error_history(const PoolScaling& plan, Ratio rate, Random& random) {
    const Statistics& statistics = plan.statistics;
    const Timeline time{plan};
    ErrorHistory history;
    history.smoke_passed = smoke_passes(statistics.smoke, rate, random);
    ErrorProcess process{statistics.error_process};
    std::vector<Proportion> parts;
    std::vector<Proportion> looks;
    Proportion all;
    const std::int64_t per_block = std::max<std::int64_t>(
        1, statistics.error_process.block.count() * plan.workload.rate_per_second / 1000
    );
    for (std::int64_t look = 1; look <= time.looks; ++look) {
        Proportion part;
        while (part.trials < time.per_look) {
            const std::int64_t trials = std::min(per_block, time.per_look - part.trials);
            const Proportion block{.hits = random.hits(trials, rate), .trials = trials};
            process.add(block);
            part.hits += block.hits;
            part.trials += block.trials;
        }
        parts.push_back(part);
        all.hits += part.hits;
        all.trials += part.trials;
        Proportion window;
        const auto from =
            parts.size() -
            std::min<std::size_t>(parts.size(), static_cast<std::size_t>(time.looks_in_window));
        for (std::size_t at = from; at < parts.size(); ++at) {
            window.hits += parts[at].hits;
            window.trials += parts[at].trials;
        }
        looks.push_back(window);
        const auto last =
            looks.size() - std::min<std::size_t>(
                               looks.size(), static_cast<std::size_t>(statistics.looks.consecutive)
                           );
        const std::span<const Proportion> row{
            looks.begin() + static_cast<std::ptrdiff_t>(last), looks.end()
        };
        if (process.has_fired() ||
            is_above_in_row(row, statistics.error_process.limit, statistics.looks)) {
            history.fired = true;
            history.fired_at = look;
            return history;
        }
    }
    history.fired = all.ppm() > statistics.error_process.limit.ppm;
    history.fired_at = time.looks;
    const std::int64_t first =
        plan.stages.immediate.window.count() * plan.workload.rate_per_second / 1000;
    const bool few_new =
        random.hits(first, rate) <=
        quantile(first, statistics.new_errors.rate, statistics.new_errors.confidence);
    const auto criterion =
        std::ranges::find(plan.stages.sustained.passes, "error_rate", &Condition::metric);
    const bool holds =
        criterion == plan.stages.sustained.passes.end() || criterion->holds(all.ppm());
    history.criteria_met = !history.fired && history.smoke_passed && few_new && holds;
    return history;
}

// Latencies to draw from: as many as make the quantiles of the sketch.
std::vector<std::uint64_t> table_of(const base::Sketch& sketch) {
    constexpr std::uint64_t kEntries = 10'000;
    std::vector<std::uint64_t> table;
    table.reserve(kEntries);
    for (std::uint64_t at = 0; at < kEntries; ++at) {
        // The middle of each ten-thousandth, by nearest rank.
        table.push_back(sketch.quantile((static_cast<double>(at) + 0.5) / kEntries));
    }
    return table;
}

enum class LatencyEnd : std::uint8_t { passed, rolled_back };

LatencyEnd latency_history(
    const PoolScaling& plan, const std::vector<std::uint64_t>& table, Ratio rise, Random& random
) {
    const Statistics& statistics = plan.statistics;
    const Timeline time{plan};
    const auto fill = [&](base::Sketch& sketch, std::int64_t count, std::int64_t by_ppm) {
        for (std::int64_t i = 0; i < count; ++i) {
            const std::uint64_t drawn = table[random.below(table.size())];
            sketch.add(drawn * static_cast<std::uint64_t>(kMillion + by_ppm) / kMillion);
        }
    };
    const auto interval = [&statistics](const base::Sketch& sketch) {
        const RouteSketches one{{"all", sketch}};
        return *standardised_quantile(one, one, statistics.regression);
    };
    base::Sketch baseline;
    fill(baseline, plan.baseline.requests, 0);
    const QuantileInterval then = interval(baseline);
    const std::int64_t needed = samples_needed(baseline, statistics.looks);
    std::vector<base::Sketch> parts;
    base::Sketch all;
    std::int64_t row = 0;
    const auto watch = [&](std::int64_t looks) {
        for (std::int64_t look = 0; look < looks; ++look) {
            fill(parts.emplace_back(), time.per_look, rise.ppm);
            all.merge(parts.back());
            base::Sketch window;
            const auto count =
                std::min<std::size_t>(parts.size(), static_cast<std::size_t>(time.looks_in_window));
            for (std::size_t at = parts.size() - count; at < parts.size(); ++at) {
                window.merge(parts[at]);
            }
            if (static_cast<std::int64_t>(window.count()) < needed) {
                continue;
            }
            const Regression found = compare(then, interval(window), statistics.regression);
            row = found.zone == RegressionZone::worse ? row + 1 : 0;
            if (row >= statistics.looks.consecutive) {
                return true;
            }
        }
        return false;
    };
    const Stage& stage = plan.stages.sustained;
    for (std::int64_t extension = 0; extension <= stage.extensions; ++extension) {
        const Milliseconds length =
            extension == 0 ? stage.window : stage.extension.value_or(stage.window);
        if (watch(length / statistics.looks.every)) {
            return LatencyEnd::rolled_back;
        }
        const Regression found = compare(then, interval(all), statistics.regression);
        if (found.zone == RegressionZone::unchanged) {
            return LatencyEnd::passed;
        }
        if (found.rise_ppm() > statistics.regression.limit.ppm) {
            return LatencyEnd::rolled_back;
        }
    }
    return LatencyEnd::rolled_back;  // still unclear
}

}  // namespace

base::Sketch assumed_latencies() {
    // The normal quantile by bisection of its own distribution function.
    const auto normal_quantile = [](double share) {
        double low = -9;
        double high = 9;
        for (int i = 0; i < 60; ++i) {
            const double middle = (low + high) / 2;
            (0.5 * std::erfc(-middle / std::numbers::sqrt2) < share ? low : high) = middle;
        }
        return low;
    };
    constexpr std::int64_t kValues = 5000;
    constexpr double kMedian = 20e6;
    constexpr double kDeviation = 0.5;
    base::Sketch sketch;
    for (std::int64_t at = 0; at < kValues; ++at) {
        const double share = (static_cast<double>(at) + 0.5) / kValues;
        const double latency = kMedian * std::exp(kDeviation * normal_quantile(share));
        sketch.add(static_cast<std::uint64_t>(latency), 98);
        sketch.add(static_cast<std::uint64_t>(latency * 10), 2);
    }
    return sketch;
}

OperatingCharacteristics operating_characteristics(
    const Plan& plan, const base::Sketch& baseline, const OperatingOptions& options
) {
    base::ensure(baseline.count() > 0, "whoever asks has latencies");
    const PoolScaling& phase = plan.phase1;
    Random random{options.seed};
    OperatingCharacteristics found;
    const Timeline time{phase};
    found.samples_of_final = time.looks * time.per_look;
    found.healthy_errors = options.healthy_errors;
    std::set<std::int64_t> rates{std::begin(kErrorRates), std::end(kErrorRates)};
    rates.insert(options.healthy_errors.ppm);
    for (const std::int64_t rate : rates) {
        OperatingCharacteristics::Errors errors{.true_rate = {rate}};
        std::vector<std::int64_t> fired_at;
        std::int64_t smoke = 0;
        std::int64_t met = 0;
        for (std::int64_t i = 0; i < options.error_histories; ++i) {
            const ErrorHistory history = error_history(phase, {rate}, random);
            if (history.fired) {
                fired_at.push_back(history.fired_at);
            }
            smoke += history.smoke_passed ? 1 : 0;
            met += history.criteria_met ? 1 : 0;
        }
        std::ranges::sort(fired_at);
        errors.fired_ppm =
            share_of(static_cast<std::int64_t>(fired_at.size()), options.error_histories);
        errors.median_minute = fired_at.empty() ? 0 : fired_at[fired_at.size() / 2];
        errors.smoke_passed_ppm = share_of(smoke, options.error_histories);
        errors.criteria_met_ppm = share_of(met, options.error_histories);
        found.errors.push_back(errors);
    }
    const auto table = table_of(baseline);
    for (const std::int64_t rise : kRises) {
        std::int64_t passed = 0;
        for (std::int64_t i = 0; i < options.latency_histories; ++i) {
            passed += latency_history(phase, table, {rise}, random) == LatencyEnd::passed ? 1 : 0;
        }
        found.latency.push_back({
            .rise = {rise},
            .rolled_back_ppm =
                share_of(options.latency_histories - passed, options.latency_histories),
            .passed_ppm = share_of(passed, options.latency_histories),
        });
    }
    const auto errors_at = [&found](Ratio rate) {
        return std::ranges::find(found.errors, rate, &OperatingCharacteristics::Errors::true_rate);
    };
    const auto latency_at = [&found](Ratio rise) {
        return std::ranges::find(found.latency, rise, &OperatingCharacteristics::Latency::rise);
    };
    // Both must go well, and they are independent here.
    found.false_rollback_ppm = kMillion - errors_at(options.healthy_errors)->criteria_met_ppm *
                                              latency_at({0})->passed_ppm / kMillion;
    found.missed_twenty_percent_ppm = latency_at({200'000})->passed_ppm;
    found.missed_thirty_percent_ppm = latency_at({300'000})->passed_ppm;
    return found;
}

std::string to_json(const OperatingCharacteristics& found) {
    base::JsonWriter json;
    json.begin_object();
    json.member("healthy_errors_ppm", found.healthy_errors.ppm);
    json.member("false_rollback_ppm", found.false_rollback_ppm);
    json.member("missed_twenty_percent_ppm", found.missed_twenty_percent_ppm);
    json.member("missed_thirty_percent_ppm", found.missed_thirty_percent_ppm);
    json.member("samples_of_final", found.samples_of_final);
    json.key("errors").begin_array();
    for (const auto& one : found.errors) {
        json.begin_object()
            .member("true_rate_ppm", one.true_rate.ppm)
            .member("fired_ppm", one.fired_ppm)
            .member("median_minute", one.median_minute)
            .member("smoke_passed_ppm", one.smoke_passed_ppm)
            .member("criteria_met_ppm", one.criteria_met_ppm)
            .end_object();
    }
    json.end_array().key("latency").begin_array();
    for (const auto& one : found.latency) {
        json.begin_object()
            .member("rise_ppm", one.rise.ppm)
            .member("rolled_back_ppm", one.rolled_back_ppm)
            .member("passed_ppm", one.passed_ppm)
            .end_object();
    }
    json.end_array().end_object();
    return std::move(json).take();
}

std::string to_summary(const OperatingCharacteristics& found) {
    return fmt::format(
        "A healthy system ({} errors, latency unchanged) is rolled back: {}\n"
        "p95 +20 % is kept: {}    p95 +30 % is kept: {}    ({} samples in the hour)\n",
        to_text(found.healthy_errors.ppm, Unit::ppm),
        percent(found.false_rollback_ppm),
        percent(found.missed_twenty_percent_ppm),
        percent(found.missed_thirty_percent_ppm),
        found.samples_of_final
    );
}

std::string to_table(const OperatingCharacteristics& found) {
    std::string table =
        to_summary(found) +
        "\ntrue errors   trigger fires   median look   smoke run passes   criteria met\n";
    for (const auto& one : found.errors) {
        table += fmt::format(
            "{:>11}   {:>13}   {:>11}   {:>16}   {:>12}\n",
            to_text(one.true_rate.ppm, Unit::ppm),
            percent(one.fired_ppm),
            one.median_minute == 0 ? std::string{"-"} : std::to_string(one.median_minute),
            percent(one.smoke_passed_ppm),
            percent(one.criteria_met_ppm)
        );
    }
    table += "\nlatency rises   rolled back   kept\n";
    for (const auto& one : found.latency) {
        table += fmt::format(
            "{:>13}   {:>11}   {:>6}\n",
            to_text(one.rise.ppm, Unit::ppm),
            percent(one.rolled_back_ppm),
            percent(one.passed_ppm)
        );
    }
    return table;
}

}  // namespace accubooks::launch
