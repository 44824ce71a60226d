#include "launch/change_notice.h"

#include <fmt/format.h>

namespace accubooks::launch {
namespace {

std::string transition_of(std::int64_t change, std::int64_t sequence) {
    return fmt::format("change/{}/event/{}", change, sequence);
}

void add_decision(Notice& notice, const Decision& decision) {
    notice.fields.emplace_back("Decided by", decision.approver_name);
    if (!decision.rationale.empty()) {
        notice.fields.emplace_back("Reason", decision.rationale);
    }
    if (decision.verb == Verb::approve) {
        notice.fields.emplace_back("Sentence", decision.sentence);
        notice.fields.emplace_back("Valid until", base::to_rfc3339(decision.expires_at));
        notice.fields.emplace_back("Conditions", fmt::format("{}", decision.conditions.size()));
    }
    if (decision.defer_until) {
        notice.fields.emplace_back("Deferred until", base::to_rfc3339(*decision.defer_until));
    }
}

/// What only this kind of event has to say.
void add_particulars(Notice& notice, const Happening& what) {
    if (const auto* decided = std::get_if<Decided>(&what)) {
        add_decision(notice, decided->decision);
    } else if (const auto* withdrawn = std::get_if<Withdrawn>(&what)) {
        notice.fields.emplace_back("Reason", withdrawn->reason);
    } else if (const auto* reported = std::get_if<Reported>(&what)) {
        notice.fields.emplace_back("Report SHA-256", base::to_hex(reported->report));
    }
}

}  // namespace

Notice notice_of(const Change& change, const Event& event, std::string_view actor) {
    const std::string name = change_name(change.number);
    const std::int64_t number = revision_of(event.what);
    const std::string_view happened = name_of(event.what);
    Notice notice{
        .transition = transition_of(change.number, change.events),
        .kind = std::string{happened},
        .subject = fmt::format("{} revision {}: {}", name, number, happened),
        .fields =
            {
                {"Change", name},
                {"Phase", std::string{to_string(change.phase)}},
                {"Revision", fmt::format("{}", number)},
                {"Revision SHA-256", base::to_hex(change.revision(number)->digest)},
                {"State", std::string{to_string(change.revision(number)->state)}},
                {"Event", std::string{happened}},
                {"At", base::to_rfc3339(event.at)},
                {"By", std::string{actor}},
            },
    };
    add_particulars(notice, event.what);
    return notice;
}

std::optional<std::string> approval_notice(
    std::int64_t change, std::int64_t revision, const std::vector<Entry>& entries
) {
    std::optional<std::string> found;
    for (const Entry& entry : entries) {
        const auto* decided = std::get_if<Decided>(&entry.event.what);
        const bool is_approval = decided != nullptr && decided->decision.verb == Verb::approve;
        const bool is_submission = std::holds_alternative<Submitted>(entry.event.what);
        if (revision_of(entry.event.what) == revision && (is_approval || is_submission)) {
            found = transition_of(change, entry.sequence);
        }
    }
    return found;
}

}  // namespace accubooks::launch
