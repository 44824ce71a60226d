#include "launch/measurement.h"

#include <algorithm>

#include "base/canonical_json.h"
#include "launch/binomial.h"
#include "launch/internal/measurement_fields.h"
#include "launch/internal/yaml.h"

namespace accubooks::launch {
namespace {

using base::Instant;

// A sample with the sketches of a hundred routes is below.
constexpr std::size_t kLineBytesMax = 4'194'304;

bool is_within(const TimeSpan& span, const TimeSpan& window) {
    return span.from >= window.from && span.to <= window.to;
}

Counts operator+(const Counts& left, const Counts& right) {
    return {.requests = left.requests + right.requests, .errors = left.errors + right.errors};
}

const Counts& of(const InstanceSample& sample, TrafficKind traffic) {
    return traffic == TrafficKind::real ? sample.real : sample.synthetic;
}

Counts since(const Counts& later, const Counts& earlier) {
    return {.requests = later.requests - earlier.requests, .errors = later.errors - earlier.errors};
}

// A sketch that isn't one's own later self can't be subtracted; its time is told by nothing, so it
// is left out and misses as samples.
void add_since(base::Sketch& sum, const base::Sketch& later, const base::Sketch* earlier) {
    if (earlier == nullptr) {
        sum.merge(later);
    } else if (const auto between = later.since(*earlier)) {
        sum.merge(*between);
    }
}

std::string key_of(const RouteSample& route) {
    return route.route + " " + std::string{name_of(route.traffic)};
}

const RouteSample* find_route(const InstanceSample* sample, const RouteSample& like) {
    if (sample == nullptr) {
        return nullptr;
    }
    const auto found = std::ranges::find_if(*sample->routes, [&like](const RouteSample& one) {
        return one.route == like.route && one.traffic == like.traffic;
    });
    return found == sample->routes->end() ? nullptr : &*found;
}

}  // namespace

std::string to_json(const Measurement& measurement) {
    auto text = base::canonical_json(RecordWriter::json_of(measurement));
    base::ensure(text.has_value(), "measurements hold plain texts and whole numbers");
    return *std::move(text);
}

base::Result<Measurement> parse_measurement(std::string_view json) {
    return read_record<Measurement>(parse_json_tree(json, kLineBytesMax), Form::canonical);
}

void Measurements::add(Measurement measurement) {
    if (auto* sample = std::get_if<InstanceSample>(&measurement)) {
        std::vector<Boot>& boots = instances_[sample->instance];
        if (boots.empty() || boots.back().id != sample->boot_id) {
            boots.push_back({.id = sample->boot_id, .samples = {}});
        }
        std::vector<InstanceSample>& samples = boots.back().samples;
        // The clock was set back: this sample adds nothing to what is known.
        if (samples.empty() || samples.back().at < sample->at) {
            samples.push_back(std::move(*sample));
        }
    } else if (auto* load = std::get_if<LoadSample>(&measurement)) {
        loads_.push_back(std::move(*load));
    } else if (auto* probe = std::get_if<ProbeSample>(&measurement)) {
        probes_.push_back(*probe);
    } else if (auto* fact = std::get_if<FactSample>(&measurement)) {
        facts_[fact->metric].push_back(std::move(*fact));
    }
}

std::vector<Measurements::Change> Measurements::changes(const TimeSpan& window, Which which) const {
    const auto is_wanted = [which](const InstanceSample& sample) {
        return which == Which::any || (sample.routes && sample.wait);
    };
    const auto last_until = [&is_wanted](const std::vector<InstanceSample>& samples, Instant at) {
        auto end = std::ranges::upper_bound(samples, at, {}, &InstanceSample::at);
        while (end != samples.begin() && !is_wanted(*std::prev(end))) {
            --end;
        }
        return end == samples.begin() ? nullptr : &*std::prev(end);
    };
    std::vector<Change> all;
    for (const auto& [name, boots] : instances_) {
        for (const Boot& boot : boots) {
            const InstanceSample* later = last_until(boot.samples, window.to);
            if (later == nullptr || later->at <= window.from) {
                continue;
            }
            const InstanceSample* earlier = last_until(boot.samples, window.from);
            if (earlier == nullptr && &boot == &boots.front()) {
                // It ran before anybody looked: what came before the first look isn't of the
                // window.
                const auto first = std::ranges::find_if(boot.samples, is_wanted);
                earlier = &*first;
            }
            all.push_back({.instance = &name, .later = later, .earlier = earlier});
        }
    }
    return all;
}

Counts Measurements::counts(TrafficKind traffic, const TimeSpan& window) const {
    Counts sum;
    for (const Change& change : changes(window, Which::any)) {
        sum = sum + since(
                        of(*change.later, traffic),
                        change.earlier == nullptr ? Counts{} : of(*change.earlier, traffic)
                    );
    }
    return sum;
}

std::int64_t Measurements::sum(const TimeSpan& window, std::int64_t InstanceSample::* figure)
    const {
    std::int64_t all = 0;
    for (const Change& change : changes(window, Which::any)) {
        all += change.later->*figure - (change.earlier == nullptr ? 0 : change.earlier->*figure);
    }
    return all;
}

std::int64_t Measurements::timeouts(const TimeSpan& window) const {
    return sum(window, &InstanceSample::timeouts);
}
std::int64_t Measurements::refused_full(const TimeSpan& window) const {
    return sum(window, &InstanceSample::refused_full);
}
std::int64_t Measurements::no_room(const TimeSpan& window) const {
    return sum(window, &InstanceSample::no_room);
}

RouteSketches Measurements::routes(const TimeSpan& window, std::optional<TrafficKind> only) const {
    RouteSketches all;
    for (const Change& change : changes(window, Which::with_sketches)) {
        for (const RouteSample& route : *change.later->routes) {
            if (only && route.traffic != *only) {
                continue;
            }
            const RouteSample* before = find_route(change.earlier, route);
            add_since(all[key_of(route)], route.took, before == nullptr ? nullptr : &before->took);
        }
    }
    return all;
}

base::Sketch Measurements::latencies(TrafficKind traffic, const TimeSpan& window) const {
    base::Sketch all;
    for (const Change& change : changes(window, Which::with_sketches)) {
        for (const RouteSample& route : *change.later->routes) {
            if (route.traffic == traffic) {
                const RouteSample* before = find_route(change.earlier, route);
                add_since(all, route.took, before == nullptr ? nullptr : &before->took);
            }
        }
    }
    return all;
}

base::Sketch Measurements::waits(const TimeSpan& window) const {
    base::Sketch all;
    for (const Change& change : changes(window, Which::with_sketches)) {
        add_since(
            all, *change.later->wait, change.earlier == nullptr ? nullptr : &*change.earlier->wait
        );
    }
    return all;
}

std::map<std::string, std::int64_t> Measurements::connects(const TimeSpan& window) const {
    std::map<std::string, std::int64_t> all;
    for (const Change& change : changes(window, Which::any)) {
        all[*change.instance] +=
            change.later->created - (change.earlier == nullptr ? 0 : change.earlier->created);
    }
    return all;
}

std::optional<Ratio> Measurements::utilisation(const TimeSpan& window) const {
    std::optional<Ratio> worst;
    for (const Change& change : changes(window, Which::any)) {
        const InstanceSample none{};
        const InstanceSample& earlier = change.earlier == nullptr ? none : *change.earlier;
        const std::int64_t could = change.later->max_us - earlier.max_us;
        if (could > 0) {
            const Proportion used{.hits = change.later->used_us - earlier.used_us, .trials = could};
            worst = Ratio{std::max(worst.value_or(Ratio{}).ppm, used.ppm())};
        }
    }
    return worst;
}

std::vector<Measurements::Block> Measurements::blocks(TrafficKind traffic, const TimeSpan& window)
    const {
    std::vector<Block> all;
    for (const auto& [name, boots] : instances_) {
        for (const Boot& boot : boots) {
            for (std::size_t at = 1; at < boot.samples.size(); ++at) {
                const InstanceSample& before = boot.samples[at - 1];
                const InstanceSample& after = boot.samples[at];
                if (before.at >= window.from && after.at <= window.to) {
                    all.push_back({
                        .span = {.from = before.at, .to = after.at},
                        .counts = since(of(after, traffic), of(before, traffic)),
                    });
                }
            }
        }
    }
    std::ranges::sort(all, {}, [](const Block& block) {
        return std::pair{block.span.to, block.span.from};
    });
    return all;
}

std::vector<Measurements::Block> Measurements::load_blocks(const TimeSpan& window) const {
    std::vector<Block> all;
    for (const LoadSample& load : loads_) {
        if (is_within(load.span, window)) {
            all.push_back({.span = load.span, .counts = load.counts});
        }
    }
    return all;
}

const InstanceSample* Measurements::last(std::string_view instance, Instant at) const {
    const auto found = instances_.find(instance);
    const InstanceSample* newest = nullptr;
    if (found != instances_.end()) {
        for (const Boot& boot : found->second) {
            for (const InstanceSample& sample : boot.samples) {
                newest = sample.at <= at ? &sample : newest;
            }
        }
    }
    return newest;
}

std::vector<Instant> Measurements::heard(std::string_view instance, const TimeSpan& window) const {
    std::vector<Instant> times;
    if (const auto found = instances_.find(instance); found != instances_.end()) {
        for (const Boot& boot : found->second) {
            for (const InstanceSample& sample : boot.samples) {
                if (sample.at >= window.from && sample.at <= window.to) {
                    times.push_back(sample.at);
                }
            }
        }
    }
    return times;
}

Counts Measurements::load(const TimeSpan& window) const {
    Counts sum;
    for (const Block& block : load_blocks(window)) {
        sum = sum + block.counts;
    }
    return sum;
}

Counts Measurements::smoke(const TimeSpan& window) const {
    Counts sum;
    for (const LoadSample& load : loads_) {
        if (load.purpose == LoadPurpose::smoke && is_within(load.span, window)) {
            sum = sum + load.counts;
        }
    }
    return sum;
}

std::vector<std::int64_t> Measurements::smoke_latencies_us(const TimeSpan& window) const {
    std::vector<std::int64_t> all;
    for (const LoadSample& load : loads_) {
        if (load.purpose == LoadPurpose::smoke && load.latencies_us &&
            is_within(load.span, window)) {
            all.insert(all.end(), load.latencies_us->begin(), load.latencies_us->end());
        }
    }
    std::ranges::sort(all);
    return all;
}

std::vector<const ProbeSample*> Measurements::probes(const TimeSpan& window) const {
    std::vector<const ProbeSample*> all;
    for (const ProbeSample& probe : probes_) {
        if (probe.span.to > window.from && probe.span.from < window.to) {
            all.push_back(&probe);
        }
    }
    return all;
}

std::vector<const FactSample*> Measurements::facts(std::string_view metric, const TimeSpan& window)
    const {
    std::vector<const FactSample*> all;
    if (const auto found = facts_.find(metric); found != facts_.end()) {
        for (const FactSample& fact : found->second) {
            if (fact.at >= window.from && fact.at <= window.to) {
                all.push_back(&fact);
            }
        }
    }
    return all;
}

}  // namespace accubooks::launch
