#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "launch/execution.h"
#include "launch/internal/simulated_world.h"

// What must hold of a simulated execution. Each says what broke; empty when it holds.
namespace accubooks::launch::simulated {

/// Only the prior values and the plan's steps are ever ordered.
inline std::string broken_by_values(
    const Plan& plan, const Terms& terms, const std::vector<SettingValue>& values
) {
    const auto same = [&values](const std::vector<SettingValue>& other) {
        return std::ranges::equal(values, other, [](const auto& a, const auto& b) {
            return a.setting == b.setting && a.value == b.value;
        });
    };
    const bool is_approved =
        same(terms.prior) || std::ranges::any_of(plan.phase1.apply.steps, same);
    return is_approved ? "" : "values were ordered that nobody approved";
}

/// Every approved instance runs on the newest order.
inline std::string broken_by_acknowledgements(const Terms& terms, const Execution& execution) {
    for (const std::string& name : terms.instances) {
        const auto by = std::ranges::find(execution.acknowledged, name, &Acknowledgement::instance);
        if (by == execution.acknowledged.end() ||
            by->pool_max != pool_max(execution.order->values)) {
            return name + " didn't acknowledge what it should run on";
        }
    }
    return "";
}

/// A success has left each stage with every criterion passed on enough samples.
inline std::string broken_by_success(const Plan& plan, const std::vector<ExecutionEvent>& history) {
    for (const ExecutionState state :
         {ExecutionState::immediate, ExecutionState::synthetic, ExecutionState::sustained}) {
        const StageJudged* last = nullptr;
        for (const ExecutionEvent& event : history) {
            const auto* judged = std::get_if<StageJudged>(&event);
            last = judged != nullptr && judged->state == state ? judged : last;
        }
        Execution there;
        there.state = state;
        if (last == nullptr || last->verdicts.size() != there.stage(plan)->passes.size()) {
            return "a stage was left without every criterion";
        }
        for (const Verdict& verdict : last->verdicts) {
            if (verdict.outcome != Outcome::pass || !verdict.reading.has_value() ||
                verdict.reading.samples < verdict.samples_needed) {
                return "a stage was left with " + verdict.criterion + " not passed";
            }
        }
    }
    return "";
}

/// What was recorded, stored and read again leads to the same state.
inline std::string broken_when_replayed(
    const std::vector<ExecutionEvent>& history, const Execution& execution
) {
    std::vector<ExecutionEvent> stored;
    for (const ExecutionEvent& event : history) {
        auto read = parse_execution_event(to_json(event));
        if (!read) {
            return "an event isn't read back: " + read.error().detail;
        }
        stored.push_back(*std::move(read));
    }
    const auto again = replay(stored);
    const bool is_same = again && again->state == execution.state &&
                         again->deadline == execution.deadline && again->epoch == execution.epoch &&
                         again->acknowledged.size() == execution.acknowledged.size();
    return is_same ? "" : "the log doesn't lead to the state";
}

}  // namespace accubooks::launch::simulated
