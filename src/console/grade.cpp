#include "console/grade.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace accubooks::console {
namespace {

using launch::Comparison;
using launch::Condition;

int gravity(Grade grade) {
    switch (grade) {
        case Grade::ok:
            return 0;
        case Grade::warn:
            return 1;
        case Grade::no_data:
            return 2;
        case Grade::danger:
            break;
    }
    return 3;
}

/// What is so when the condition isn't; none: it has no one opposite.
std::optional<Condition> opposite(Condition when) {
    switch (when.comparison) {
        case Comparison::below:
            when.comparison = Comparison::at_least;
            return when;
        case Comparison::at_most:
            when.comparison = Comparison::above;
            return when;
        case Comparison::at_least:
            when.comparison = Comparison::below;
            return when;
        case Comparison::above:
            when.comparison = Comparison::at_most;
            return when;
        case Comparison::equal:
            break;
    }
    return std::nullopt;
}

class Collector {
public:
    void add(Grade grade, const Condition& when) {
        std::vector<Threshold>& theirs = all_[when.metric];
        const bool is_there = std::ranges::any_of(theirs, [&](const Threshold& one) {
            return one.grade == grade && one.when.bound == when.bound &&
                   one.when.held_for <= when.held_for;
        });
        // No count is below zero.
        const bool is_never = when.comparison == Comparison::below && when.bound <= 0;
        if (!is_there && !is_never) {
            theirs.push_back({.grade = grade, .when = when});
        }
    }
    void add(Grade grade, const std::vector<Condition>& conditions) {
        for (const Condition& one : conditions) {
            add(grade, one);
        }
    }
    void add_unless(Grade grade, const std::vector<Condition>& wanted) {
        for (const Condition& one : wanted) {
            if (const auto breach = opposite(one)) {
                add(grade, *breach);
            }
        }
    }

    Thresholds take() {
        for (auto& [metric, theirs] : all_) {
            std::ranges::sort(theirs, {}, [](const Threshold& one) {
                return std::tuple{gravity(one.grade), one.when.bound, one.when.held_for};
            });
        }
        return std::move(all_);
    }

private:
    Thresholds all_;
};

}  // namespace

std::string_view to_string(Grade grade) {
    constexpr std::array<std::string_view, 4> kNames{"ok", "warn", "danger", "no_data"};
    return kNames.at(static_cast<std::size_t>(grade));
}

Grade graver(Grade one, Grade other) {
    return gravity(one) >= gravity(other) ? one : other;
}

Thresholds thresholds_of(const launch::Plan& plan) {
    Collector all;
    all.add(Grade::warn, plan.phase1.alerts.warning);
    all.add(Grade::danger, plan.phase1.alerts.critical);
    for (const launch::Alert& alert : plan.phase2.alerts) {
        const bool only_warns = alert.severity == launch::Severity::p2;
        all.add(only_warns ? Grade::warn : Grade::danger, alert.when);
    }
    for (const launch::MonitoredMetric& one : plan.phase2.metrics) {
        if (one.alert) {
            all.add(Grade::danger, *one.alert);
        }
        if (one.target) {
            all.add_unless(Grade::warn, {*one.target});
        }
        all.add_unless(Grade::warn, one.normal.value_or(std::vector<Condition>{}));
    }
    all.add_unless(Grade::warn, plan.phase1.stages.synthetic.passes);
    return all.take();
}

std::optional<Holding::Time> Holding::since(
    const Condition& when, std::optional<std::int64_t> value, Time now
) {
    const std::string name = to_text(when);
    if (!value || !when.holds(*value)) {
        since_.erase(name);
        return std::nullopt;
    }
    return since_.emplace(name, now).first->second;
}

Grade Holding::grade(const Threshold& threshold, std::optional<std::int64_t> value, Time now) {
    if (!value) {
        since(threshold.when, value, now);
        return Grade::no_data;
    }
    const auto began = since(threshold.when, value, now);
    if (!began) {
        return Grade::ok;
    }
    return now - *began >= threshold.when.held_for ? threshold.grade : Grade::warn;
}

Grade Holding::grade(
    const std::vector<Threshold>& thresholds, std::optional<std::int64_t> value, Time now
) {
    Grade gravest = value ? Grade::ok : Grade::no_data;
    for (const Threshold& one : thresholds) {
        gravest = graver(gravest, grade(one, value, now));
    }
    return gravest;
}

}  // namespace accubooks::console
