#include "launch/assessment.h"

#include <algorithm>

#include <fmt/format.h>

#include "launch/binomial.h"
#include "launch/coverage.h"
#include "launch/error_rules.h"
#include "launch/internal/assessment_parts.h"
#include "launch/latency.h"

namespace accubooks::launch {
namespace {

using base::Instant;

// The nearest rank, as the load tool counts it: of 500 the 95th percentile is the 475th.
std::int64_t nearest_rank(const std::vector<std::int64_t>& sorted, Ratio quantile) {
    const auto count = static_cast<std::int64_t>(sorted.size());
    const std::int64_t rank = (count * quantile.ppm + 999'999) / 1'000'000;
    return sorted.at(static_cast<std::size_t>(std::max<std::int64_t>(rank, 1) - 1));
}

}  // namespace

std::vector<TimeSpan> probed(const Measurements& measured, const TimeSpan& window) {
    std::vector<TimeSpan> spans;
    for (const ProbeSample* probe : measured.probes(window)) {
        const TimeSpan part{
            .from = std::max(window.from, probe->span.from),
            .to = std::min(window.to, probe->span.to),
        };
        // A prober's spans follow each other; between them nobody probed.
        if (!spans.empty() && part.from <= spans.back().to) {
            spans.back().to = std::max(spans.back().to, part.to);
        } else {
            spans.push_back(part);
        }
    }
    return spans;
}

Assessment::Assessment(const Plan& plan, const Setting& setting, const Measurements& measured)
    : all_{plan}, plan_{plan.phase1}, setting_{setting}, measured_{measured} {
    if (setting.baseline) {
        baseline_routes_ = measured.routes(*setting.baseline);
        baseline_own_routes_ = measured.routes(*setting.baseline, TrafficKind::synthetic);
    }
}

std::int64_t Assessment::samples_needed(ExecutionState state, const Condition& condition) const {
    const Statistics& statistics = plan_.statistics;
    const bool is_final = state == ExecutionState::sustained;
    if (rests_on_requests(condition.metric)) {
        return is_final ? statistics.regression.final_samples : statistics.looks.samples;
    }
    if (condition.metric == "new_errors") {
        return statistics.looks.samples;
    }
    if (condition.metric == "latency_regression") {
        return is_final ? std::min(
                              statistics.regression.final_samples,
                              // The baseline's sketches begin and end up to a sample inside of it.
                              plan_.baseline.requests * plan_.baseline.coverage.ppm / 1'000'000
                          )
                        : statistics.looks.samples;
    }
    if (condition.metric == "connection_wait_p95") {
        return statistics.connection_wait.samples;
    }
    return 1;
}

Verdict Assessment::judge_regression(
    ExecutionState state, const Condition& condition, const TimeSpan& window
) const {
    Verdict verdict{
        .criterion = to_text(condition), .samples_needed = samples_needed(state, condition)
    };
    const auto compared = regression(state, window);
    if (!compared) {
        verdict.reading = no_data("There is no baseline, or routes of it weren't asked for.");
        verdict.reason = verdict.reading.why;
        return verdict;
    }
    const Regression& found = compared->regression;
    verdict.reading = value(found.rise_ppm(), found.samples);
    verdict.reading.low = found.low_ppm - 1'000'000;
    verdict.reading.high = found.high_ppm - 1'000'000;
    verdict.reason = fmt::format(
        "The ratio is {} % of the baseline, between {} and {}, of {} samples.",
        found.ratio_ppm / 10'000,
        found.low_ppm / 10'000,
        found.high_ppm / 10'000,
        found.samples
    );
    switch (compared->of) {
        case Compared::Of::all:
            break;
        case Compared::Of::what_was_asked_again:
            verdict.reason += " Of what was asked for again: the rest of the baseline wasn't.";
            break;
        case Compared::Of::own_load:
            verdict.reason += " Of the launch's own load: users didn't ask as in the baseline.";
            break;
    }
    const bool enough = found.samples >= verdict.samples_needed;
    const bool is_final = state == ExecutionState::sustained;
    const bool is_above = !condition.holds(found.rise_ppm());
    if (found.zone == RegressionZone::worse || (is_final && enough && is_above)) {
        verdict.outcome = Outcome::fail;
    } else if (enough && !is_above && (!is_final || found.zone == RegressionZone::unchanged)) {
        verdict.outcome = Outcome::pass;
    }
    return verdict;
}

Verdict Assessment::judge_smoke_errors(const Condition& condition, const TimeSpan& window) const {
    const SmokePlan& plan = plan_.statistics.smoke;
    const Proportion seen = proportion(measured_.smoke(window));
    Verdict verdict{
        .criterion = to_text(condition), .samples_needed = plan.levels.front().requests
    };
    if (seen.trials == 0) {
        verdict.reading = no_data("The smoke run has no answers.");
        verdict.reason = verdict.reading.why;
        return verdict;
    }
    verdict.reading = value(seen.ppm(), seen.trials);
    verdict.reading.low = lower_bound_ppm(seen, plan.confidence);
    verdict.reading.high = upper_bound_ppm(seen, plan.confidence);
    verdict.reason = fmt::format("{} of {} requests failed.", seen.hits, seen.trials);
    const SmokeVerdict smoke = judge_smoke(seen, plan);
    switch (smoke.outcome) {
        case SmokeOutcome::passes:
            // The criterion itself has the last word, whatever the levels allow.
            verdict.outcome = condition.holds(seen.ppm()) ? Outcome::pass : Outcome::fail;
            break;
        case SmokeOutcome::extends:
            verdict.reason += fmt::format(" It goes on to {}.", smoke.requests);
            break;
        case SmokeOutcome::fails:
            verdict.outcome = Outcome::fail;
            break;
    }
    return verdict;
}

Verdict Assessment::judge_one(
    ExecutionState state, const Condition& condition, const TimeSpan& window
) const {
    if (condition.metric == "latency_regression") {
        return judge_regression(state, condition, window);
    }
    if (condition.metric == "pool_max") {
        return judge(condition, pool_max(condition.bound, window), 1);
    }
    if (state == ExecutionState::synthetic && condition.metric == "error_rate") {
        return judge_smoke_errors(condition, window);
    }
    if (const auto quantile = quantile_named(condition.metric);
        quantile && state == ExecutionState::synthetic) {
        const auto sorted = measured_.smoke_latencies_us(window);
        const Reading reading =
            sorted.empty()
                ? no_data("The smoke run has no latencies.")
                : value(nearest_rank(sorted, *quantile), static_cast<std::int64_t>(sorted.size()));
        // Of the requests that the run must have, those that failed have no latency.
        const std::int64_t needed =
            plan_.statistics.smoke.levels.front().requests - plan_.statistics.smoke.fails_at;
        return judge(condition, reading, std::max<std::int64_t>(1, needed));
    }
    return judge(condition, read(condition.metric, window), samples_needed(state, condition));
}

std::vector<Verdict> Assessment::stage(ExecutionState state, const TimeSpan& window) const {
    Execution there;
    there.state = state;
    const Stage* stage = there.stage(all_);
    const std::vector<Condition>& conditions =
        state == ExecutionState::rollback_verify || stage == nullptr ? plan_.rollback.passes
                                                                     : stage->passes;
    std::vector<Verdict> verdicts;
    // Sources that disagree say nothing together: nobody is averaged, and nothing is decided.
    const Reading apart = source_disagreement(window);
    const bool agree = apart.has_value() && apart.value <= plan_.no_data.sources_disagree.ppm;
    for (const Condition& condition : conditions) {
        Verdict verdict = judge_one(state, condition, window);
        if (!agree && condition.metric == "error_rate" && verdict.outcome == Outcome::pass) {
            verdict.outcome = Outcome::inconclusive;
            verdict.reason =
                apart.has_value()
                    ? fmt::format(
                          "Instances missed {} of the requests that were sent to them.",
                          to_text(apart.value, Unit::ppm)
                      )
                    : apart.why;
        }
        verdicts.push_back(std::move(verdict));
    }
    return verdicts;
}

std::vector<Verdict> Assessment::prechecks(Instant now) const {
    std::vector<Verdict> verdicts;
    for (const Precheck& check : plan_.prechecks.checks) {
        if (!check.when) {
            continue;
        }
        const TimeSpan window = before(now, plan_.statistics.looks.window);
        Verdict verdict = judge(
            *check.when,
            read(check.when->metric, window),
            rests_on_requests(check.when->metric) ? plan_.statistics.real_requests : 0
        );
        verdict.criterion = check.check;
        verdicts.push_back(std::move(verdict));
    }
    return verdicts;
}

BaselineTaken Assessment::baseline(const TimeSpan& window) const {
    const BaselinePlan& plan = plan_.baseline;
    BaselineTaken taken{.outcome = Outcome::inconclusive, .span = window, .why = ""};
    const Milliseconds length = std::chrono::duration_cast<Milliseconds>(window.to - window.from);
    const Milliseconds heard = covered(window.from, window.to, {});
    const std::int64_t requests = measured_.counts(TrafficKind::synthetic, window).requests +
                                  measured_.counts(TrafficKind::real, window).requests;
    if (requests < plan.requests) {
        taken.why = fmt::format("{} requests, where {} are needed.", requests, plan.requests);
    } else if (heard.count() * 1'000'000 < length.count() * plan.coverage.ppm) {
        taken.why = fmt::format("{} of {} are covered.", to_text(heard), to_text(length));
    } else {
        const Instant middle = window.from + (window.to - window.from) / 2;
        const RouteSketches first = measured_.routes({.from = window.from, .to = middle});
        const RouteSketches second = measured_.routes({.from = middle, .to = window.to});
        const RegressionPlan& regression = plan_.statistics.regression;
        const auto early = standardised_quantile(first, first, regression);
        const auto late = standardised_quantile(second, first, regression);
        if (!early || !late) {
            taken.why = "Not every route was asked for in both halves.";
            return taken;
        }
        const std::int64_t apart =
            std::abs(compare(*early, *late, regression).ratio_ppm - 1'000'000);
        if (apart > plan.stability.ppm) {
            taken.why = fmt::format("Both halves are {} apart.", to_text(apart, Unit::ppm));
        } else {
            taken.outcome = Outcome::pass;
        }
    }
    return taken;
}

Milliseconds Assessment::covered(Instant since, Instant now, const std::vector<TimeSpan>& pauses)
    const {
    const TimeSpan window{.from = since, .to = now};
    const Milliseconds gap = plan_.statistics.sampling.gap;
    std::vector<TimeSpan> spans = probed(measured_, window);
    for (const std::string& instance : setting_.instances) {
        spans = in_both(spans, launch::covered(measured_.heard(instance, window), gap));
    }
    return length(without(spans, pauses));
}

SourcesSilent Assessment::silence(Instant since, Instant now) const {
    const auto silent_from = [&](Instant heard) {
        return std::chrono::duration_cast<Milliseconds>(now - std::max(since, heard));
    };
    SourcesSilent silent;
    for (const std::string& instance : setting_.instances) {
        const InstanceSample* sample = measured_.last(instance, now);
        silent.inside =
            std::max(silent.inside, silent_from(sample == nullptr ? since : sample->at));
    }
    Instant outside = since;
    for (const ProbeSample* probe : measured_.probes({.from = since, .to = now})) {
        outside = std::max(outside, probe->span.to);
    }
    silent.outside = silent_from(outside);
    return silent;
}

}  // namespace accubooks::launch
