#include "launch/execution.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/canonical_json.h"
#include "launch/internal/execution_fields.h"
#include "launch/internal/yaml.h"

namespace accubooks::launch {
namespace {

using base::Instant;

constexpr std::size_t kEventBytesMax = 1'048'576;

// Where a state may lead by itself. `paused` is left by Resumed, or like the state it holds.
bool may_follow(ExecutionState from, ExecutionState to) {
    switch (to) {
        case ExecutionState::precheck:
            return false;
        case ExecutionState::baseline:
            return from == ExecutionState::precheck;
        case ExecutionState::apply:
            return from == ExecutionState::precheck || from == ExecutionState::baseline ||
                   from == ExecutionState::soak;
        case ExecutionState::soak:
        case ExecutionState::immediate:
            return from == ExecutionState::apply;
        case ExecutionState::synthetic:
            return from == ExecutionState::immediate;
        case ExecutionState::sustained:
            return from == ExecutionState::synthetic;
        case ExecutionState::finalise:
            return from == ExecutionState::sustained;
        case ExecutionState::paused:
            return from <= ExecutionState::finalise;
        case ExecutionState::rolling_back:
            return from >= ExecutionState::apply && from <= ExecutionState::paused;
        case ExecutionState::rollback_verify:
            return from == ExecutionState::rolling_back || from == ExecutionState::rollback_failed;
        case ExecutionState::rollback_failed:
            return from == ExecutionState::rolling_back || from == ExecutionState::rollback_verify;
        case ExecutionState::succeeded:
            return from == ExecutionState::finalise;
        case ExecutionState::rolled_back:
        case ExecutionState::rehearsed:
            return from == ExecutionState::rollback_verify;
        case ExecutionState::cancelled:
            return from == ExecutionState::precheck || from == ExecutionState::baseline ||
                   from == ExecutionState::paused;
        case ExecutionState::failed_manual:
            return from >= ExecutionState::apply;
    }
    std::unreachable();
}

// States that are left forward only behind a verdict that passed.
bool needs_pass(ExecutionState from, ExecutionState to) {
    return (from == ExecutionState::immediate && to == ExecutionState::synthetic) ||
           (from == ExecutionState::synthetic && to == ExecutionState::sustained) ||
           (from == ExecutionState::sustained && to == ExecutionState::finalise) ||
           (from == ExecutionState::rollback_verify && to != ExecutionState::rollback_failed &&
            to != ExecutionState::failed_manual);
}

using Objection = std::optional<std::string>;

struct Contradictions {
    const Execution& execution;

    bool is_ordered(std::int64_t generation) const {
        return execution.order && execution.order->generation == generation;
    }

    Objection operator()(const ExecutionStarted&) const { return "It has been started before."; }
    Objection operator()(const Claimed& event) const {
        return event.epoch > execution.epoch ? Objection{} : "Epochs only rise.";
    }
    Objection operator()(const Checked&) const {
        const bool is_first =
            execution.state == ExecutionState::precheck && execution.checks.empty();
        return is_first || execution.state == ExecutionState::baseline
                   ? Objection{}
                   : "Pre-checks are looked at before all else, and again behind the baseline.";
    }
    Objection operator()(const Entered& event) const {
        if (!may_follow(execution.state, event.state)) {
            return fmt::format(
                "{} doesn't follow {}.", to_string(event.state), to_string(execution.state)
            );
        }
        if (needs_pass(execution.state, event.state) && execution.judged != Outcome::pass) {
            return fmt::format("{} hasn't passed.", to_string(execution.state));
        }
        const bool orders =
            event.state == ExecutionState::apply || event.state == ExecutionState::rolling_back;
        if (orders != event.order.has_value()) {
            return "Values are ordered when they are applied or brought back, and only then.";
        }
        if (event.order &&
            event.order->generation != (execution.order ? execution.order->generation : 0) + 1) {
            return "Generations rise one by one.";
        }
        if (event.state == ExecutionState::cancelled && execution.is_touched()) {
            return "What was touched is rolled back, not cancelled.";
        }
        if (event.state == ExecutionState::succeeded &&
            (execution.intent != Intent::none || execution.terms.is_rehearsal())) {
            return "Nothing succeeds against an intent, and no rehearsal does.";
        }
        if (event.state == ExecutionState::failed_manual && event.cause != Cause::person) {
            return "What is ended by hand a person ends.";
        }
        if (event.state == ExecutionState::succeeded && execution.is_on_one_source) {
            return "Nothing succeeds by the word of one source.";
        }
        if (event.state == ExecutionState::rehearsed &&
            (!execution.terms.is_rehearsal() || execution.way_back != Cause::rehearsal_over)) {
            return "Only a rehearsal that went through is rehearsed.";
        }
        return {};
    }
    Objection operator()(const Placed& event) const {
        return is_ordered(event.generation) && !execution.placed
                   ? Objection{}
                   : "This generation isn't waiting to be placed.";
    }
    Objection operator()(const Acknowledged& event) const {
        return is_ordered(event.by.generation) ? Objection{} : "This generation isn't ordered.";
    }
    Objection operator()(const BaselineFrozen&) const {
        return execution.state == ExecutionState::baseline ? Objection{}
                                                           : "No baseline is being taken.";
    }
    Objection operator()(const Extended& event) const {
        return execution.state == event.state ? Objection{} : "Another state is extended.";
    }
    Objection operator()(const StageJudged& event) const {
        return execution.state == event.state ? Objection{} : "Another state was judged.";
    }
    Objection operator()(const SourceLost&) const {
        return !execution.is_on_one_source ? Objection{} : "That source is lost already.";
    }
    Objection operator()(const SourceBack&) const {
        return execution.is_on_one_source ? Objection{} : "No source was lost.";
    }
    Objection operator()(const Triggered&) const {
        return execution.is_holding() ? Objection{} : "Nothing is applied that could trigger.";
    }
    Objection operator()(const IntentRaised& event) const {
        return event.intent > execution.intent ? Objection{} : "Intents only rise.";
    }
    Objection operator()(const Resumed&) const {
        return execution.state == ExecutionState::paused && execution.intent <= Intent::pause
                   ? Objection{}
                   : "It isn't paused.";
    }
};

struct Evolution {
    Execution& execution;

    void operator()(const ExecutionStarted& event) const {
        execution.terms = event.terms;
        execution.engine_version = event.engine_version;
        execution.epoch = event.epoch;
        execution.started_at = event.at;
        execution.entered_at = event.at;
        execution.deadline = event.deadline;
        execution.baseline = event.baseline;
    }
    void operator()(const Claimed& event) const {
        execution.epoch = event.epoch;
        execution.engine_version = event.engine_version;
    }
    void operator()(const Checked& event) const {
        if (execution.state == ExecutionState::precheck) {
            execution.checks = event.checks;
        }
    }
    void operator()(const Entered& event) const {
        execution.cause = event.cause;
        execution.why = event.why;
        if (event.state == ExecutionState::paused) {
            execution.paused_from = execution.state;
            execution.paused_at = event.at;
            execution.deadline_when_paused = execution.deadline;
            execution.intent = std::max(execution.intent, Intent::pause);
        } else {
            execution.entered_at = event.at;
            execution.step = event.step;
            execution.extensions = 0;
            execution.pauses.clear();
            execution.judged.reset();
            execution.retry_at = event.retry_at;
        }
        execution.has_failed_rollback =
            execution.has_failed_rollback || event.state == ExecutionState::rollback_failed;
        if (event.state == ExecutionState::rolling_back) {
            execution.way_back = event.cause;
            if (event.cause != Cause::rehearsal_over) {
                execution.intent = std::max(execution.intent, Intent::rollback);
            }
        }
        if (event.order) {
            if (!execution.applied_at) {
                execution.applied_at = event.at;
            }
            execution.order = event.order;
            execution.placed.reset();
            execution.acknowledged.clear();
        }
        execution.state = event.state;
        execution.deadline = event.deadline;
    }
    void operator()(const Placed& event) const { execution.placed = event.revision; }
    void operator()(const Acknowledged& event) const {
        std::erase_if(execution.acknowledged, [&event](const Acknowledgement& one) {
            return one.instance == event.by.instance;
        });
        execution.acknowledged.push_back(event.by);
    }
    void operator()(const BaselineFrozen& event) const { execution.baseline = event.span; }
    void operator()(const Extended& event) const {
        ++execution.extensions;
        execution.deadline = event.deadline;
        execution.retry_at = event.retry_at;
    }
    void operator()(const StageJudged& event) const { execution.judged = event.outcome; }
    void operator()(const SourceLost&) const {
        execution.is_on_one_source = true;
        execution.has_lost_source = true;
    }
    void operator()(const SourceBack&) const { execution.is_on_one_source = false; }
    void operator()(const Triggered&) const {}
    void operator()(const IntentRaised& event) const { execution.intent = event.intent; }
    void operator()(const Resumed& event) const {
        execution.state = execution.paused_from;
        execution.pauses.push_back({.from = execution.paused_at, .to = event.at});
        execution.deadline = event.deadline;
        execution.intent = Intent::none;
        execution.cause = Cause::person;
        execution.why = event.why;
    }
};

}  // namespace

std::string_view to_string(ExecutionState state) {
    return name_of(state);
}
std::string_view to_string(Intent intent) {
    return name_of(intent);
}
std::string_view to_string(Cause cause) {
    return name_of(cause);
}

bool is_final(ExecutionState state) {
    return state >= ExecutionState::succeeded;
}

Instant at(const ExecutionEvent& event) {
    return std::visit([](const auto& one) { return one.at; }, event);
}

std::string to_json(const ExecutionEvent& event) {
    auto text = base::canonical_json(RecordWriter::json_of(event));
    base::ensure(text.has_value(), "events hold plain texts and whole numbers");
    return *std::move(text);
}

base::Result<ExecutionEvent> parse_execution_event(std::string_view json) {
    return read_record<ExecutionEvent>(parse_json_tree(json, kEventBytesMax), Form::canonical);
}

bool Execution::is_rolling_back() const {
    return state == ExecutionState::rolling_back || state == ExecutionState::rollback_verify ||
           state == ExecutionState::rollback_failed;
}

const Stage* Execution::stage(const Plan& plan) const {
    const Stages& stages = plan.phase1.stages;
    switch (state == ExecutionState::paused ? paused_from : state) {
        case ExecutionState::immediate:
            return &stages.immediate;
        case ExecutionState::synthetic:
            return &stages.synthetic;
        case ExecutionState::sustained:
            return &stages.sustained;
        case ExecutionState::precheck:
        case ExecutionState::baseline:
        case ExecutionState::apply:
        case ExecutionState::soak:
        case ExecutionState::finalise:
        case ExecutionState::paused:
        case ExecutionState::rolling_back:
        case ExecutionState::rollback_verify:
        case ExecutionState::rollback_failed:
        case ExecutionState::succeeded:
        case ExecutionState::rolled_back:
        case ExecutionState::rehearsed:
        case ExecutionState::cancelled:
        case ExecutionState::failed_manual:
            return nullptr;
    }
    std::unreachable();
}

Milliseconds Execution::window(const Plan& plan) const {
    if (const Stage* of = stage(plan)) {
        // The smoke run is extended by requests, not by time.
        const bool by_time = of != &plan.phase1.stages.synthetic;
        return of->window +
               (by_time ? extensions * of->extension.value_or(of->window) : Milliseconds{});
    }
    switch (state == ExecutionState::paused ? paused_from : state) {
        case ExecutionState::baseline:
            return plan.phase1.baseline.window * (1 + extensions);
        case ExecutionState::soak:
            return plan.phase1.apply.soak;
        case ExecutionState::rollback_verify:
            return plan.phase1.rollback.watch;
        case ExecutionState::precheck:
        case ExecutionState::apply:
        case ExecutionState::immediate:
        case ExecutionState::synthetic:
        case ExecutionState::sustained:
        case ExecutionState::finalise:
        case ExecutionState::paused:
        case ExecutionState::rolling_back:
        case ExecutionState::rollback_failed:
        case ExecutionState::succeeded:
        case ExecutionState::rolled_back:
        case ExecutionState::rehearsed:
        case ExecutionState::cancelled:
        case ExecutionState::failed_manual:
            return {};
    }
    std::unreachable();
}

std::int64_t Execution::smoke_requests(const Plan& plan) const {
    const auto& levels = plan.phase1.statistics.smoke.levels;
    const auto level =
        std::min<std::size_t>(static_cast<std::size_t>(extensions), levels.size() - 1);
    return levels.at(level).requests;
}

Objection contradiction(const Execution& execution, const ExecutionEvent& event) {
    if (execution.engine_version == 0) {
        return std::holds_alternative<ExecutionStarted>(event) ? Objection{}
                                                               : "It begins with its start.";
    }
    if (is_final(execution.state)) {
        return fmt::format("Nothing follows {}.", to_string(execution.state));
    }
    if (at(event) < execution.last_at) {
        return "Time doesn't go back.";
    }
    return std::visit(Contradictions{execution}, event);
}

Execution evolve(Execution execution, const ExecutionEvent& event) {
    const Objection objection = contradiction(execution, event);
    base::ensure(!objection, objection.value_or(""));
    std::visit(Evolution{execution}, event);
    execution.last_at = at(event);
    return execution;
}

base::Result<Execution> replay(const std::vector<ExecutionEvent>& history) {
    Execution execution;
    for (std::size_t number = 0; number < history.size(); ++number) {
        if (const Objection objection = contradiction(execution, history[number])) {
            return base::refuse(
                base::ErrorKind::invalid,
                "launch.bad_history",
                fmt::format("Event {} of the execution can't be: {}", number + 1, *objection)
            );
        }
        execution = evolve(std::move(execution), history[number]);
    }
    return execution;
}

}  // namespace accubooks::launch
