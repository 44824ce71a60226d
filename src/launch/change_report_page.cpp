#include <algorithm>

#include "launch/change_report.h"
#include "launch/internal/record_page.h"
#include "launch/markdown.h"
#include "launch/role_name.h"

namespace accubooks::launch {
namespace {

std::string_view headline(ExecutionState outcome) {
    switch (outcome) {
        case ExecutionState::succeeded:
            return "✅ SUCCEEDED, the new values are kept";
        case ExecutionState::rolled_back:
            return "❌ ROLLED BACK, the prior values hold on every instance";
        case ExecutionState::rehearsed:
            return "✅ REHEARSED, the prior values are back; a rehearsal is never a verdict";
        case ExecutionState::cancelled:
            return "❌ CANCELLED, nothing was touched";
        case ExecutionState::failed_manual:
            return "❌ THE ROLLBACK FAILED, it was settled by hand";
        case ExecutionState::precheck:
        case ExecutionState::baseline:
        case ExecutionState::apply:
        case ExecutionState::soak:
        case ExecutionState::immediate:
        case ExecutionState::synthetic:
        case ExecutionState::sustained:
        case ExecutionState::finalise:
        case ExecutionState::paused:
        case ExecutionState::rolling_back:
        case ExecutionState::rollback_verify:
        case ExecutionState::rollback_failed:
            return "under way";
    }
    std::unreachable();
}

/// Whole seconds of a time that was measured, for people.
std::string lasted(Milliseconds time) {
    return time < std::chrono::seconds{10}
               ? fmt::format("{} ms", time.count())
               : fmt::format("{}.{} s", time.count() / 1000, time.count() % 1000 / 100);
}

std::string reading_of(const Reading& reading, const Condition* condition) {
    if (!reading.has_value()) {
        return markdown(reading.why.empty() ? "no data" : reading.why);
    }
    const Metric* const metric = condition != nullptr ? find_metric(condition->metric) : nullptr;
    const auto text = [metric](std::int64_t value) {
        return metric != nullptr ? to_text(value, metric->unit) : std::to_string(value);
    };
    std::string shown = text(reading.value);
    if (reading.low && reading.high) {
        shown += fmt::format(" ({} to {})", text(*reading.low), text(*reading.high));
    }
    return markdown(shown);
}

void write_outcome(Page& page, const ChangeReport& report) {
    page.line("# Post-change report of {}\n", markdown(report.change));
    page.field("System", markdown(report.system));
    page.field(
        "Execution",
        fmt::format(
            "revision {}, attempt {}{}",
            report.revision,
            report.attempt,
            report.is_rehearsal() ? fmt::format(", a rehearsal at scale {}", report.time_scale)
                                  : std::string{}
        )
    );
    page.field("Approved payload", "SHA-256 " + markdown_code(report.digest));
    page.field("Instances", markdown(fmt::format("{}", fmt::join(report.instances, ", "))));
    page.field("Started", minute(report.started_at));
    page.field("Ended", minute(report.ended_at));
    page.field("Report due", minute(report.due_at));
    page.line("**Outcome**: **{}**", headline(report.outcome));
    if (!report.why.empty()) {
        page.line(
            "\n**Why it went back**: {} ({})",
            markdown(report.why),
            markdown(to_string(report.way_back))
        );
    }
    page.part("What was to change");
    for (const SettingChange& change : report.wanted) {
        page.line("- {}: {} → {}", markdown_code(change.setting), change.from, change.to);
    }
}

void write_timeline(Page& page, const ChangeReport& report) {
    page.section("Timeline");
    page.line("| from | state | lasted | planned | cause |");
    page.line("| --- | --- | --- | --- | --- |");
    for (const ReportedState& one : report.timeline) {
        page.line(
            "| {} | {} | {} | {} | {}{} |",
            minute(one.from),
            markdown(to_string(one.state)),
            lasted(std::chrono::duration_cast<Milliseconds>(one.to - one.from)),
            one.planned ? lasted(*one.planned) : std::string{},
            markdown(to_string(one.cause)),
            one.why.empty() ? std::string{} : ": " + markdown(one.why)
        );
    }
}

void write_orders(Page& page, const ChangeReport& report) {
    page.section("Orders and acknowledgements");
    if (report.orders.empty()) {
        page.line("Nothing was ordered.");
    }
    for (const ReportedOrder& order : report.orders) {
        std::string values;
        for (const SettingValue& value : order.values) {
            values += fmt::format(
                "{}{} = {}", values.empty() ? "" : ", ", markdown_code(value.setting), value.value
            );
        }
        page.line(
            "\n{} {}, {}{}: {}\n",
            order.is_way_back ? "The way back, generation" : "Generation",
            order.generation,
            minute(order.at),
            order.revision ? fmt::format(", revision {} of the settings", *order.revision)
                           : std::string{", never placed"},
            values
        );
        for (const ReportedOrder::Answer& answer : order.answers) {
            page.line(
                "- {} runs on it after {}, pool maximum {} (boot {})",
                markdown(answer.instance),
                lasted(answer.after),
                answer.pool_max,
                markdown(base::to_string(answer.boot_id))
            );
        }
    }
    if (report.rolled_back_within) {
        page.line(
            "\nFrom the order to go back until the last instance ran on the prior values: {} "
            "(aim: {}).",
            lasted(*report.rolled_back_within),
            lasted(report.rollback_aim)
        );
    }
}

void write_availability(Page& page, const ChangeReport& report) {
    const ReportedAvailability& seen = report.availability;
    page.section("Availability");
    if (report.orders.empty()) {
        page.line("Nothing was touched.");
        return;
    }
    page.line("From the first order to the end, as seen from outside:\n");
    page.line("- Prober: {} requests, {} failed", seen.probes.requests, seen.probes.errors);
    page.line("- Longest time between two successes: {}", lasted(seen.longest_gap));
    page.line("- Synthetic load: {} requests, {} errors", seen.load.requests, seen.load.errors);
}

void write_stage(Page& page, const ReportedStage& stage) {
    page.part(fmt::format(
        "{}: {}, {}",
        markdown(to_string(stage.state)),
        upper(to_string(stage.outcome)),
        minute(stage.judged_at)
    ));
    page.line("| criterion | baseline | found | samples | verdict |");
    page.line("| --- | --- | --- | --- | --- |");
    for (const ReportedCriterion& one : stage.criteria) {
        const Verdict& verdict = one.verdict;
        const auto parsed = parse_condition(verdict.criterion);
        const Condition* const condition = parsed ? &*parsed : nullptr;
        page.line(
            "| {} | {} | {} | {} of {} | {}{} |",
            markdown(verdict.criterion),
            one.baseline ? reading_of(*one.baseline, condition) : std::string{},
            reading_of(verdict.reading, condition),
            verdict.reading.samples,
            verdict.samples_needed,
            upper(to_string(verdict.outcome)),
            verdict.outcome == Outcome::pass ? std::string{} : ": " + markdown(verdict.reason)
        );
    }
    page.line("\nWithout data: {}.", lasted(stage.without_data));
}

void write_verdicts(Page& page, const ChangeReport& report) {
    page.section("Verdicts");
    if (report.baseline) {
        page.line(
            "Baseline: {} to {}.", minute(report.baseline->from), minute(report.baseline->to)
        );
    } else {
        page.line("No baseline was taken.");
    }
    for (const ReportedStage& stage : report.stages) {
        write_stage(page, stage);
    }
    if (!report.triggers.empty()) {
        page.part("Triggers that fired");
        for (const Verdict& verdict : report.triggers) {
            page.line("- {}: {}", markdown(verdict.criterion), markdown(verdict.reason));
        }
    }
}

void write_people(Page& page, const ChangeReport& report) {
    page.section("People");
    for (const ReportedDecision& one : report.decisions) {
        const auto role = parse_role_name(one.role);
        page.line(
            "- {} by {} ({}), key {}: “{}”",
            markdown(one.decision),
            markdown(one.name),
            role ? title_of(*role) : std::string_view{},
            markdown_code(one.key_id),
            markdown(one.words)
        );
        for (const std::string& condition : one.conditions) {
            page.line("  - on the condition {}, which held at the start", markdown(condition));
        }
    }
    for (const ReportedAct& act : report.acts) {
        page.line(
            "- {}: {} by {}{}",
            minute(act.at),
            markdown(act.what),
            markdown(act.who),
            act.why.empty() ? std::string{} : ": " + markdown(act.why)
        );
    }
}

void write_rest(Page& page, const ChangeReport& report) {
    page.section("Deviations from the plan");
    for (const std::string& deviation : report.deviations) {
        page.line("- {}", markdown(deviation));
    }
    if (report.deviations.empty()) {
        page.line("None.");
    }
    page.section("Incidents");
    for (const ReportedIncident& one : report.incidents) {
        page.line(
            "- {} {}, {}: {}",
            markdown(one.severity),
            markdown(one.incident),
            one.is_open ? "open" : "closed",
            markdown(one.title)
        );
    }
    if (report.incidents.empty()) {
        page.line("None.");
    }
    page.section("Earlier executions of this change");
    for (const ReportedAttempt& one : report.earlier) {
        page.line(
            "- {} {} of revision {}: {}",
            one.is_rehearsal ? "Rehearsal" : "Attempt",
            one.attempt,
            one.revision,
            markdown(one.ending)
        );
    }
    if (report.earlier.empty()) {
        page.line("None.");
    }
    page.section("How to verify this report");
    page.line("It lies in the execution's evidence, whose manifest is sealed in the audit log:\n");
    page.line("```\naccubooks audit verify FOLDER --policy policy.json");
    page.line("accubooks launch replay FOLDER\n```\n");
    page.line("The first proves every file from the files alone; the second makes every verdict");
    page.line("again from the raw measurements. What the lead signs is the SHA-256 of report.json."
    );
}

}  // namespace

std::string to_markdown(const ChangeReport& report) {
    Page page;
    write_outcome(page, report);
    write_timeline(page, report);
    write_orders(page, report);
    write_availability(page, report);
    write_verdicts(page, report);
    write_people(page, report);
    write_rest(page, report);
    return std::move(page).take();
}

}  // namespace accubooks::launch
