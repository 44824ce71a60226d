#include <algorithm>

#include <fmt/format.h>

#include "launch/assessment.h"
#include "launch/error_rules.h"
#include "launch/internal/assessment_parts.h"
#include "launch/latency.h"

namespace accubooks::launch {

using base::Instant;

// The ends of the last looks, which stand on a grid from the first new value on.
std::vector<TimeSpan> Assessment::looks(Instant now, std::int64_t most) const {
    const LooksPlan& plan = plan_.statistics.looks;
    std::vector<TimeSpan> spans;
    const std::int64_t last = std::max<std::int64_t>(0, (now - setting_.applied_at) / plan.every);
    for (std::int64_t number = std::max<std::int64_t>(1, last - most + 1); number <= last;
         ++number) {
        TimeSpan look = before(setting_.applied_at + number * plan.every, plan.window);
        look.from = std::max(look.from, setting_.applied_at);
        spans.push_back(look);
    }
    return spans;
}

std::optional<std::string> Assessment::errors_fire(Ratio limit, Instant now) const {
    const Statistics& statistics = plan_.statistics;
    const TimeSpan since_change{.from = setting_.applied_at, .to = now};
    const auto runs_over = [&](const std::vector<Measurements::Block>& blocks) {
        ErrorProcess process{statistics.error_process};
        for (const Measurements::Block& block : blocks) {
            const auto length = block.span.to - block.span.from;
            const auto count =
                (length + statistics.error_process.block - std::chrono::microseconds{1}) /
                statistics.error_process.block;
            process.add(proportion(block.counts), std::max<std::int64_t>(1, count));
        }
        return process;
    };
    struct Source {
        const char* name;
        std::vector<Measurements::Block> blocks;
        std::vector<Proportion> looks{};
    };
    Source sources[] = {
        {.name = "synthetic", .blocks = measured_.blocks(TrafficKind::synthetic, since_change)},
        {.name = "real", .blocks = measured_.blocks(TrafficKind::real, since_change)},
        {.name = "outside", .blocks = measured_.load_blocks(since_change)},
    };
    for (const TimeSpan& look : looks(now, statistics.looks.consecutive)) {
        sources[0].looks.push_back(proportion(measured_.counts(TrafficKind::synthetic, look)));
        sources[1].looks.push_back(proportion(measured_.counts(TrafficKind::real, look)));
        sources[2].looks.push_back(proportion(measured_.load(look)));
    }
    for (const Source& source : sources) {
        // The process is made for the plan's limit; a trigger of another one rests on looks alone.
        if (limit == statistics.error_process.limit) {
            const ErrorProcess process = runs_over(source.blocks);
            if (process.has_fired()) {
                return fmt::format(
                    "Errors of {} requests: the evidence against {} is {} to 1.",
                    source.name,
                    to_text(limit.ppm, Unit::ppm),
                    process.evidence()
                );
            }
        }
        if (is_above_in_row(source.looks, limit, statistics.looks)) {
            return fmt::format(
                "Errors of {} requests were above {} in {} looks in a row.",
                source.name,
                to_text(limit.ppm, Unit::ppm),
                statistics.looks.consecutive
            );
        }
    }
    return std::nullopt;
}

std::optional<std::string> Assessment::regression_fires(ExecutionState state, Instant now) const {
    const LooksPlan& plan = plan_.statistics.looks;
    const auto spans = looks(now, plan.consecutive);
    if (static_cast<std::int64_t>(spans.size()) < plan.consecutive) {
        return std::nullopt;
    }
    std::int64_t last = 0;
    for (const TimeSpan& look : spans) {
        const auto compared = regression(state, look);
        if (!compared) {
            return std::nullopt;
        }
        const Regression& found = compared->regression;
        base::Sketch all = measured_.latencies(TrafficKind::synthetic, look);
        if (compared->of != Compared::Of::own_load) {
            all.merge(measured_.latencies(TrafficKind::real, look));
        }
        if (found.zone != RegressionZone::worse ||
            found.samples < launch::samples_needed(all, plan)) {
            return std::nullopt;
        }
        last = found.rise_ppm();
    }
    return fmt::format(
        "p95 rose by {} in {} looks in a row.", to_text(last, Unit::ppm), plan.consecutive
    );
}

std::optional<std::string> Assessment::fires(
    ExecutionState state, const Condition& condition, Instant since, Instant now
) const {
    const Statistics& statistics = plan_.statistics;
    if (condition.metric == "error_rate") {
        if (state == ExecutionState::synthetic &&
            condition.bound < statistics.error_process.limit.ppm) {
            const Proportion seen = proportion(measured_.smoke({.from = since, .to = now}));
            return seen.trials > 0 &&
                           judge_smoke(seen, statistics.smoke).outcome == SmokeOutcome::fails
                       ? std::optional{fmt::format(
                             "{} of {} requests of the smoke run failed.", seen.hits, seen.trials
                         )}
                       : std::nullopt;
        }
        return errors_fire(Ratio{condition.bound}, now);
    }
    if (condition.metric == "latency_regression") {
        return regression_fires(state, now);
    }
    if (state == ExecutionState::synthetic && quantile_named(condition.metric) &&
        condition.held_for.count() == 0) {
        return std::nullopt;  // exact percentiles are the smoke run's own criterion
    }
    // In each of the last minutes, not in their sum.
    if (condition.metric == "connection_timeouts" && condition.held_for > kMinute) {
        for (std::int64_t minute = 0; minute < condition.held_for / kMinute; ++minute) {
            const TimeSpan one = before(now + -minute * kMinute, kMinute);
            if (!condition.holds(measured_.timeouts(one))) {
                return std::nullopt;
            }
        }
        return fmt::format("Acquires gave up in each of {}.", to_text(condition.held_for));
    }
    const Instant begin = condition.held_for.count() > 0
                              ? std::max(setting_.applied_at, now + -condition.held_for)
                              : since;
    if (condition.held_for.count() > 0 && now - setting_.applied_at < condition.held_for) {
        return std::nullopt;
    }
    const Reading reading = read(condition.metric, {.from = begin, .to = now});
    const bool is_sampled = quantile_named(condition.metric).has_value();
    if (!reading.has_value() || !condition.holds(reading.value) ||
        (is_sampled && reading.samples < statistics.looks.samples)) {
        return std::nullopt;
    }
    const Metric* metric = find_metric(condition.metric);
    return fmt::format(
        "It is {}.{}{}",
        to_text(reading.value, metric->unit),
        reading.why.empty() ? "" : " ",
        reading.why
    );
}

std::vector<Verdict> Assessment::triggers(ExecutionState state, Instant since, Instant now) const {
    Execution there;
    there.state = state;
    std::vector<Condition> conditions = plan_.hard_triggers;
    if (const Stage* stage = there.stage(all_)) {
        for (const Condition& condition : stage->rolls_back) {
            if (std::ranges::find(conditions, condition) == conditions.end()) {
                conditions.push_back(condition);
            }
        }
    }
    std::vector<Verdict> fired;
    for (const Condition& condition : conditions) {
        if (const auto why = fires(state, condition, since, now)) {
            fired.push_back({
                .criterion = to_text(condition),
                .outcome = Outcome::fail,
                .reading = read(condition.metric, {.from = since, .to = now}),
                .reason = *why,
            });
        }
    }
    return fired;
}

}  // namespace accubooks::launch
