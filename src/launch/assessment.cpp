#include "launch/assessment.h"

#include <algorithm>

#include <fmt/format.h>

#include "launch/binomial.h"
#include "launch/coverage.h"
#include "launch/error_rules.h"
#include "launch/latency.h"

namespace accubooks::launch {
namespace {

using base::Instant;

constexpr std::int64_t kNanosecondsPerMicrosecond = 1000;
constexpr std::chrono::minutes kMinute{1};

Proportion proportion(const Counts& counts) {
    return {.hits = counts.errors, .trials = counts.requests};
}

Reading no_data(std::string why) {
    return {.kind = ReadingKind::no_data, .why = std::move(why)};
}

Reading value(std::int64_t of, std::int64_t samples) {
    return {.kind = ReadingKind::value, .value = of, .samples = samples};
}

std::int64_t to_us(std::int64_t nanoseconds) {
    return (nanoseconds + kNanosecondsPerMicrosecond - 1) / kNanosecondsPerMicrosecond;
}

TimeSpan before(Instant now, Milliseconds length) {
    return {.from = now + -length, .to = now};
}

// The nearest rank, as the load tool counts it: of 500 the 95th percentile is the 475th.
std::int64_t nearest_rank(const std::vector<std::int64_t>& sorted, Ratio quantile) {
    const auto count = static_cast<std::int64_t>(sorted.size());
    const std::int64_t rank = (count * quantile.ppm + 999'999) / 1'000'000;
    return sorted.at(static_cast<std::size_t>(std::max<std::int64_t>(rank, 1) - 1));
}

std::optional<Ratio> quantile_named(std::string_view metric) {
    if (metric == "latency_p50") {
        return Ratio{500'000};
    }
    if (metric == "latency_p95") {
        return Ratio{950'000};
    }
    if (metric == "latency_p99") {
        return Ratio{990'000};
    }
    return std::nullopt;
}

// What counts when it was found even once in a window, and what counts as it was found last.
bool is_violation(std::string_view metric) {
    return metric == "integrity_violations" || metric == "isolation_violations" ||
           metric == "trial_balance_violations" || metric == "fingerprint_differences" ||
           metric == "health_failures" || metric == "instance_divergence";
}

}  // namespace

Assessment::Assessment(const Plan& plan, const Setting& setting, const Measurements& measured)
    : all_{plan}, plan_{plan.phase1}, setting_{setting}, measured_{measured} {
    if (setting.baseline) {
        baseline_routes_ = measured.routes(*setting.baseline);
    }
}

// ── Readings ────────────────────────────────────────────────────────────────────────────────────

Reading Assessment::error_rate(const TimeSpan& window) const {
    const Proportion real = proportion(measured_.counts(TrafficKind::real, window));
    const Proportion inside = proportion(measured_.counts(TrafficKind::synthetic, window));
    const Proportion outside = proportion(measured_.load(window));
    std::optional<Proportion> worst;
    const auto consider = [&worst](Proportion one) {
        if (!worst || one.ppm() > worst->ppm()) {
            worst = one;
        }
    };
    if (inside.trials > 0) {
        consider(inside);
    }
    if (outside.trials > 0) {
        consider(outside);
    }
    if (real.trials >= plan_.statistics.real_requests) {
        consider(real);
    }
    if (!worst) {
        return no_data("Too few requests were answered.");
    }
    const Ratio confidence = plan_.statistics.smoke.confidence;
    Reading reading = value(worst->ppm(), worst->trials);
    reading.low = lower_bound_ppm(*worst, confidence);
    reading.high = upper_bound_ppm(*worst, confidence);
    return reading;
}

Reading Assessment::new_errors(const TimeSpan& window) const {
    const Counts real = measured_.counts(TrafficKind::real, window);
    const Counts inside = measured_.counts(TrafficKind::synthetic, window);
    const Counts outside = measured_.load(window);
    // Of one request both sources may say that it failed; the one that says so more often counts.
    const std::int64_t errors = real.errors + std::max(inside.errors, outside.errors);
    const std::int64_t requests = real.requests + std::max(inside.requests, outside.requests);
    if (requests == 0) {
        return no_data("No request was answered.");
    }
    const NewErrorsPlan& plan = plan_.statistics.new_errors;
    const std::int64_t chance = quantile(requests, plan.rate, plan.confidence);
    return value(std::max<std::int64_t>(0, errors - chance), requests);
}

Reading Assessment::latency(Ratio quantile, const TimeSpan& window) const {
    std::optional<QuantileInterval> worst;
    std::int64_t all = 0;
    for (const TrafficKind traffic : {TrafficKind::real, TrafficKind::synthetic}) {
        const base::Sketch sketch = measured_.latencies(traffic, window);
        const auto count = static_cast<std::int64_t>(sketch.count());
        all += count;
        if (count == 0 ||
            (traffic == TrafficKind::real && count < plan_.statistics.real_requests)) {
            continue;
        }
        RegressionPlan plan = plan_.statistics.regression;
        plan.quantile = quantile;
        const RouteSketches one{{"all", sketch}};
        const auto interval = standardised_quantile(one, one, plan);
        if (!worst || interval->value > worst->value) {
            worst = interval;
        }
    }
    if (!worst) {
        return no_data(fmt::format("Only {} latencies were measured.", all));
    }
    Reading reading = value(to_us(worst->value), worst->samples);
    reading.low = to_us(worst->low);
    reading.high = to_us(worst->high);
    return reading;
}

std::optional<Regression> Assessment::regression(const TimeSpan& window) const {
    const RegressionPlan& plan = plan_.statistics.regression;
    const auto then = standardised_quantile(baseline_routes_, baseline_routes_, plan);
    const auto now = standardised_quantile(measured_.routes(window), baseline_routes_, plan);
    return then && now ? std::optional{compare(*then, *now, plan)} : std::nullopt;
}

Reading Assessment::pool_max(std::int64_t wanted, const TimeSpan& window) const {
    std::int64_t found = wanted;
    for (const std::string& instance : setting_.instances) {
        const InstanceSample* sample = measured_.last(instance, window.to);
        if (sample == nullptr || window.to - sample->at > plan_.statistics.sampling.gap) {
            return no_data(fmt::format("{} doesn't say what it runs on.", instance));
        }
        found = sample->pool_max == wanted ? found : sample->pool_max;
    }
    return value(found, static_cast<std::int64_t>(setting_.instances.size()));
}

Reading Assessment::utilisation(const TimeSpan& window) const {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(window.to - window.from);
    const std::int64_t requests = measured_.counts(TrafficKind::real, window).requests +
                                  measured_.counts(TrafficKind::synthetic, window).requests;
    const Ratio share = plan_.statistics.normal_load;
    const std::int64_t floor =
        plan_.workload.rate_per_second * seconds.count() * share.ppm / 1'000'000;
    if (requests < floor) {
        return no_data(fmt::format("{} requests are less than a normal load.", requests));
    }
    // An hour's mean hides a bad quarter, so the worst window of a look counts.
    const Milliseconds length = plan_.statistics.looks.window;
    std::optional<Ratio> worst;
    Instant end = window.to;
    do {
        const TimeSpan part{.from = std::max(window.from, end + -length), .to = end};
        if (const auto found = measured_.utilisation(part)) {
            worst = Ratio{std::max(worst.value_or(Ratio{}).ppm, found->ppm)};
        }
        end = end + -length;
    } while (end > window.from);
    return worst ? value(worst->ppm, requests) : no_data("No pool was measured.");
}

Reading Assessment::connection_wait(const TimeSpan& window) const {
    const base::Sketch waits = measured_.waits(window);
    if (waits.count() == 0) {
        return no_data("No wait for a connection was measured.");
    }
    return value(
        to_us(static_cast<std::int64_t>(waits.quantile(0.95))),
        static_cast<std::int64_t>(waits.count())
    );
}

// Instances that made more connections than the limit in each of the last minutes.
Reading Assessment::thrashing(Instant now) const {
    const ThrashingPlan& plan = plan_.statistics.thrashing;
    std::map<std::string, std::int64_t> limits;
    if (setting_.baseline) {
        const auto length = setting_.baseline->to - setting_.baseline->from;
        const std::int64_t minutes = std::max<std::int64_t>(1, length / kMinute);
        for (const auto& [instance, made] : measured_.connects(*setting_.baseline)) {
            limits[instance] = plan.times_baseline * made / minutes;
        }
    }
    const std::int64_t minutes = std::max<std::int64_t>(1, plan.held_for / kMinute);
    std::map<std::string, std::int64_t> thrashes;
    for (std::int64_t minute = 0; minute < minutes; ++minute) {
        const auto made_in = measured_.connects(before(now + -minute * kMinute, kMinute));
        if (made_in.empty()) {
            return no_data("No connections were counted.");
        }
        for (const auto& [instance, made] : made_in) {
            const std::int64_t limit = std::max(plan.connects_per_minute, limits[instance]);
            thrashes[instance] += made > limit ? 1 : 0;
        }
    }
    const auto count = std::ranges::count_if(thrashes, [minutes](const auto& one) {
        return one.second == minutes;
    });
    return value(count, minutes);
}

Reading Assessment::mean_fact(std::string_view metric, const TimeSpan& window) const {
    std::int64_t sum = 0;
    std::int64_t count = 0;
    for (const FactSample* fact : measured_.facts(metric, window)) {
        if (fact->reading.has_value()) {
            sum += fact->reading.value;
            ++count;
        }
    }
    return count == 0 ? no_data(fmt::format("{} has no reading.", metric))
                      : value(sum / count, count);
}

Reading Assessment::largest_fact(std::string_view metric, const TimeSpan& window) const {
    const auto facts = measured_.facts(metric, window);
    if (facts.empty()) {
        return no_data(fmt::format("{} wasn't looked at.", metric));
    }
    if (!is_violation(metric)) {
        return facts.back()->reading;
    }
    Reading worst;
    for (const FactSample* fact : facts) {
        if (!fact->reading.has_value()) {
            worst = worst.has_value() && worst.value > 0 ? worst : fact->reading;
        } else if (worst.kind == ReadingKind::not_evaluated || fact->reading.value > worst.value) {
            worst = fact->reading;
        }
    }
    worst.samples = static_cast<std::int64_t>(facts.size());
    return worst;
}

Reading Assessment::cpu_spikes(const TimeSpan& window) const {
    const CpuSpikePlan& plan = plan_.statistics.cpu_spike;
    if (!setting_.baseline) {
        return no_data("There is no baseline of the database's CPU.");
    }
    Reading base = mean_fact("database_cpu", *setting_.baseline);
    if (!base.has_value()) {
        return base;
    }
    std::int64_t spikes = 0;
    std::int64_t parts = 0;
    for (Instant end = window.to; end + -plan.held_for >= window.from; end = end + -plan.held_for) {
        Reading mean = mean_fact("database_cpu", before(end, plan.held_for));
        if (!mean.has_value()) {
            return mean;
        }
        ++parts;
        spikes += mean.value > base.value + plan.points_over_baseline.ppm ? 1 : 0;
    }
    return parts == 0 ? no_data("The window is too short for a spike.") : value(spikes, parts);
}

Reading Assessment::success_gap(const TimeSpan& window) const {
    std::chrono::microseconds longest{};
    std::int64_t sent = 0;
    Instant last_success = window.from;
    Instant heard = window.from;
    for (const ProbeSample* probe : measured_.probes(window)) {
        if (probe->span.from - heard > plan_.statistics.sampling.gap) {
            // Nobody probed: that is no gap of the service, and no proof that there was none.
            return no_data("The prober was silent.");
        }
        heard = std::max(heard, probe->span.to);
        sent += probe->counts.requests;
        longest = std::max<std::chrono::microseconds>(longest, probe->longest_gap);
        if (probe->first_success) {
            longest = std::max(longest, *probe->first_success - last_success);
            last_success =
                std::max(last_success, probe->last_success.value_or(*probe->first_success));
        }
    }
    if (sent == 0 || window.to - heard > plan_.statistics.sampling.gap) {
        return no_data("The prober was silent.");
    }
    longest = std::max(longest, heard - last_success);
    return value(std::chrono::duration_cast<Milliseconds>(longest).count(), sent);
}

Reading Assessment::source_disagreement(const TimeSpan& window) const {
    const std::int64_t inside = measured_.counts(TrafficKind::synthetic, window).requests;
    const std::int64_t outside = measured_.load(window).requests;
    const std::int64_t more = std::max(inside, outside);
    if (more == 0) {
        return no_data("Neither source counted a synthetic request.");
    }
    const Proportion difference{.hits = more - std::min(inside, outside), .trials = more};
    return value(difference.ppm(), more);
}

// A count of what instances tell is only worth something if they told it.
Reading Assessment::counted(std::int64_t count, const TimeSpan& window) const {
    for (const std::string& instance : setting_.instances) {
        if (measured_.heard(instance, window).size() < 2) {
            return no_data(fmt::format("{} wasn't heard.", instance));
        }
    }
    return setting_.instances.empty()
               ? no_data("There are no instances.")
               : value(count, static_cast<std::int64_t>(setting_.instances.size()));
}

Reading Assessment::read(std::string_view metric, const TimeSpan& window) const {
    if (const auto quantile = quantile_named(metric)) {
        return latency(*quantile, window);
    }
    if (metric == "error_rate") {
        return error_rate(window);
    }
    if (metric == "new_errors") {
        return new_errors(window);
    }
    if (metric == "pool_utilisation") {
        return utilisation(window);
    }
    if (metric == "connection_wait_p95") {
        return connection_wait(window);
    }
    if (metric == "connection_timeouts") {
        return counted(measured_.timeouts(window), window);
    }
    if (metric == "pool_exhausted") {
        return counted(measured_.refused_full(window), window);
    }
    if (metric == "too_many_connections") {
        return counted(measured_.no_room(window), window);
    }
    if (metric == "connection_thrashing") {
        return thrashing(window.to);
    }
    if (metric == "cpu_spikes") {
        return cpu_spikes(window);
    }
    if (metric == "database_cpu") {
        return mean_fact(metric, window);
    }
    if (metric == "success_gap") {
        return success_gap(window);
    }
    if (metric == "source_disagreement") {
        return source_disagreement(window);
    }
    return largest_fact(metric, window);
}

// ── Verdicts ────────────────────────────────────────────────────────────────────────────────────

std::int64_t Assessment::samples_needed(ExecutionState state, const Condition& condition) const {
    const Statistics& statistics = plan_.statistics;
    const bool is_final = state == ExecutionState::sustained;
    if (condition.metric == "error_rate" || quantile_named(condition.metric)) {
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
    const auto found = regression(window);
    if (!found) {
        verdict.reading = no_data("There is no baseline, or routes of it weren't asked for.");
        verdict.reason = verdict.reading.why;
        return verdict;
    }
    verdict.reading = value(found->rise_ppm(), found->samples);
    verdict.reading.low = found->low_ppm - 1'000'000;
    verdict.reading.high = found->high_ppm - 1'000'000;
    verdict.reason = fmt::format(
        "The ratio is {} % of the baseline, between {} and {}, of {} samples.",
        found->ratio_ppm / 10'000,
        found->low_ppm / 10'000,
        found->high_ppm / 10'000,
        found->samples
    );
    const bool enough = found->samples >= verdict.samples_needed;
    const bool is_final = state == ExecutionState::sustained;
    const bool is_above = !condition.holds(found->rise_ppm());
    if (found->zone == RegressionZone::worse || (is_final && enough && is_above)) {
        verdict.outcome = Outcome::fail;
    } else if (enough && !is_above && (!is_final || found->zone == RegressionZone::unchanged)) {
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
    const bool disagree = apart.has_value() && apart.value > plan_.no_data.sources_disagree.ppm;
    for (const Condition& condition : conditions) {
        Verdict verdict = judge_one(state, condition, window);
        if (disagree && condition.metric == "error_rate" && verdict.outcome == Outcome::pass) {
            verdict.outcome = Outcome::inconclusive;
            verdict.reason = fmt::format(
                "The two sources' counts are {} apart.", to_text(apart.value, Unit::ppm)
            );
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
        const bool by_requests =
            check.when->metric == "error_rate" || quantile_named(check.when->metric).has_value();
        const TimeSpan window = before(now, plan_.statistics.looks.window);
        Verdict verdict = judge(
            *check.when,
            read(check.when->metric, window),
            by_requests ? plan_.statistics.real_requests : 0
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

// ── Triggers ────────────────────────────────────────────────────────────────────────────────────

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

std::optional<std::string> Assessment::regression_fires(Instant now) const {
    const LooksPlan& plan = plan_.statistics.looks;
    const auto spans = looks(now, plan.consecutive);
    if (static_cast<std::int64_t>(spans.size()) < plan.consecutive) {
        return std::nullopt;
    }
    std::int64_t last = 0;
    for (const TimeSpan& look : spans) {
        const auto found = regression(look);
        base::Sketch all = measured_.latencies(TrafficKind::synthetic, look);
        all.merge(measured_.latencies(TrafficKind::real, look));
        if (!found || found->zone != RegressionZone::worse ||
            found->samples < launch::samples_needed(all, plan)) {
            return std::nullopt;
        }
        last = found->rise_ppm();
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
        return regression_fires(now);
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
    return fmt::format("It is {}.", to_text(reading.value, metric->unit));
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

// ── Coverage ────────────────────────────────────────────────────────────────────────────────────

Milliseconds Assessment::covered(Instant since, Instant now, const std::vector<TimeSpan>& pauses)
    const {
    const TimeSpan window{.from = since, .to = now};
    const Milliseconds gap = plan_.statistics.sampling.gap;
    std::vector<TimeSpan> spans;
    for (const ProbeSample* probe : measured_.probes(window)) {
        const TimeSpan part{
            .from = std::max(since, probe->span.from), .to = std::min(now, probe->span.to)
        };
        if (!spans.empty() && part.from - spans.back().to <= gap) {
            spans.back().to = std::max(spans.back().to, part.to);
        } else {
            spans.push_back(part);
        }
    }
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
