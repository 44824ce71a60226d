#include <algorithm>

#include <fmt/format.h>

#include "launch/assessment.h"
#include "launch/binomial.h"
#include "launch/coverage.h"
#include "launch/internal/assessment_parts.h"
#include "launch/latency.h"

namespace accubooks::launch {
namespace {

using base::Instant;

// What counts when it was found even once in a window, and what counts as it was found last.
bool is_violation(std::string_view metric) {
    return metric == "integrity_violations" || metric == "isolation_violations" ||
           metric == "trial_balance_violations" || metric == "fingerprint_differences" ||
           metric == "health_failures" || metric == "instance_divergence";
}

std::optional<Regression> beside(
    const RouteSketches& baseline, const RouteSketches& routes, const RegressionPlan& plan
) {
    const auto then = standardised_quantile(baseline, baseline, plan);
    const auto now = standardised_quantile(routes, baseline, plan);
    return then && now ? std::optional{compare(*then, *now, plan)} : std::nullopt;
}

/// The baseline of those routes that were asked for again.
RouteSketches asked_again(RouteSketches baseline, const RouteSketches& routes) {
    std::erase_if(baseline, [&routes](const auto& route) {
        const auto found = routes.find(route.first);
        return found == routes.end() || found->second.count() == 0;
    });
    return baseline;
}

}  // namespace

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

// Who sends which load differs from hour to hour, but for the launch's own.
std::optional<Assessment::Compared> Assessment::regression(
    ExecutionState state, const TimeSpan& window
) const {
    const RegressionPlan& plan = plan_.statistics.regression;
    const RouteSketches routes = measured_.routes(window);
    if (const auto all = beside(baseline_routes_, routes, plan)) {
        return Compared{.regression = *all};
    }
    const bool could_tell =
        measured_.counts(TrafficKind::real, window).requests >= plan_.statistics.real_requests;
    if (could_tell) {
        // Part of the baseline's routes can't say that all is well, but that it isn't.
        const auto part = beside(asked_again(baseline_routes_, routes), routes, plan);
        if (part && part->zone == RegressionZone::worse) {
            return Compared{.regression = *part, .of = Compared::Of::what_was_asked_again};
        }
    }
    const auto own =
        beside(baseline_own_routes_, measured_.routes(window, TrafficKind::synthetic), plan);
    // Users who stay away say nothing of the service. Many who ask for something else might do so
    // because of the new value, and few because it doesn't let them through; on the way back it
    // isn't in force any more.
    const bool stands_for_users =
        state == ExecutionState::rollback_verify || (!could_tell && users_get_through(window));
    if (!own || (!stands_for_users && own->zone != RegressionZone::worse)) {
        return std::nullopt;
    }
    return Compared{.regression = *own, .of = Compared::Of::own_load};
}

bool Assessment::users_get_through(const TimeSpan& window) const {
    const Counts real = measured_.counts(TrafficKind::real, window);
    const NewErrorsPlan& plan = plan_.statistics.new_errors;
    return measured_.timeouts(window) == 0 && measured_.refused_full(window) == 0 &&
           measured_.no_room(window) == 0 &&
           real.errors <= quantile(real.requests, plan.rate, plan.confidence);
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

// Instances that made more connections than the limit in each of the last minutes. A rehearsal has
// no two minutes, only the seconds that its plan leaves of them, and asks several such spans in
// succession: a pool that fills up because of its new maximum makes its connections in one or two
// of them, and one that thrashes goes on making them. Bursts further apart are seen in real time
// alone.
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
    const bool is_short = plan.held_for < kMinute;
    const Milliseconds length =
        is_short ? std::max<Milliseconds>(plan.held_for, std::chrono::seconds{1}) : kMinute;
    const std::int64_t parts = is_short ? plan.short_spans : plan.held_for / kMinute;
    const std::int64_t parts_a_minute = kMinute / length;
    std::map<std::string, std::int64_t> thrashes;
    for (std::int64_t part = 0; part < parts; ++part) {
        const auto made_in = measured_.connects(before(now + -part * length, length));
        if (made_in.empty()) {
            return no_data("No connections were counted.");
        }
        for (const auto& [instance, made] : made_in) {
            const std::int64_t limit = std::max(plan.connects_per_minute, limits[instance]);
            thrashes[instance] += made * parts_a_minute > limit ? 1 : 0;
        }
    }
    const auto count =
        std::ranges::count_if(thrashes, [parts](const auto& one) { return one.second == parts; });
    return value(count, parts);
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
        const TimeSpan part = before(end, plan.held_for);
        Reading mean = mean_fact("database_cpu", part);
        if (!mean.has_value() && length(probed(measured_, part)) < plan.held_for) {
            continue;  // nobody listened, and it isn't covered time either
        }
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
        if (probe->span.from > heard) {
            // Nobody probed, as when one driver followed another: that is no gap of the service,
            // and no proof that there was none, so it isn't covered time either.
            longest = std::max(longest, heard - last_success);
            last_success = probe->span.from;
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
    if (outside == 0) {
        return no_data("The load tool sent nothing.");
    }
    const Proportion missed{.hits = std::max<std::int64_t>(0, outside - inside), .trials = outside};
    return value(missed.ppm(), outside);
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

}  // namespace accubooks::launch
