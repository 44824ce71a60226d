#include "launch/prechecks.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "launch/assessment.h"
#include "launch/change_store.h"
#include "launch/incident_store.h"
#include "ops/capacity.h"
#include "ops/revision_store.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;

/// "02:30" as minutes of the day; the plan's own reader has checked the form.
int minutes_of(std::string_view time) {
    const auto digit = [time](std::size_t at) { return time.at(at) - '0'; };
    return (digit(0) * 10 + digit(1)) * 60 + digit(3) * 10 + digit(4);
}

CheckOutcome passes_if(bool holds, std::string check, std::string why) {
    return {
        .check = std::move(check),
        .outcome = holds ? Outcome::pass : Outcome::fail,
        .why = std::move(why),
    };
}

struct Judge {
    const Plan& plan;
    const Terms& terms;
    const PrecheckFacts& facts;
    base::Instant now;

    CheckOutcome not_applicable(const Precheck& check, std::string why) const {
        return {.check = check.check, .outcome = Outcome::not_applicable, .why = std::move(why)};
    }

    CheckOutcome window(const Precheck& check) const {
        if (terms.is_rehearsal()) {
            return not_applicable(check, "A rehearsal needs no window.");
        }
        const DayWindow& times = plan.phase1.window;
        const bool inside = is_inside(times, now);
        const std::string said = fmt::format(
            "It is {} UTC; the window is {} to {}.",
            base::to_rfc3339(now).substr(11, 5),
            times.from,
            times.to
        );
        const bool is_passed_over = !inside && check.overridable && terms.override_window;
        return passes_if(
            inside,
            check.check,
            is_passed_over ? fmt::format("{} Passed over: {}", said, *terms.override_window) : said
        );
    }

    CheckOutcome operator()(const Precheck& check) const {
        if (check.applies_after && !facts.succeeded.contains(*check.applies_after)) {
            return not_applicable(
                check,
                fmt::format("It applies once {} has succeeded.", to_string(*check.applies_after))
            );
        }
        if (check.check == "no_open_incident") {
            return passes_if(
                facts.open_incidents == 0,
                check.check,
                fmt::format("{} incidents of class P0 or P1 are open.", facts.open_incidents)
            );
        }
        if (check.check == "capacity") {
            return passes_if(
                !facts.over_capacity,
                check.check,
                facts.over_capacity ? facts.over_capacity->detail
                                    : "The server carries the pools of all instances."
            );
        }
        if (check.check == "rollback_rehearsed") {
            if (terms.is_rehearsal()) {
                return not_applicable(check, "This is the rehearsal.");
            }
            return passes_if(
                facts.rollback_rehearsed,
                check.check,
                facts.rollback_rehearsed
                    ? "A rehearsal of this revision came back to the prior values."
                    : "No rehearsal of this revision has come back to the prior values yet."
            );
        }
        if (check.check == "window") {
            return window(check);
        }
        return {
            .check = check.check,
            .outcome = Outcome::inconclusive,
            .why = "This program doesn't know how to check that.",
        };
    }
};

CheckOutcome approval(const PrecheckFacts& facts, base::Instant now) {
    const bool holds = facts.approved_until && now < *facts.approved_until;
    return passes_if(
        holds,
        "approval",
        facts.approved_until ? fmt::format(
                                   "It {} good until {}.",
                                   holds ? "is" : "was",
                                   base::to_rfc3339(*facts.approved_until)
                               )
                             : "Nobody's approval counts."
    );
}

/// What is looked at again behind the baseline.
Plan behind_baseline(Plan plan, Milliseconds took) {
    std::vector<Precheck>& checks = plan.phase1.prechecks.checks;
    std::erase_if(checks, [](const Precheck& check) {
        return check.when && rests_on_requests(check.when->metric);
    });
    for (Precheck& check : checks) {
        if (check.when && check.when->metric == "acknowledgement_age") {
            check.when->bound += took.count();
        }
    }
    return plan;
}

/// How long the baseline is being taken; none in another state. A pause isn't part of it.
std::optional<Milliseconds> baseline_took(const Execution& execution, base::Instant now) {
    if (execution.state != ExecutionState::baseline) {
        return std::nullopt;
    }
    auto took = now - execution.entered_at;
    for (const TimeSpan& pause : execution.pauses) {
        took -= pause.to - pause.from;
    }
    return std::chrono::duration_cast<Milliseconds>(took);
}

/// The values that every instance would have in the end.
ops::Values with_change(ops::Values values, const PoolScaling& plan) {
    for (const SettingChange& change : plan.change) {
        values.insert_or_assign(change.setting, change.to);
    }
    return values;
}

Result<void> check_room(
    const ops::Values& values,
    const std::vector<std::int64_t>& others,
    const ops::ServerLimits& limits,
    Ratio margin
) {
    AB_CHECK(ops::check_capacity(values, others, limits));
    const ops::ServerLimits spared{
        .max_connections = limits.available() * 1'000'000 / (1'000'000 + margin.ppm)
    };
    if (!ops::check_capacity(values, others, spared)) {
        return base::refuse(
            base::ErrorKind::conflict,
            "settings.over_capacity",
            fmt::format(
                "The pools of all instances would leave less than {} of the server's {} "
                "connections spare.",
                to_text(margin.ppm, Unit::ppm),
                limits.available()
            )
        );
    }
    return {};
}

/// What the new values would ask the server for too much.
Task<std::optional<base::Error>> over_capacity(
    pg::Connection& ops, const PoolScaling& plan, base::Deadline deadline
) {
    const auto sight = co_await ops::look(ops, deadline);
    if (!sight) {
        co_return base::Error{
            .kind = base::ErrorKind::conflict,
            .code = "settings.no_revision",
            .detail = "There is no revision of the settings.",
        };
    }
    const auto values = ops::values_of(sight->newest);
    if (!values) {
        co_return values.error();
    }
    std::vector<std::int64_t> others;
    for (const ops::Boot& boot : co_await ops::boots(ops, 0, deadline)) {
        if (boot.is_live) {
            others.push_back(boot.who.other_connections);
        }
    }
    const auto room = check_room(
        with_change(*values, plan),
        others,
        co_await ops::server_limits(ops, deadline),
        plan.prechecks.capacity_margin
    );
    co_return room ? std::nullopt : std::optional{room.error()};
}

/// The approval's conditions are judged as pre-checks are.
void add_conditions(Plan& plan, const std::vector<Condition>& conditions) {
    for (const Condition& condition : conditions) {
        plan.phase1.prechecks.checks.push_back(
            {.check = "condition " + to_text(condition),
             .when = condition,
             .what = "A condition of the approval"}
        );
    }
}

}  // namespace

std::optional<base::Instant> approved_until(const Revision& revision) {
    std::optional<base::Instant> until;
    for (const GivenApproval& given : revision.approvals) {
        until = std::min(until.value_or(given.expires_at), given.expires_at);
    }
    return revision.state == State::executing ? until : std::nullopt;
}

bool is_inside(const DayWindow& window, base::Instant now) {
    const std::string time = base::to_rfc3339(now).substr(11, 5);
    const int from = minutes_of(window.from);
    const int to = minutes_of(window.to);
    const int at = minutes_of(time);
    return from <= to ? from <= at && at < to : from <= at || at < to;
}

std::vector<CheckOutcome> judge_prechecks(
    const Plan& plan,
    const Terms& terms,
    const PrecheckFacts& facts,
    const Measurements& measured,
    base::Instant now
) {
    const Plan asked = facts.baseline_took ? behind_baseline(plan, *facts.baseline_took) : plan;
    const Judge judge{.plan = asked, .terms = terms, .facts = facts, .now = now};
    const Setting setting{.instances = terms.instances, .applied_at = now};
    const auto verdicts = Assessment{asked, setting, measured}.prechecks(now);
    std::vector<CheckOutcome> outcomes;
    for (const Precheck& check : asked.phase1.prechecks.checks) {
        const bool applies = !check.applies_after || facts.succeeded.contains(*check.applies_after);
        const auto verdict = std::ranges::find(verdicts, check.check, &Verdict::criterion);
        if (applies && verdict != verdicts.end()) {
            outcomes.push_back(
                {.check = check.check, .outcome = verdict->outcome, .why = verdict->reason}
            );
        } else {
            outcomes.push_back(judge(check));
        }
    }
    outcomes.push_back(approval(facts, now));
    return outcomes;
}

Task<std::vector<CheckOutcome>> look_at_prechecks(
    pg::Connection& ops,
    const Attempt& attempt,
    const Measurements& measured,
    base::Instant now,
    base::Deadline deadline
) {
    const ExecutionRow& row = attempt.row;
    PrecheckFacts facts;
    facts.open_incidents = co_await count_open(ops, Severity::p0, deadline) +
                           co_await count_open(ops, Severity::p1, deadline);
    facts.over_capacity = co_await over_capacity(ops, attempt.plan.phase1, deadline);
    facts.rollback_rehearsed =
        co_await count_rehearsed(ops, row.change, row.revision, deadline) > 0;
    Plan asked = attempt.plan;
    const auto changes = co_await load_changes(ops, deadline);
    facts.succeeded = succeeded_phases(changes);
    const auto change = std::ranges::find(changes, row.change, &Change::number);
    base::ensure(change != changes.end(), "an execution's foreign key keeps its change");
    const Revision& revision = *change->revision(row.revision);
    facts.approved_until = approved_until(revision);
    facts.baseline_took = baseline_took(attempt.execution, now);
    add_conditions(asked, conditions_of(revision));
    co_return judge_prechecks(asked, attempt.execution.terms, facts, measured, now);
}

}  // namespace accubooks::launch
