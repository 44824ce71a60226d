#include "launch/execution_view.h"

#include <algorithm>

#include <fmt/format.h>

#include "launch/execution_json.h"
#include "launch/internal/verdict_fields.h"

namespace accubooks::launch {
namespace {

/// In which state the criteria count, through a pause.
ExecutionState judged_state(const Execution& execution) {
    return execution.state == ExecutionState::paused ? execution.paused_from : execution.state;
}

bool is_judged(const Attempt& attempt) {
    return attempt.execution.state == ExecutionState::rollback_verify ||
           attempt.execution.stage(attempt.plan) != nullptr;
}

std::string waits_for(const std::vector<CheckOutcome>& checks) {
    std::string text;
    for (const CheckOutcome& check : checks) {
        if (check.outcome == Outcome::inconclusive) {
            text += fmt::format(
                "{}{}: {}", text.empty() ? "Waiting for " : " ", check.check, check.why
            );
        }
    }
    return text.empty() ? "Every pre-check is known; what must stay as it is gets its fingerprint."
                        : text;
}

/// Why the next state isn't there yet; empty at the end.
std::string why_not_yet(const Attempt& attempt, const ExecutionView& view) {
    const Execution& execution = attempt.execution;
    switch (execution.state) {
        case ExecutionState::precheck:
            return waits_for(view.checks);
        case ExecutionState::apply:
        case ExecutionState::rolling_back:
        case ExecutionState::rollback_failed:
            return fmt::format(
                "{} of {} instances run on the ordered values.",
                execution.acknowledged.size(),
                execution.terms.instances.size()
            );
        case ExecutionState::paused:
            return execution.is_touched()
                       ? "Paused; a person resumes, or it rolls back at its deadline."
                       : "Paused before anything was changed; a person resumes, or it is cancelled "
                         "at its deadline.";
        case ExecutionState::finalise:
            return execution.is_on_one_source
                       ? "Nothing is confirmed for good before the outside source is heard again."
                       : "The values are confirmed for good.";
        case ExecutionState::baseline:
        case ExecutionState::soak:
        case ExecutionState::immediate:
        case ExecutionState::synthetic:
        case ExecutionState::sustained:
        case ExecutionState::rollback_verify:
            break;
        case ExecutionState::succeeded:
        case ExecutionState::rolled_back:
        case ExecutionState::rehearsed:
        case ExecutionState::cancelled:
        case ExecutionState::failed_manual:
            return "";
    }
    if (view.covered < view.window) {
        return fmt::format(
            "{} of {} are measured.",
            to_spoken_text(view.covered.count() / 1000 * 1000, Unit::ms),
            to_spoken_text((view.window.count() + 999) / 1000 * 1000, Unit::ms)
        );
    }
    for (const Verdict& verdict : view.criteria) {
        if (verdict.outcome != Outcome::pass && verdict.outcome != Outcome::not_applicable) {
            return fmt::format("{}: {}", verdict.criterion, verdict.reason);
        }
    }
    return "";
}

/// Of what is judged by itself, not by comparing it with the baseline.
std::map<std::string, std::int64_t, std::less<>> baseline_of(
    const Assessment& assessment, const std::vector<Verdict>& criteria, const TimeSpan& span
) {
    std::map<std::string, std::int64_t, std::less<>> values;
    for (const Verdict& verdict : criteria) {
        const auto condition = parse_condition(verdict.criterion);
        if (!condition || condition->metric == "latency_regression") {
            continue;
        }
        const Reading reading = assessment.read(condition->metric, span);
        if (reading.has_value()) {
            values.emplace(condition->metric, reading.value);
        }
    }
    return values;
}

std::optional<std::string> text_of(std::optional<std::int64_t> value, const Metric* metric) {
    if (!value) {
        return std::nullopt;
    }
    return metric != nullptr ? to_spoken_text(*value, metric->unit) : std::to_string(*value);
}

void write(base::JsonWriter& json, const Verdict& verdict, const ExecutionView& view) {
    const auto condition = parse_condition(verdict.criterion);
    const Metric* const metric = condition ? find_metric(condition->metric) : nullptr;
    const Reading& reading = verdict.reading;
    const auto before = view.baseline.find(condition ? condition->metric : std::string{});
    const auto baseline =
        before != view.baseline.end() ? std::optional{before->second} : std::nullopt;
    const auto found = reading.has_value() ? std::optional{reading.value} : std::nullopt;
    json.begin_object()
        .member("criterion", verdict.criterion)
        .member("outcome", to_string(verdict.outcome))
        .member("kind", name_of(reading.kind));
    // A figure only where there is one, so that nobody takes a zero for good.
    json.member("value", found)
        .member("text", text_of(found, metric))
        .member("bound", condition ? std::optional{condition->bound} : std::nullopt)
        .member("baseline", baseline)
        .member("baseline_text", text_of(baseline, metric))
        .member("low", reading.low)
        .member("high", reading.high)
        .member("samples", reading.samples)
        .member("samples_needed", verdict.samples_needed)
        .member("reason", verdict.reason)
        .end_object();
}

void write(base::JsonWriter& json, const std::vector<CheckOutcome>& checks) {
    json.key("checks").begin_array();
    for (const CheckOutcome& check : checks) {
        json.begin_object()
            .member("check", check.check)
            .member("outcome", to_string(check.outcome))
            .member("why", check.why)
            .end_object();
    }
    json.end_array();
}

void write(
    base::JsonWriter& json,
    std::string_view name,
    const std::vector<Verdict>& verdicts,
    const ExecutionView& view
) {
    json.key(name).begin_array();
    for (const Verdict& verdict : verdicts) {
        write(json, verdict, view);
    }
    json.end_array();
}

}  // namespace

ExecutionView view_of(
    const Attempt& attempt,
    const Measurements& measured,
    const std::vector<CheckOutcome>& checks,
    base::Instant now
) {
    const Execution& execution = attempt.execution;
    const Setting setting{
        .instances = execution.terms.instances,
        .baseline = execution.baseline,
        .applied_at = execution.applied_at.value_or(execution.started_at),
    };
    const Assessment assessment{attempt.plan, setting, measured};
    const base::Instant until = is_final(execution.state) ? execution.last_at : now;
    ExecutionView view{.at = until, .window = execution.window(attempt.plan)};
    view.checks = execution.state == ExecutionState::precheck ? checks : execution.checks;
    const base::Instant since = execution.entered_at;
    if (view.window > Milliseconds{0}) {
        view.covered = std::min(assessment.covered(since, until, execution.pauses), view.window);
    }
    if (is_judged(attempt)) {
        view.criteria = assessment.stage(judged_state(execution), {.from = since, .to = until});
        if (execution.baseline) {
            view.baseline = baseline_of(assessment, view.criteria, *execution.baseline);
        }
    }
    if (execution.is_holding()) {
        view.triggers = assessment.triggers(execution.state, since, until);
        view.silence = assessment.silence(since, until);
    }
    return view;
}

std::string view_json(const Attempt& attempt, const ExecutionView& view) {
    const Execution& execution = attempt.execution;
    const auto left = execution.deadline - view.at;
    base::JsonWriter json;
    json.begin_object()
        .member("at", base::to_rfc3339(view.at))
        .key("execution")
        .raw(execution_json(attempt))
        .member("covered_ms", std::int64_t{view.covered.count()})
        .member("window_ms", std::int64_t{view.window.count()})
        .member(
            "deadline_in_ms",
            is_final(execution.state)
                ? std::nullopt
                : std::optional{std::chrono::duration_cast<Milliseconds>(left).count()}
        )
        .member("why_not_yet", why_not_yet(attempt, view))
        .member("silent_inside_ms", std::int64_t{view.silence.inside.count()})
        .member("silent_outside_ms", std::int64_t{view.silence.outside.count()});
    write(json, view.checks);
    write(json, "criteria", view.criteria, view);
    write(json, "triggers", view.triggers, view);
    json.end_object();
    return std::move(json).take();
}

}  // namespace accubooks::launch
