#include <algorithm>

#include <fmt/format.h>

#include "launch/record.h"

namespace accubooks::launch {
namespace {

std::vector<RecordDecision> decisions_of(const RecordSources& sources) {
    std::vector<RecordDecision> decisions;
    for (const Entry& entry : sources.entries) {
        const auto* decided = std::get_if<Decided>(&entry.event.what);
        if (decided == nullptr) {
            continue;
        }
        const auto stored =
            std::ranges::find(sources.decisions, entry.sequence, &StoredDecision::sequence);
        base::ensure(stored != sources.decisions.end(), "each decision has its signed bytes");
        decisions.push_back({
            .decision = decided->decision,
            .at = entry.event.at,
            .envelope = stored->envelope_digest,
        });
    }
    return decisions;
}

std::vector<RecordExecution> executions_of(const RecordSources& sources) {
    std::vector<RecordExecution> executions;
    for (const Entry& entry : sources.entries) {
        if (const auto* started = std::get_if<Started>(&entry.event.what)) {
            executions.push_back({
                .revision = started->revision,
                .attempt = started->attempt,
                .is_rehearsal = started->is_rehearsal,
                .started_at = entry.event.at,
            });
        } else if (const auto* ended = std::get_if<Ended>(&entry.event.what)) {
            executions.back().ending = ended->ending;
        }
    }
    for (RecordExecution& execution : executions) {
        for (const RecordSources::Progress& one : sources.executions) {
            if (one.revision == execution.revision && one.attempt == execution.attempt) {
                execution.state = one.state;
                execution.report = one.report;
            }
        }
    }
    return executions;
}

Awareness awareness_of(const Stakeholder& person, const RecordSources& sources) {
    const std::int64_t revision = sources.payload.revision;
    if (person.role == sources.payload.requester.role) {
        return Awareness::ready;
    }
    const bool has_decided = std::ranges::any_of(sources.entries, [&](const Entry& entry) {
        const auto* decided = std::get_if<Decided>(&entry.event.what);
        return decided != nullptr && decided->decision.revision == revision &&
               decided->decision.approver == person.user;
    });
    const bool has_acknowledged = std::ranges::any_of(sources.briefed, [&](const Briefed& one) {
        return one.revision == revision && one.user == person.user;
    });
    if (has_decided || has_acknowledged) {
        return Awareness::acknowledged;
    }
    return without_receipt({person}, sources.receipts).empty() ? Awareness::notified
                                                               : Awareness::pending;
}

bool is_unsent(const Stakeholder& person, const std::vector<Receipt>& receipts) {
    return std::ranges::any_of(receipts, [&person](const Receipt& receipt) {
        return receipt.told == Told::not_sent && receipt.person &&
               receipt.person->user == person.user;
    });
}

}  // namespace

Record record_of(const Change& change, RecordSources sources) {
    base::ensure(!sources.entries.empty(), "a change begins with an event");
    Record record{
        .payload = sources.payload,
        .state = change.newest().state,
        .created_at = sources.entries.front().event.at,
        .updated_at = sources.entries.back().event.at,
        .decisions = decisions_of(sources),
        .executions = executions_of(sources),
    };
    for (const StoredRevision& revision : sources.revisions) {
        record.revisions.push_back({
            .number = revision.number,
            .digest = revision.digest,
            .state = change.revision(revision.number)->state,
            .made_at = revision.made_at,
            .author = revision.author_name,
        });
    }
    for (const Stakeholder& person : sources.payload.stakeholders) {
        record.stakeholders.push_back({
            .person = person,
            .awareness = awareness_of(person, sources),
            .is_unsent = is_unsent(person, sources.receipts),
        });
    }
    for (const Incident& incident : sources.incidents) {
        if (incident.is_open()) {
            record.open_incidents.push_back(fmt::format(
                "{} {}: {}",
                to_string(incident.severity),
                incident_name(incident.number),
                incident.title
            ));
        }
    }
    return record;
}

}  // namespace accubooks::launch
