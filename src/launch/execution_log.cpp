#include "launch/execution_log.h"

#include <algorithm>

#include <fmt/format.h>

#include "audit/act.h"
#include "audit/bundle_verifier.h"
#include "base/canonical_json.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "launch/change_log.h"
#include "launch/change_store.h"
#include "launch/effects.h"
#include "launch/incident_store.h"
#include "launch/internal/transitions.h"
#include "launch/notification.h"
#include "launch/rehearsal.h"
#include "launch/role_name.h"
#include "launch/stakeholders.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;

constexpr std::size_t kTriggerBytes = 200;

std::string shortened(std::string text, std::size_t bytes) {
    text = base::printable(text);
    if (text.size() > bytes) {
        text.resize(base::utf8_prefix(std::string_view{text}.substr(0, bytes)));
    }
    return text;
}

audit::Act act_of(const Attempt& attempt, std::string actor, const ExecutionEvent& event) {
    base::JsonWriter json;
    json.begin_object()
        .member("number", attempt.number() + 1)
        .key("event")
        .raw(to_json(event))
        .end_object();
    auto payload = base::canonicalise(std::move(json).take());
    base::ensure(payload.has_value(), "an event holds texts and whole numbers");
    return {
        .actor = std::move(actor),
        .action = std::string{audit::kExecutionEvent},
        .object = execution_name(attempt.row),
        .payload = *std::move(payload),
    };
}

std::string trigger_of(const ExecutionEvent& event) {
    const auto* triggered = std::get_if<Triggered>(&event);
    return triggered == nullptr || triggered->fired.empty()
               ? std::string{}
               : shortened(triggered->fired.front().criterion, kTriggerBytes);
}

/// Does what an event brings with it.
struct Carrying {
    pg::Connection& connection;
    const Attempt& attempt;
    const ExecutionEvent& event;
    base::Deadline deadline;

    Task<void> operator()(const Announce& announce) const {
        Notice notice{
            .transition =
                fmt::format("execution/{}/event/{}", attempt.row.number, attempt.number()),
            .kind = "execution",
            .subject = announce.what,
            .fields =
                {{"Execution", execution_name(attempt.row)},
                 {"State", std::string{to_string(attempt.execution.state)}},
                 {"At", base::to_rfc3339(at(event))}},
        };
        auto recipients = co_await recipients_of(
            connection,
            RevisionName{attempt.row.change, attempt.row.revision},
            {kRoleNames.begin(), kRoleNames.end()},
            deadline
        );
        co_await notify(connection, std::move(notice), std::move(recipients), deadline);
    }
    Task<void> operator()(const OpenIncident& opened) const {
        Incident incident{
            .severity = opened.severity,
            .title = shortened(opened.summary, kIncidentTitleMax),
            .execution =
                ExecutionName{
                    .change = attempt.row.change,
                    .revision = attempt.row.revision,
                    .attempt = attempt.row.attempt,
                },
            .trigger = trigger_of(event),
            .opened_by = "system",
            .detected_at = at(event),
            .opened_at = at(event),
        };
        co_await open_incident(connection, std::move(incident), deadline);
    }
};

/// An execution of which no more is known; anything may have been ordered.
Execution under_way(const ExecutionRow& row, base::Instant last_at) {
    Execution execution;
    execution.terms = {
        .change = change_name(row.change),
        .revision = row.revision,
        .attempt = row.attempt,
        .digest = {},
        .time_scale = row.is_rehearsal ? kRehearsalScaleLeast : 1,
        .instances = {},
        .prior = {},
    };
    execution.state = ExecutionState::apply;
    execution.engine_version = kEngineVersion;
    execution.epoch = row.epoch;
    execution.started_at = row.made_at;
    execution.last_at = last_at;
    execution.order.emplace();
    return execution;
}

Task<base::Uuid> end_change(
    pg::Connection& connection, const Attempt& attempt, Ending ending, base::Deadline deadline
) {
    auto change = co_await load_change(connection, attempt.row.change, deadline);
    base::ensure(change.has_value(), "an execution's foreign key keeps its change");
    Event ended{
        attempt.execution.last_at, Ended{.revision = attempt.row.revision, .ending = ending}
    };
    co_return co_await append(connection, *change, std::move(ended), "system", {}, deadline);
}

Result<void> check_follows(const Attempt& attempt, const ExecutionEvent& event) {
    if (const auto objection = contradiction(attempt.execution, event)) {
        return base::refuse(
            base::ErrorKind::invalid,
            "launch.bad_history",
            fmt::format(
                "Event {} of {} can't be: {}",
                attempt.number() + 1,
                execution_name(attempt.row),
                *objection
            )
        );
    }
    return {};
}

}  // namespace

std::unexpected<base::Error> execution_not_found() {
    return base::refuse(
        base::ErrorKind::not_found,
        "launch.execution_not_found",
        "There is no such execution; accubooks launch status lists them."
    );
}

std::optional<Ending> ending_of(ExecutionState state) {
    switch (state) {
        case ExecutionState::succeeded:
            return Ending::completed;
        case ExecutionState::rolled_back:
            return Ending::rolled_back;
        case ExecutionState::rehearsed:
            return Ending::rehearsed;
        case ExecutionState::cancelled:
            return Ending::cancelled;
        case ExecutionState::failed_manual:
            return Ending::failed_manual;
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
            return std::nullopt;
    }
    std::unreachable();
}

Result<void> Attempt::follow(std::vector<ExecutionEvent> events) {
    for (ExecutionEvent& event : events) {
        AB_CHECK(check_follows(*this, event));
        execution = evolve(std::move(execution), event);
        history.push_back(std::move(event));
    }
    return {};
}

Task<Result<Attempt>> load_attempt(
    pg::Connection& connection, ExecutionRow row, base::Deadline deadline
) {
    const auto stored = co_await find_revision(connection, row.change, row.revision, deadline);
    base::ensure(stored.has_value(), "an execution's foreign key keeps its revision");
    AB_CO_TRY(payload, payload_of(stored->payload));
    Attempt attempt{.row = row, .payload = payload, .plan = payload.plan};
    AB_CO_CHECK(co_await catch_up(connection, attempt, deadline));
    attempt.plan = rehearsal_of(std::move(attempt.plan), attempt.execution.terms.time_scale);
    co_return attempt;
}

Task<Attempt> load_unreadable(
    pg::Connection& connection, ExecutionRow row, Plan plan, base::Deadline deadline
) {
    Attempt attempt{.row = row, .payload = {}, .plan = std::move(plan)};
    const auto caught_up = co_await catch_up(connection, attempt, deadline);
    if (!caught_up) {
        const LastEvent last = co_await last_event(connection, row.number, deadline);
        attempt.unread = last.number;
        attempt.history.clear();
        attempt.execution = under_way(row, last.at);
    }
    co_return attempt;
}

Task<Result<void>> catch_up(pg::Connection& connection, Attempt& attempt, base::Deadline deadline) {
    AB_CO_TRY(
        events, co_await events_after(connection, attempt.row.number, attempt.number(), deadline)
    );
    co_return attempt.follow(std::move(events));
}

Task<Result<std::vector<base::Uuid>>> append_events(
    pg::Connection& connection,
    Attempt& attempt,
    Events events,
    std::string actor,
    base::Deadline deadline
) {
    std::vector<base::Uuid> acts;
    for (ExecutionEvent& event : events) {
        AB_CO_CHECK(check_follows(attempt, event));
        const std::vector<Consequence> brings = consequences(attempt.execution, event);
        Execution after = evolve(attempt.execution, event);
        NewEvents row{
            .execution = attempt.row.number,
            .epoch = after.epoch,
            .first = attempt.number() + 1,
            .events = {event},
        };
        if (!co_await insert_events(connection, std::move(row), deadline)) {
            co_return refuse_fenced();
        }
        audit::Act act = act_of(attempt, actor, event);
        acts.push_back(co_await audit::record(connection, std::move(act), at(event), deadline));
        attempt.execution = std::move(after);
        attempt.history.push_back(event);
        const Carrying carry{
            .connection = connection, .attempt = attempt, .event = event, .deadline = deadline
        };
        for (const Consequence& one : brings) {
            co_await std::visit(carry, one);
        }
    }
    if (const auto ending = ending_of(attempt.execution.state); ending && !events.empty()) {
        acts.push_back(co_await end_change(connection, attempt, *ending, deadline));
    }
    co_return acts;
}

}  // namespace accubooks::launch
