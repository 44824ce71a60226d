#include "launch/change_log.h"

#include <fmt/format.h>

#include "audit/act.h"
#include "audit/bundle_verifier.h"
#include "base/canonical_json.h"
#include "base/json_writer.h"
#include "launch/change_notice.h"
#include "launch/event_json.h"
#include "launch/stakeholders.h"

namespace accubooks::launch {
namespace {

constexpr audit::Action kRevisionMade{"launch.revision_made"};

std::string action_of(const Happening& what) {
    if (std::holds_alternative<Drafted>(what)) {
        return std::string{kRevisionMade};
    }
    if (std::holds_alternative<Decided>(what)) {
        return std::string{audit::kDecision};
    }
    return fmt::format("launch.{}", name_of(what));
}

/// What the log keeps: the event, and of a decision the very bytes that were signed.
std::string act_payload(const Happening& what, std::string_view envelope) {
    base::JsonWriter json;
    json.begin_object().member("event", name_of(what)).key("detail").raw(to_json(what));
    if (!envelope.empty()) {
        json.member("envelope", envelope);
    }
    json.end_object();
    auto canonical = base::canonicalise(std::move(json).take());
    base::ensure(canonical.has_value(), "an event holds texts and whole numbers");
    return *std::move(canonical);
}

}  // namespace

std::string revision_object(std::int64_t change, std::int64_t revision) {
    return fmt::format("{}/rev/{}", change_name(change), revision);
}

base::Task<base::Uuid> append(
    pg::Connection& connection,
    Change& change,
    Event event,
    std::string actor,
    std::string envelope,
    base::Deadline deadline
) {
    change = evolve(std::move(change), event);
    const std::int64_t number = revision_of(event.what);
    NewEntry entry{
        .change = change.number, .sequence = change.events, .event = event, .actor = actor
    };
    co_await insert_entry(connection, std::move(entry), deadline);
    if (const auto* decided = std::get_if<Decided>(&event.what)) {
        NewDecision decision{
            .change = change.number,
            .sequence = change.events,
            .decision = decided->decision,
            .envelope = envelope,
            .at = event.at,
        };
        co_await insert_decision(connection, std::move(decision), deadline);
    }
    const std::vector<RoleName> told = told_of(event.what);
    if (!told.empty()) {
        Notice notice = notice_of(change, event, actor);
        auto recipients =
            co_await recipients_of(connection, RevisionName{change.number, number}, told, deadline);
        co_await notify(connection, std::move(notice), std::move(recipients), deadline);
    }
    audit::Act act{
        .actor = std::move(actor),
        .action = action_of(event.what),
        .object = revision_object(change.number, number),
        .object_digest = change.revision(number)->digest,
        .payload = act_payload(event.what, envelope),
    };
    co_return co_await audit::record(connection, std::move(act), event.at, deadline);
}

}  // namespace accubooks::launch
