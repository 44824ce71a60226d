#include "launch/effects.h"

#include <utility>

#include <fmt/format.h>

namespace accubooks::launch {
namespace {

// Placing comes before asking, and asking only about what was placed.
void add_order(
    std::vector<Effect>& effects,
    const Execution& execution,
    std::optional<Milliseconds> confirm_within
) {
    if (!execution.placed) {
        effects.emplace_back(PlaceOrder{.order = *execution.order, .confirm_within = confirm_within}
        );
    } else {
        effects.emplace_back(
            AskInstances{.generation = execution.order->generation, .revision = *execution.placed}
        );
    }
}

Measure measure(const Plan& plan, const Execution& execution) {
    return {
        .state = execution.state,
        .since = execution.entered_at,
        .pauses = execution.pauses,
        .window = execution.window(plan),
    };
}

struct Consequences {
    const Execution& before;
    std::vector<Consequence> found{};

    std::string name() const {
        return fmt::format(
            "{} revision {}{}",
            before.terms.change,
            before.terms.revision,
            before.terms.is_rehearsal() ? " (rehearsal)" : ""
        );
    }
    void announce(std::string_view what, std::string_view why = "") {
        found.emplace_back(
            Announce{fmt::format("{}: {}.{}{}", name(), what, why.empty() ? "" : " ", why)}
        );
    }

    void operator()(const ExecutionStarted& event) {
        const auto& outside = event.terms.override_window;
        found.emplace_back(Announce{fmt::format(
            "{} revision {}{}: execution started.{}",
            event.terms.change,
            event.terms.revision,
            event.terms.is_rehearsal() ? " (rehearsal)" : "",
            outside ? fmt::format(" Outside the window because: {}", *outside) : ""
        )});
    }
    void operator()(const Claimed&) {}
    void operator()(const Checked&) {}
    void operator()(const Entered& event) {
        switch (event.state) {
            case ExecutionState::paused:
                announce("paused", event.why);
                if (event.cause == Cause::no_data || event.cause == Cause::not_recorded) {
                    found.emplace_back(
                        OpenIncident{.severity = Severity::p1, .summary = name() + ": " + event.why}
                    );
                }
                return;
            case ExecutionState::rolling_back:
                announce("rolling back", event.why);
                return;
            case ExecutionState::rollback_failed:
                announce("the rollback failed", event.why);
                if (!before.has_failed_rollback) {
                    found.emplace_back(OpenIncident{
                        .severity = Severity::p0,
                        .summary = name() + ": the rollback failed. " + event.why,
                    });
                }
                return;
            case ExecutionState::succeeded:
            case ExecutionState::rolled_back:
            case ExecutionState::rehearsed:
            case ExecutionState::cancelled:
                announce(to_string(event.state), event.why);
                return;
            case ExecutionState::failed_manual:
                announce(to_string(event.state), event.why);
                if (!before.has_failed_rollback) {
                    found.emplace_back(OpenIncident{
                        .severity = Severity::p0,
                        .summary = name() + ": ended by hand, not rolled back. " + event.why,
                    });
                }
                return;
            case ExecutionState::precheck:
            case ExecutionState::baseline:
            case ExecutionState::apply:
            case ExecutionState::soak:
            case ExecutionState::immediate:
            case ExecutionState::synthetic:
            case ExecutionState::sustained:
            case ExecutionState::finalise:
            case ExecutionState::rollback_verify:
                return;
        }
        std::unreachable();
    }
    void operator()(const Placed&) {}
    void operator()(const Acknowledged&) {}
    void operator()(const BaselineFrozen&) {}
    void operator()(const Extended& event) {
        if (event.state == ExecutionState::rollback_failed) {
            announce("the rollback still fails", event.why);
        }
    }
    void operator()(const StageJudged&) {}
    void operator()(const SourceLost& event) {
        const auto why = fmt::format(
            "The outside source has been silent for {}; nothing is finalised before it is heard.",
            to_spoken_text(event.silent.count(), Unit::ms)
        );
        announce("goes on with one source", why);
        if (!before.has_lost_source) {
            found.emplace_back(
                OpenIncident{.severity = Severity::p2, .summary = name() + ": " + why}
            );
        }
    }
    void operator()(const SourceBack&) { announce("both sources are heard again"); }
    void operator()(const Triggered& event) {
        std::string what;
        for (const Verdict& verdict : event.fired) {
            what += fmt::format(" {}: {}", verdict.criterion, verdict.reason);
        }
        found.emplace_back(
            OpenIncident{.severity = Severity::p0, .summary = name() + ": hard trigger." + what}
        );
    }
    void operator()(const IntentRaised& event) {
        announce(fmt::format("{} asks to {}", event.by, to_string(event.intent)), event.why);
    }
    void operator()(const Resumed& event) {
        announce(fmt::format("resumed by {}", event.by), event.why);
    }
};

}  // namespace

std::vector<Effect> todo(const Plan& plan, const Execution& execution, base::Instant now) {
    const PoolScaling& phase = plan.phase1;
    std::vector<Effect> effects;
    if (execution.is_holding() && execution.placed) {
        effects.emplace_back(HoldRevision{
            .revision = *execution.placed, .confirm_within = phase.apply.confirm_within
        });
    }
    if (execution.state < ExecutionState::paused) {
        effects.emplace_back(LookForP0{});
    }
    switch (execution.state) {
        case ExecutionState::precheck:
            effects.emplace_back(RunPrechecks{});
            break;
        case ExecutionState::baseline:
            effects.emplace_back(
                TakeBaseline{.since = execution.entered_at, .window = execution.window(plan)}
            );
            break;
        case ExecutionState::apply:
            add_order(effects, execution, phase.apply.confirm_within);
            effects.emplace_back(measure(plan, execution));
            break;
        case ExecutionState::synthetic:
            effects.emplace_back(RunSmoke{
                .requests = execution.smoke_requests(plan),
                .concurrency = phase.workload.concurrency
            });
            effects.emplace_back(ProbeBooks{});
            effects.emplace_back(measure(plan, execution));
            break;
        case ExecutionState::sustained:
            effects.emplace_back(ProbeBooks{});
            effects.emplace_back(measure(plan, execution));
            break;
        case ExecutionState::soak:
        case ExecutionState::immediate:
        case ExecutionState::paused:
        case ExecutionState::rollback_verify:
            effects.emplace_back(measure(plan, execution));
            break;
        case ExecutionState::finalise:
            effects.emplace_back(measure(plan, execution));
            if (!execution.is_on_one_source) {
                effects.emplace_back(Finalise{.revision = execution.placed.value_or(0)});
            }
            break;
        case ExecutionState::rolling_back:
            add_order(effects, execution, std::nullopt);
            break;
        case ExecutionState::rollback_failed:
            if (!execution.retry_at || now >= *execution.retry_at) {
                add_order(effects, execution, std::nullopt);
            }
            break;
        case ExecutionState::succeeded:
        case ExecutionState::rolled_back:
        case ExecutionState::rehearsed:
        case ExecutionState::cancelled:
        case ExecutionState::failed_manual:
            break;
    }
    return effects;
}

std::vector<Consequence> consequences(const Execution& before, const ExecutionEvent& event) {
    Consequences all{before};
    std::visit(all, event);
    return std::move(all.found);
}

}  // namespace accubooks::launch
