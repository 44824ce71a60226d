#include "launch/change_report.h"

#include <algorithm>

#include <fmt/format.h>

#include "launch/assessment.h"
#include "launch/rehearsal.h"
#include "launch/role_name.h"

namespace accubooks::launch {
namespace {

Milliseconds between(base::Instant from, base::Instant to) {
    return std::chrono::duration_cast<Milliseconds>(to - from);
}

/// Walks through the history and notes what a reader wants to know of it.
class Walk {
public:
    Walk(const Plan& plan, ChangeReport& report) : plan_{plan}, report_{report} {}

    void take(const ExecutionEvent& event) {
        std::visit([this](const auto& what) { note(what); }, event);
        execution_ = has_begun_ ? evolve(std::move(execution_), event) : *replay({event});
        if (!has_begun_) {
            has_begun_ = true;
            enter(execution_.started_at, Cause::progress, "");
        }
        if (const auto* entered = std::get_if<Entered>(&event)) {
            enter(entered->at, entered->cause, entered->why);
        } else if (const auto* resumed = std::get_if<Resumed>(&event)) {
            enter(resumed->at, Cause::person, resumed->why);
        }
    }
    Execution end() && {
        report_.timeline.pop_back();  // nothing lasts in a state in which nothing is done
        return std::move(execution_);
    }

private:
    void enter(base::Instant at, Cause cause, std::string why) {
        if (!report_.timeline.empty()) {
            report_.timeline.back().to = at;
        }
        const Milliseconds window = execution_.window(plan_);
        report_.timeline.push_back({
            .state = execution_.state,
            .cause = cause,
            .why = std::move(why),
            .from = at,
            .to = at,
            .planned = window > Milliseconds{0} ? std::optional{window} : std::nullopt,
        });
    }
    void deviates(base::Instant at, std::string what) {
        report_.deviations.push_back(fmt::format("{}: {}", base::to_rfc3339(at), what));
    }

    void note(const ExecutionStarted& event) {
        if (event.terms.override_window) {
            deviates(
                event.at,
                "started outside the change window, because " + *event.terms.override_window
            );
        }
    }
    void note(const Claimed& event) {
        if (has_driver_) {
            deviates(event.at, fmt::format("{} went on as the driver", event.holder));
        }
        has_driver_ = true;
    }
    void note(const Checked&) {}
    void note(const Entered& event) {
        if (event.state == ExecutionState::paused) {
            deviates(event.at, fmt::format("paused ({}): {}", to_string(event.cause), event.why));
        }
        if (event.order) {
            report_.orders.push_back({
                .generation = event.order->generation,
                .values = event.order->values,
                .at = event.at,
                .is_way_back = event.state == ExecutionState::rolling_back,
            });
        }
    }
    void note(const Placed& event) { report_.orders.back().revision = event.revision; }
    void note(const Acknowledged& event) {
        ReportedOrder& order = report_.orders.back();
        order.answers.push_back({
            .instance = event.by.instance,
            .boot_id = event.by.boot_id,
            .pool_max = event.by.pool_max,
            .after = between(order.at, event.at),
        });
    }
    void note(const BaselineFrozen&) {}
    void note(const Extended& event) {
        deviates(event.at, fmt::format("{} was extended: {}", to_string(event.state), event.why));
    }
    void note(const StageJudged& event) {
        ReportedStage stage{
            .state = event.state, .outcome = event.outcome, .judged_at = event.at, .criteria = {}
        };
        for (const Verdict& verdict : event.verdicts) {
            stage.criteria.push_back({.verdict = verdict});
        }
        std::erase_if(report_.stages, [&event](const ReportedStage& one) {
            return one.state == event.state;  // what was said last counts
        });
        report_.stages.push_back(std::move(stage));
    }
    void note(const SourceLost& event) {
        deviates(
            event.at,
            fmt::format(
                "went on with one source: the outside had been silent for {}",
                to_spoken_text(event.silent.count(), Unit::ms)
            )
        );
    }
    void note(const SourceBack& event) { deviates(event.at, "both sources were heard again"); }
    void note(const Triggered& event) {
        std::ranges::copy(event.fired, std::back_inserter(report_.triggers));
    }
    void note(const IntentRaised& event) {
        report_.acts.push_back(
            {.at = event.at,
             .who = event.by,
             .what = std::string{to_string(event.intent)},
             .why = event.why}
        );
    }
    void note(const Resumed& event) {
        report_.acts.push_back({.at = event.at, .who = event.by, .what = "resume", .why = event.why}
        );
    }

    const Plan& plan_;
    ChangeReport& report_;
    Execution execution_;
    bool has_begun_ = false;
    bool has_driver_ = false;
};

/// What the metrics that were judged had been before anything was touched.
void compare_with_baseline(ChangeReport& report, const Assessment& assessment) {
    if (!report.baseline) {
        return;
    }
    for (ReportedStage& stage : report.stages) {
        for (ReportedCriterion& one : stage.criteria) {
            const auto condition = parse_condition(one.verdict.criterion);
            // The others are judged against the baseline already.
            if (condition && condition->metric != "latency_regression" &&
                condition->metric != "new_errors" && condition->metric != "pool_max") {
                one.baseline = assessment.read(condition->metric, *report.baseline);
            }
        }
    }
}

void find_times_without_data(ChangeReport& report, const Assessment& assessment) {
    for (ReportedStage& stage : report.stages) {
        const auto entered = std::ranges::find(report.timeline, stage.state, &ReportedState::state);
        base::ensure(entered != report.timeline.end(), "a state is entered before it is judged");
        const Milliseconds covered = assessment.covered(entered->from, stage.judged_at, {});
        stage.without_data =
            std::max(Milliseconds{0}, between(entered->from, stage.judged_at) - covered);
    }
}

ReportedAvailability availability_of(const Measurements& measured, const TimeSpan& span) {
    ReportedAvailability seen{.probes = {}, .load = measured.load(span)};
    const ProbeSample* before = nullptr;
    for (const ProbeSample* probe : measured.probes(span)) {
        seen.probes.requests += probe->counts.requests;
        seen.probes.errors += probe->counts.errors;
        seen.longest_gap = std::max(seen.longest_gap, probe->longest_gap);
        if (before != nullptr && before->last_success && probe->first_success) {
            seen.longest_gap =
                std::max(seen.longest_gap, between(*before->last_success, *probe->first_success));
        }
        before = probe->last_success ? probe : before;
    }
    return seen;
}

std::optional<Milliseconds> rolled_back_within(const std::vector<ReportedOrder>& orders) {
    if (orders.empty() || !orders.back().is_way_back || orders.back().answers.empty()) {
        return std::nullopt;
    }
    return std::ranges::max(orders.back().answers, {}, &ReportedOrder::Answer::after).after;
}

std::vector<ReportedDecision> reported(const std::vector<Decision>& decisions) {
    std::vector<ReportedDecision> made;
    made.reserve(decisions.size());
    for (const Decision& decision : decisions) {
        ReportedDecision one{
            .decision = std::string{to_string(decision.verb)},
            .name = decision.approver_name,
            .role = std::string{to_string(decision.role)},
            .key_id = decision.key_id,
            .words = decision.verb == Verb::approve ? decision.sentence : decision.rationale,
        };
        for (const Condition& condition : decision.conditions) {
            one.conditions.push_back(to_text(condition));
        }
        made.push_back(std::move(one));
    }
    return made;
}

std::vector<ReportedIncident> reported(const std::vector<Incident>& incidents) {
    std::vector<ReportedIncident> made;
    made.reserve(incidents.size());
    for (const Incident& incident : incidents) {
        made.push_back({
            .incident = incident_name(incident.number),
            .severity = std::string{to_string(incident.severity)},
            .title = incident.title,
            .is_open = incident.is_open(),
        });
    }
    return made;
}

}  // namespace

ChangeReport report_of(const ReportSources& sources) {
    base::ensure(!sources.history.empty(), "what has ended has begun");
    const auto& started = std::get<ExecutionStarted>(sources.history.front());
    const Plan& unscaled = sources.payload.plan;
    const Plan plan = rehearsal_of(unscaled, started.terms.time_scale);
    ChangeReport report{
        .system = fmt::format("{} {}", unscaled.system.name, unscaled.system.version),
        .change = started.terms.change,
        .revision = started.terms.revision,
        .attempt = started.terms.attempt,
        .digest = started.terms.digest,
        .time_scale = started.terms.time_scale,
        .instances = started.terms.instances,
        .wanted = plan.phase1.change,
        .why = {},
        .started_at = started.at,
        .ended_at = at(sources.history.back()),
        .due_at = at(sources.history.back()) + plan.approval.report_due_within,
        .rollback_aim = plan.phase1.rollback.aim,
        .incidents = reported(sources.incidents),
        .decisions = reported(sources.decisions),
        .earlier = sources.earlier,
    };
    Walk walk{plan, report};
    for (const ExecutionEvent& event : sources.history) {
        walk.take(event);
    }
    const Execution execution = std::move(walk).end();
    base::ensure(is_final(execution.state), "a report is written when everything is over");
    report.outcome = execution.state;
    const auto back =
        std::ranges::find(report.timeline, ExecutionState::rolling_back, &ReportedState::state);
    if (back != report.timeline.end()) {
        report.way_back = back->cause;
        report.why = back->why;
    }
    report.baseline = execution.baseline;
    report.rolled_back_within = rolled_back_within(report.orders);
    const base::Instant applied_at =
        report.orders.empty() ? report.ended_at : report.orders.front().at;
    report.availability =
        availability_of(sources.measured, {.from = applied_at, .to = report.ended_at});
    const Setting setting{
        .instances = report.instances, .baseline = report.baseline, .applied_at = applied_at
    };
    const Assessment assessment{plan, setting, sources.measured};
    compare_with_baseline(report, assessment);
    find_times_without_data(report, assessment);
    return report;
}

}  // namespace accubooks::launch
