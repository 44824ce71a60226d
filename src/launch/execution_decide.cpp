#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "launch/execution.h"
#include "launch/internal/transitions.h"

namespace accubooks::launch {
namespace {

using base::Instant;
using base::Result;

constexpr std::string_view kPoolMax = "database.pool.max";

/// Whether one open P0 fires one of them at once.
bool fire_on_a_p0(const std::vector<Condition>& conditions) {
    return std::ranges::any_of(conditions, [](const Condition& one) {
        return one.metric == "open_p0" && one.holds(1) && one.held_for.count() == 0;
    });
}

std::optional<std::int64_t> value_in(const Order& order, std::string_view setting) {
    const auto found = std::ranges::find(order.values, setting, &SettingValue::setting);
    return found == order.values.end() ? std::nullopt : std::optional{found->value};
}

template <class T>
bool contains(const std::vector<T>& all, const T& one) {
    return std::ranges::find(all, one) != all.end();
}

std::string criteria(const std::vector<Verdict>& verdicts, Outcome outcome) {
    std::string text;
    for (const Verdict& verdict : verdicts) {
        if (verdict.outcome == outcome) {
            text +=
                fmt::format("{}{}: {}", text.empty() ? "" : " ", verdict.criterion, verdict.reason);
        }
    }
    return text;
}

// The transitions out of one state; a report is turned into them by the operator for its type.
class Decider {
public:
    Decider(const Plan& plan, const Execution& execution, Instant now)
        : plan_{plan.phase1}, all_{plan}, execution_{execution}, now_{now} {}

    Events on_deadline() const {
        const auto late =
            fmt::format("{} took too long.{}", to_string(execution_.state), who_lacks());
        switch (execution_.state) {
            case ExecutionState::precheck:
            case ExecutionState::baseline:
            case ExecutionState::apply:
            case ExecutionState::soak:
            case ExecutionState::immediate:
            case ExecutionState::synthetic:
            case ExecutionState::sustained:
            case ExecutionState::finalise:
            case ExecutionState::paused:
                return way_back(Cause::deadline, late);
            case ExecutionState::rolling_back:
            case ExecutionState::rollback_verify:
                return rollback_fails(Cause::deadline, late);
            case ExecutionState::rollback_failed:
                return try_again();
            case ExecutionState::succeeded:
            case ExecutionState::rolled_back:
            case ExecutionState::rehearsed:
            case ExecutionState::cancelled:
            case ExecutionState::failed_manual:
                return {};
        }
        std::unreachable();
    }

    Events operator()(const PrechecksDone& report) const {
        if (execution_.state != ExecutionState::precheck) {
            return {};
        }
        Checked checked{.at = now_, .checks = report.checks};
        const std::string failed = failed_checks(report.checks);
        if (!failed.empty()) {
            return {
                std::move(checked),
                enter(ExecutionState::cancelled, Cause::check_failed, failed, {}),
            };
        }
        return {
            std::move(checked),
            execution_.baseline
                ? apply(0)
                : enter(ExecutionState::baseline, Cause::progress, "", plan_.baseline.deadline),
        };
    }

    Events operator()(const BaselineTaken& report) const {
        if (execution_.state != ExecutionState::baseline) {
            return {};
        }
        if (report.outcome == Outcome::pass) {
            Checked again{.at = now_, .checks = report.checks};
            std::string failed = failed_checks(report.checks);
            if (is_approval_over(report.checks)) {
                return {
                    std::move(again),
                    enter(ExecutionState::cancelled, Cause::check_failed, std::move(failed), {})
                };
            }
            if (!failed.empty()) {
                return {std::move(again), pause(Cause::check_failed, std::move(failed))};
            }
            return {std::move(again), BaselineFrozen{.at = now_, .span = report.span}, apply(0)};
        }
        if (report.outcome == Outcome::inconclusive &&
            execution_.extensions < plan_.baseline.extensions) {
            return {extend(execution_.deadline + plan_.baseline.window, report.why)};
        }
        const bool failed = report.outcome == Outcome::fail;
        return {enter(
            ExecutionState::cancelled,
            failed ? Cause::verdict_failed : Cause::inconclusive,
            report.why,
            {}
        )};
    }

    // Where values are held, the plan may have it among what rolls back, which is stronger. That
    // doesn't wait for the next sample: a step up or the end could come before.
    Events operator()(const P0Open& report) const {
        if (execution_.state >= ExecutionState::paused) {
            return {};
        }
        const bool is_ordered_only =
            execution_.is_touched() && execution_.order->generation == 1 && !execution_.placed;
        if (is_ordered_only || rolls_back_on_p0()) {
            return way_back(Cause::incident, report.why);
        }
        return {pause(Cause::incident, report.why)};
    }

    Events operator()(const OrderPlaced& report) const {
        if (!is_ordered(report.generation) || execution_.placed) {
            return {};
        }
        return {Placed{.at = now_, .generation = report.generation, .revision = report.revision}};
    }

    // The way back is tried again instead, until its deadline.
    Events operator()(const OrderRefused& report) const {
        if (execution_.state != ExecutionState::apply || !is_ordered(report.generation) ||
            execution_.placed) {
            return {};
        }
        return way_back(Cause::divergence, report.why);
    }

    Events operator()(const HoldLost& report) const {
        return execution_.is_holding() ? way_back(Cause::divergence, report.why) : Events{};
    }

    Events operator()(const InstancesAnswered& report) const {
        const bool goes_back = execution_.state == ExecutionState::rolling_back ||
                               execution_.state == ExecutionState::rollback_failed;
        if ((execution_.state != ExecutionState::apply && !goes_back) || !execution_.placed ||
            !is_ordered(report.generation)) {
            return {};
        }
        Events events;
        std::vector<std::string> done;
        const auto expected_max = value_in(*execution_.order, kPoolMax);
        for (const Acknowledgement& one : report.acknowledged) {
            if (one.generation != report.generation || one.pool_max != expected_max) {
                continue;
            }
            done.push_back(one.instance);
            if (!was_acknowledged(one)) {
                events.emplace_back(Acknowledged{.at = now_, .by = one});
            }
        }
        const auto is_done = [&done](const std::string& one) { return contains(done, one); };
        const bool complete = !execution_.terms.instances.empty() &&
                              std::ranges::all_of(execution_.terms.instances, is_done) &&
                              std::ranges::all_of(report.live, is_done);
        if (goes_back) {
            if (complete) {
                events.push_back(enter(
                    ExecutionState::rollback_verify,
                    Cause::progress,
                    "",
                    plan_.rollback.watch_deadline
                ));
            }
            return events;
        }
        const auto unknown = std::ranges::find_if(report.live, [this](const std::string& one) {
            return !contains(execution_.terms.instances, one);
        });
        if (!report.refused.empty() || unknown != report.live.end()) {
            append(
                events,
                way_back(
                    Cause::divergence,
                    report.refused.empty() ? fmt::format("{} isn't one of the approved.", *unknown)
                                           : report.refused.front()
                )
            );
        } else if (complete) {
            const bool is_last =
                static_cast<std::size_t>(execution_.step) + 1 == plan_.apply.steps.size();
            events.push_back(is_last ? enter_stage(ExecutionState::immediate) : soak());
        }
        return events;
    }

    Events operator()(const TimeCovered& report) const {
        if (execution_.state != ExecutionState::soak || report.state != ExecutionState::soak ||
            report.covered < execution_.window(all_)) {
            return {};
        }
        return {apply(execution_.step + 1)};
    }

    Events operator()(const VerdictsReached& report) const {
        if (report.state != execution_.state) {
            return {};
        }
        if (execution_.state == ExecutionState::rollback_verify) {
            return rollback_judged(report.verdicts);
        }
        const Stage* stage = execution_.stage(all_);
        if (stage == nullptr || execution_.state == ExecutionState::paused) {
            return {};
        }
        const Outcome outcome = overall(stage->passes, report.verdicts);
        Events events{judged(outcome, report.verdicts)};
        switch (outcome) {
            case Outcome::pass:
                append(events, passed());
                break;
            case Outcome::fail:
                append(
                    events,
                    way_back(Cause::verdict_failed, criteria(report.verdicts, Outcome::fail))
                );
                break;
            case Outcome::inconclusive:
            case Outcome::not_applicable:
                append(events, unclear(*stage, criteria(report.verdicts, Outcome::inconclusive)));
                break;
        }
        return events;
    }

    Events operator()(const TriggersFired& report) const {
        if (report.fired.empty() || !execution_.is_holding()) {
            return {};
        }
        Events events{Triggered{.at = now_, .fired = report.fired}};
        append(
            events, way_back(Cause::hard_trigger, criteria(report.fired, report.fired[0].outcome))
        );
        return events;
    }

    Events operator()(const SourcesSilent& report) const {
        if (!execution_.is_holding()) {
            return {};
        }
        // Without the instances' own word nobody knows how they are, whatever is heard outside.
        Events events = without_inside(report.inside);
        return events.empty() ? without_outside(report.outside) : events;
    }

    Events operator()(const FinaliseDone& report) const {
        if (execution_.state != ExecutionState::finalise || !report.is_done ||
            execution_.is_on_one_source) {
            return {};
        }
        return {enter(ExecutionState::succeeded, Cause::progress, "", {})};
    }

    Events operator()(const RecordingFailed& report) const {
        if (execution_.state >= ExecutionState::paused) {
            return {};  // the way back goes on without: it is the safe side
        }
        return {pause(Cause::not_recorded, report.why)};
    }

    Events operator()(const TimePassed&) const { return {}; }

private:
    static void append(Events& events, Events more) {
        std::ranges::move(more, std::back_inserter(events));
    }
    // Those of the plan, each of them; and whatever else was asked, the approval's own conditions.
    std::string failed_checks(const std::vector<CheckOutcome>& found) const {
        std::vector<std::string> failed;
        for (const Precheck& check : plan_.prechecks.checks) {
            const auto outcome = std::ranges::find(found, check.check, &CheckOutcome::check);
            if (outcome == found.end()) {
                if (!is_left_out(check)) {
                    failed.push_back(fmt::format("{} wasn't checked.", check.check));
                }
            } else if (!holds(check, outcome->outcome) && !is_passed_over(check)) {
                failed.push_back(fmt::format("{}: {}", check.check, outcome->why));
            }
        }
        for (const CheckOutcome& other : found) {
            const bool is_of_plan =
                std::ranges::find(plan_.prechecks.checks, other.check, &Precheck::check) !=
                plan_.prechecks.checks.end();
            if (!is_of_plan && other.outcome != Outcome::pass) {
                failed.push_back(fmt::format("{}: {}", other.check, other.why));
            }
        }
        return fmt::format("{}", fmt::join(failed, " "));
    }
    // Behind the baseline what rests on requests isn't asked for again: the hard triggers judge it
    // from the first step on.
    bool is_left_out(const Precheck& check) const {
        return execution_.state == ExecutionState::baseline && check.when &&
               rests_on_requests(check.when->metric);
    }
    // The plan says what doesn't apply yet; a rehearsal needs no rehearsal before it.
    bool holds(const Precheck& check, Outcome outcome) const {
        return outcome == Outcome::pass ||
               (outcome == Outcome::not_applicable &&
                (check.applies_after || execution_.terms.is_rehearsal()));
    }
    // A rehearsal ignores the window; a start may override it with a reason.
    bool is_passed_over(const Precheck& check) const {
        return check.overridable &&
               (execution_.terms.is_rehearsal() || execution_.terms.override_window);
    }
    /// Nobody can renew an approval while its change is carried out: a pause would wait for
    /// nothing.
    static bool is_approval_over(const std::vector<CheckOutcome>& found) {
        const auto approval = std::ranges::find(found, "approval", &CheckOutcome::check);
        return approval != found.end() && approval->outcome == Outcome::fail;
    }
    bool is_ordered(std::int64_t generation) const {
        return execution_.order && execution_.order->generation == generation;
    }
    bool was_acknowledged(const Acknowledgement& by) const {
        return std::ranges::any_of(execution_.acknowledged, [&by](const Acknowledgement& one) {
            return one.instance == by.instance && one.boot_id == by.boot_id;
        });
    }
    // Behind a sentence: who hasn't acknowledged what is ordered.
    std::string who_lacks() const {
        const auto has_acknowledged = [this](const std::string& instance) {
            return std::ranges::find(
                       execution_.acknowledged, instance, &Acknowledgement::instance
                   ) != execution_.acknowledged.end();
        };
        std::vector<std::string_view> names;
        for (const std::string& instance : execution_.terms.instances) {
            if (execution_.order && !has_acknowledged(instance)) {
                names.push_back(instance);
            }
        }
        return names.empty()
                   ? ""
                   : fmt::format(" Not on the ordered values: {}.", fmt::join(names, ", "));
    }
    bool rolls_back_on_p0() const {
        const Stage* stage = execution_.stage(all_);
        return execution_.is_holding() && (fire_on_a_p0(plan_.hard_triggers) ||
                                           (stage != nullptr && fire_on_a_p0(stage->rolls_back)));
    }

    Entered enter(ExecutionState state, Cause cause, std::string why, Milliseconds within) const {
        return launch::enter(execution_, state, cause, std::move(why), within, now_);
    }
    Entered pause(Cause cause, std::string why) const {
        return launch::pause(all_, execution_, cause, std::move(why), now_);
    }
    Events way_back(Cause cause, std::string why) const {
        return launch::way_back(all_, execution_, cause, std::move(why), now_);
    }
    Entered apply(std::int64_t step) const {
        Entered entered =
            enter(ExecutionState::apply, Cause::progress, "", plan_.apply.acknowledge_within);
        entered.step = step;
        entered.order = Order{
            .generation = execution_.order ? execution_.order->generation + 1 : 1,
            .values = plan_.apply.steps.at(static_cast<std::size_t>(step)),
        };
        return entered;
    }
    Entered soak() const {
        // As long again as the extensions allow, and the time after which silence would pause it.
        return enter(
            ExecutionState::soak,
            Cause::progress,
            "",
            plan_.apply.soak * (1 + plan_.apply.extensions) + plan_.no_data.pause_after
        );
    }
    Entered enter_stage(ExecutionState state) const {
        Execution there = execution_;
        there.state = state;
        const Stage* stage = there.stage(all_);
        base::ensure(stage != nullptr, "called with one of the three stages");
        return enter(state, Cause::progress, "", stage->deadline);
    }
    Extended extend(Instant deadline, std::string why) const {
        return {.at = now_, .deadline = deadline, .state = execution_.state, .why = std::move(why)};
    }
    StageJudged judged(Outcome outcome, std::vector<Verdict> verdicts) const {
        return {
            .at = now_,
            .state = execution_.state,
            .outcome = outcome,
            .verdicts = std::move(verdicts),
        };
    }

    Events without_inside(Milliseconds silent) const {
        switch (plan_.no_data.on_both_sources) {
            case OnBothSources::pause_then_rollback:
                break;
        }
        const auto why = fmt::format("Nothing was measured for {}.", to_text(silent));
        if (silent >= plan_.no_data.rollback_after) {
            return way_back(Cause::no_data, why);
        }
        if (silent >= plan_.no_data.pause_after && execution_.state != ExecutionState::paused) {
            return {pause(Cause::no_data, why)};
        }
        return {};
    }
    Events without_outside(Milliseconds silent) const {
        switch (plan_.no_data.on_one_source) {
            case OnOneSource::continue_without_finalising:
                break;
        }
        const bool is_lost = silent >= plan_.no_data.pause_after;
        if (is_lost == execution_.is_on_one_source) {
            return {};
        }
        if (is_lost) {
            return {SourceLost{.at = now_, .silent = silent}};
        }
        return {SourceBack{.at = now_}};
    }

    Events passed() const {
        if (execution_.state == ExecutionState::immediate) {
            return {enter_stage(ExecutionState::synthetic)};
        }
        if (execution_.state == ExecutionState::synthetic) {
            return {enter_stage(ExecutionState::sustained)};
        }
        if (execution_.terms.is_rehearsal()) {
            return way_back(Cause::rehearsal_over, "The rehearsal is over.");
        }
        return {enter(ExecutionState::finalise, Cause::progress, "", plan_.finalise.deadline)};
    }

    Events unclear(const Stage& stage, std::string why) const {
        const bool is_smoke = execution_.state == ExecutionState::synthetic;
        const auto most = is_smoke
                              ? static_cast<std::int64_t>(plan_.statistics.smoke.levels.size()) - 1
                              : stage.extensions;
        if (execution_.extensions >= most) {
            return way_back(Cause::inconclusive, std::move(why));
        }
        const auto longer = is_smoke ? Milliseconds{} : stage.extension.value_or(stage.window);
        return {extend(execution_.deadline + longer, std::move(why))};
    }

    Events rollback_judged(const std::vector<Verdict>& verdicts) const {
        const Outcome outcome = overall(plan_.rollback.passes, verdicts);
        if (outcome == Outcome::inconclusive) {
            return {};  // watched on, until the deadline
        }
        Events events{judged(outcome, verdicts)};
        if (outcome == Outcome::pass) {
            const bool went_through =
                execution_.way_back == Cause::rehearsal_over && execution_.intent == Intent::none;
            events.emplace_back(enter(
                went_through ? ExecutionState::rehearsed : ExecutionState::rolled_back,
                Cause::progress,
                execution_.why,
                {}
            ));
        } else if (outcome == Outcome::fail) {
            append(
                events, rollback_fails(Cause::verdict_failed, criteria(verdicts, Outcome::fail))
            );
        }
        return events;
    }

    // The wait before try number `tries`, from 0.
    Milliseconds backoff(std::int64_t tries) const {
        Milliseconds wait = plan_.rollback.retry.first;
        for (std::int64_t i = 0; i < tries && wait < plan_.rollback.retry.most; ++i) {
            wait *= 2;
        }
        return std::min(wait, plan_.rollback.retry.most);
    }
    Events rollback_fails(Cause cause, std::string why) const {
        Entered failed = enter(
            ExecutionState::rollback_failed, cause, std::move(why), plan_.rollback.retry.tried_for
        );
        failed.retry_at = now_ + backoff(0);
        return {failed};
    }
    // It stays open; each round renews the deadline and is announced again.
    Events try_again() const {
        Extended more =
            extend(now_ + plan_.rollback.retry.tried_for, "It still isn't back." + who_lacks());
        more.retry_at = now_ + backoff(execution_.extensions + 1);
        return {more};
    }

    const PoolScaling& plan_;
    const Plan& all_;
    const Execution& execution_;
    Instant now_;
};

}  // namespace

Result<Events> decide(
    const Plan& plan,
    const Execution& execution,
    const Report& report,
    std::int64_t epoch,
    Instant now
) {
    if (epoch != execution.epoch) {
        return refuse_fenced();
    }
    if (is_final(execution.state)) {
        return Events{};
    }
    // A clock that was set back doesn't turn time back.
    const Decider decider{plan, execution, std::max(now, execution.last_at)};
    if (now >= execution.deadline) {
        return decider.on_deadline();
    }
    return std::visit(decider, report);
}

}  // namespace accubooks::launch
