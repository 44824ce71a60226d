#include "launch/execution_book.h"

#include <algorithm>
#include <ranges>
#include <set>

#include <fmt/format.h>

#include "audit/log_reader.h"
#include "launch/change_log.h"
#include "launch/change_notice.h"
#include "launch/execution_json.h"
#include "launch/incident_store.h"
#include "launch/internal/live_settings.h"
#include "launch/internal/written.h"
#include "launch/notification.h"
#include "launch/prechecks.h"
#include "launch/rehearsal.h"
#include "launch/signed_decision.h"
#include "ops/revision_store.h"

namespace accubooks::launch {
namespace {

using base::ErrorKind;
using base::Result;
using base::Task;

base::Digest digest_of(const BuildSeen& build) {
    return base::sha256(fmt::format(
        "{}\n{}\n{}\n{}",
        build.version,
        build.commit,
        base::to_hex(build.binary),
        base::to_hex(build.schema)
    ));
}

Task<std::set<std::string>> live_instances(pg::Connection& connection, base::Deadline deadline) {
    std::set<std::string> names;
    const std::vector<ops::Boot> boots = co_await ops::boots(connection, 0, deadline);
    for (const ops::Boot& boot : boots) {
        if (boot.is_live && !boot.is_draining) {
            names.insert(boot.who.instance);
        }
    }
    co_return names;
}

/// Stakeholders of the payload without a receipt of the approval's notice.
Task<std::vector<std::string>> untold(
    pg::Connection& connection, const Payload& payload, base::Deadline deadline
) {
    const auto entries = co_await entries_of(connection, payload.change, deadline);
    const auto notice = approval_notice(payload.change, payload.revision, entries);
    const auto receipts = co_await receipts_of(connection, notice.value_or(""), deadline);
    std::vector<std::string> names;
    for (const Stakeholder& stakeholder : without_receipt(payload.stakeholders, receipts)) {
        names.push_back(stakeholder.name);
    }
    co_return names;
}

/// The role by which somebody may do it; the first of theirs where none may, for the refusal.
Person person_of(const Plan& plan, const Participant& by, Right right) {
    const auto may = [&plan, right](RoleName role) { return plan.may(role, right); };
    const auto found = std::ranges::find_if(by.roles, may);
    return {.name = by.name, .role = found == by.roles.end() ? *by.roles.begin() : *found};
}

/// What an execution carries out: the approved settings, whose values come back with it.
Terms terms_of(
    const Payload& payload,
    const ExecutionRow& row,
    base::Digest digest,
    ExecutionBook::Wanted wanted
) {
    Terms terms{
        .change = change_name(row.change),
        .revision = row.revision,
        .attempt = row.attempt,
        .digest = base::to_hex(digest),
        .time_scale = wanted.time_scale,
        .instances = payload.instances,
        .prior = {},
        .override_window = std::move(wanted.override_window),
    };
    for (const SettingChange& change : payload.plan.phase1.change) {
        terms.prior.push_back({.setting = change.setting, .value = change.from});
    }
    return terms;
}

Task<Written> finish(
    pg::Connection& connection,
    const Actor& by,
    const Attempt& attempt,
    std::vector<base::Uuid> acts,
    base::Deadline deadline
) {
    Written written{.status = 201, .body = execution_json(attempt), .acts = std::move(acts)};
    co_return co_await keep_and_commit(connection, by, std::move(written), deadline);
}

}  // namespace

Task<Ground> ExecutionBook::ground(
    pg::Connection& connection,
    const Change& change,
    const Payload& payload,
    base::Deadline deadline
) {
    const std::int64_t revision = payload.revision;
    Ground ground{
        .wanted_build = digest_of(payload.build),
        .wanted_instances = {payload.instances.begin(), payload.instances.end()},
        .is_in_window = is_inside(payload.plan.phase1.window, parts_.clock.now()),
    };
    const LiveSettings settings = co_await live_settings(connection, deadline);
    ground.live = launch::digest_of(settings.values);
    BuildSeen build = parts_.build();
    build.schema = co_await schema_digest(connection, deadline);
    ground.found_build = digest_of(build);
    ground.live_instances = co_await live_instances(connection, deadline);
    ground.untold = co_await untold(connection, payload, deadline);
    ground.open_p0 = co_await count_open(connection, Severity::p0, deadline);
    ground.open_p1 = co_await count_open(connection, Severity::p1, deadline);
    ground.rehearsals = co_await count_rehearsed(connection, change.number, revision, deadline);
    const auto changes = co_await load_changes(connection, deadline);
    ground.is_gate_open = is_gate_open(payload.plan, change.phase, changes, ground.open_p0);
    ground.was_log_reopened = co_await audit::is_told_by_earlier_log(
        connection, {revision_object(change.number, revision)}, deadline
    );
    // What has to be measured is judged with the pre-checks.
    const Facts facts{{"open_p0", ground.open_p0}};
    std::vector<Condition> conditions = conditions_of(change.newest());
    std::erase_if(conditions, [&facts](const Condition& one) {
        return !facts.contains(one.metric);
    });
    ground.conditions = judge(conditions, facts);
    co_return ground;
}

/// What the database says of an approval is worth what its approver's key says: whoever writes
/// there in the service's name approves nothing.
Task<Result<void>> ExecutionBook::check_signed(
    pg::Connection& connection, const Change& change, base::Deadline deadline
) {
    const Revision& newest = change.newest();
    const auto stored = co_await decisions_of(connection, change.number, deadline);
    for (const GivenApproval& approval : newest.approvals) {
        auto theirs = co_await parts_.keys_of(approval.approver, deadline);
        for (KnownKey& key : theirs) {
            key.is_revoked = false;  // since then, maybe; what was signed before stays
        }
        const bool is_signed = std::ranges::any_of(stored, [&](const StoredDecision& one) {
            const auto opened = open_decision(one.envelope, theirs);
            return opened && opened->verb == Verb::approve && opened->payload == newest.digest &&
                   opened->approver == approval.approver && opened->key_id == approval.key_id;
        });
        if (!is_signed) {
            co_return base::refuse(
                ErrorKind::conflict,
                "launch.approval_unsigned",
                "The database holds an approval that its approver's key did not sign. Find out who "
                "wrote it, then ask for a new revision."
            );
        }
    }
    co_return Result<void>{};
}

Task<Result<Written>> ExecutionBook::start(
    Actor by, std::int64_t number, Wanted wanted, base::Deadline deadline
) {
    if (wanted.override_window) {
        AB_CO_CHECK(check_reason(*wanted.override_window, "Passing the window over"));
    }
    pg::Lease lease = co_await parts_.ops.acquire(deadline);
    co_await begin_for(*lease, number, deadline);
    AB_CO_TRY(answered, co_await answered_before(*lease, by, deadline));
    if (answered) {
        co_return *std::move(answered);
    }
    auto change = co_await load_change(*lease, number, deadline);
    if (!change || change->revisions.empty()) {
        co_return change_not_found();
    }
    if (change->phase != PhaseName::phase1) {
        co_return base::refuse(
            ErrorKind::conflict,
            "launch.phase_not_executable",
            fmt::format(
                "This program carries out phase 1 alone; {} is a change of {}.",
                change_name(number),
                to_string(change->phase)
            )
        );
    }
    const std::int64_t revision = change->newest().number;
    const auto stored = co_await find_revision(*lease, number, revision, deadline);
    AB_CO_TRY(payload, payload_of(stored->payload));
    const std::int64_t scale_max = payload.plan.phase1.rehearsal.time_scale_max;
    const std::int64_t scale_least = wanted.is_rehearsal ? kRehearsalScaleLeast : 1;
    const std::int64_t scale_most = wanted.is_rehearsal ? scale_max : 1;
    if (wanted.time_scale < scale_least || wanted.time_scale > scale_most) {
        co_return base::refuse(
            ErrorKind::invalid,
            "launch.bad_time_scale",
            fmt::format(
                "A rehearsal is {} to {} times faster, the real execution isn't.",
                kRehearsalScaleLeast,
                scale_max
            )
        );
    }
    const base::Instant now = parts_.clock.now();
    Start command{
        .by = by.person,
        .is_rehearsal = wanted.is_rehearsal,
        .override_reason = wanted.override_window.value_or(""),
        .ground = co_await ground(*lease, *change, payload, deadline),
    };
    AB_CO_CHECK(decide(*change, command, now));
    AB_CO_CHECK(co_await check_signed(*lease, *change, deadline));
    NewExecution made{
        .change = number,
        .revision = revision,
        .is_rehearsal = command.is_rehearsal,
        .made_at = now,
    };
    const auto row = co_await begin_execution(*lease, made, deadline);
    if (!row) {
        co_return base::refuse(
            ErrorKind::conflict,
            "launch.execution_runs",
            "An execution is under way; two would disturb each other."
        );
    }
    command.attempt = row->attempt;
    AB_CO_TRY(event, decide(*change, command, now));
    std::vector<base::Uuid> acts;
    acts.push_back(
        co_await append(*lease, *change, std::move(event), by.name, std::string{}, deadline)
    );
    Terms terms = terms_of(payload, *row, stored->digest, std::move(wanted));
    AB_CO_TRY(attempt, co_await load_attempt(*lease, *row, deadline));
    attempt.plan = rehearsal_of(std::move(attempt.plan), terms.time_scale);
    Events events = launch::start(attempt.plan, std::move(terms), std::nullopt, row->epoch, now);
    AB_CO_TRY(more, co_await append_events(*lease, attempt, std::move(events), by.name, deadline));
    acts.insert(acts.end(), more.begin(), more.end());
    co_return co_await finish(*lease, by, attempt, std::move(acts), deadline);
}

Task<Result<Act>> ExecutionBook::act_of(
    pg::Connection& connection,
    const Attempt& attempt,
    const Participant& by,
    Wish wish,
    std::string reason,
    base::Deadline deadline
) {
    const auto raise = [&](Intent intent, Right right) {
        return Raise{
            .intent = intent,
            .by = person_of(attempt.plan, by, right),
            .why = std::move(reason),
        };
    };
    switch (wish) {
        case Wish::pause:
            co_return raise(Intent::pause, Right::pause);
        case Wish::rollback:
            co_return raise(Intent::rollback, Right::rollback);
        case Wish::abort:
            co_return raise(Intent::abort, Right::abort);
        case Wish::resolve:
            co_return Resolve{
                .by = person_of(attempt.plan, by, Right::rollback), .why = std::move(reason)
            };
        case Wish::resume:
            break;
    }
    Resume resume{.by = {}, .why = std::move(reason)};
    for (const Incident& incident : co_await all_incidents(connection, deadline)) {
        if (incident.severity == Severity::p0) {
            resume.is_p0_open = resume.is_p0_open || incident.is_open();
            resume.had_p0 = resume.had_p0 || incident.opened_at >= attempt.execution.started_at;
        }
    }
    const Right right = resume.had_p0 ? Right::resume_after_p0 : Right::resume;
    resume.by = person_of(attempt.plan, by, right);
    co_return resume;
}

Task<Result<Written>> ExecutionBook::end_unreadable(
    pg::Connection& connection,
    const Actor& by,
    const ExecutionRow& row,
    std::string why,
    std::string unreadable,
    base::Deadline deadline
) {
    const Person person = person_of(parts_.plan, by.person, Right::abort);
    if (!parts_.plan.may(person.role, Right::abort)) {
        co_return base::refuse(
            ErrorKind::forbidden,
            "launch.no_right",
            fmt::format("A {} may not abort.", to_string(person.role))
        );
    }
    Attempt attempt = co_await load_unreadable(connection, row, parts_.plan, deadline);
    AB_CO_TRY(events, give_up(attempt.execution, person, why, parts_.clock.now()));
    AB_CO_TRY(
        acts, co_await append_events(connection, attempt, std::move(events), by.name, deadline)
    );
    base::JsonWriter json;
    write_unreadable(json, row, unreadable);
    Written written{.status = 201, .body = std::move(json).take(), .acts = std::move(acts)};
    co_return co_await keep_and_commit(connection, by, std::move(written), deadline);
}

Task<Result<Written>> ExecutionBook::act(
    Actor by, std::int64_t number, Wish wish, std::string reason, base::Deadline deadline
) {
    AB_CO_CHECK(check_reason(reason, "This"));
    pg::Lease lease = co_await parts_.ops.acquire(deadline);
    co_await begin_for(*lease, number, deadline);
    AB_CO_TRY(answered, co_await answered_before(*lease, by, deadline));
    if (answered) {
        co_return *std::move(answered);
    }
    const auto row = co_await running_execution(*lease, deadline);
    if (!row || row->change != number) {
        co_return base::refuse(
            ErrorKind::conflict, "launch.nothing_runs", "No execution of this change is under way."
        );
    }
    auto loaded = co_await load_attempt(*lease, *row, deadline);
    if (!loaded && (wish == Wish::abort || wish == Wish::resolve)) {
        co_return co_await end_unreadable(
            *lease, by, *row, std::move(reason), std::move(loaded).error().detail, deadline
        );
    }
    AB_CO_TRY(attempt, std::move(loaded));
    AB_CO_TRY(
        asked, co_await act_of(*lease, attempt, by.person, wish, std::move(reason), deadline)
    );
    AB_CO_TRY(events, decide(attempt.plan, attempt.execution, asked, parts_.clock.now()));
    AB_CO_TRY(acts, co_await append_events(*lease, attempt, std::move(events), by.name, deadline));
    co_return co_await finish(*lease, by, attempt, std::move(acts), deadline);
}

Task<std::vector<ExecutionBook::Listed>> ExecutionBook::list(
    std::int64_t change, base::Deadline deadline
) {
    std::vector<Listed> listed;
    pg::Lease lease = co_await parts_.ops.acquire(deadline);
    const auto rows = co_await executions_of(*lease, change, deadline);
    listed.reserve(rows.size());
    for (const ExecutionRow& row : rows | std::views::reverse) {
        listed.push_back({.row = row, .attempt = co_await load_attempt(*lease, row, deadline)});
    }
    co_return listed;
}

Task<Result<Attempt>> ExecutionBook::find(std::int64_t number, base::Deadline deadline) {
    pg::Lease lease = co_await parts_.ops.acquire(deadline);
    const auto row = co_await find_execution(*lease, number, deadline);
    if (!row) {
        co_return execution_not_found();
    }
    co_return co_await load_attempt(*lease, *row, deadline);
}

}  // namespace accubooks::launch
