#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "launch/change.h"
#include "launch/change_store.h"
#include "launch/incident.h"
#include "launch/notification.h"
#include "launch/payload.h"

namespace accubooks::launch {

/// A revision as the record lists it.
struct RecordRevision {
    std::int64_t number = 0;
    base::Digest digest{};
    State state{};
    base::Instant made_at{};
    std::string author;
};

/// A decision as the record shows it.
struct RecordDecision {
    Decision decision;
    base::Instant at{};
    base::Digest envelope{};  // of the signed bytes
};

/// How far a stakeholder is informed.
enum class Awareness : std::uint8_t { ready, pending, notified, briefed, acknowledged };
std::string_view to_string(Awareness awareness);

struct RecordStakeholder {
    Stakeholder person;
    Awareness awareness = Awareness::pending;
    bool is_unsent = false;  // their notice lies in the outbox folder, since nothing can send it
};

/// The post-change report of an execution.
struct RecordReport {
    base::Digest digest{};
    base::Instant due_at{};
    std::string signer{};  // empty: nobody yet
    std::optional<base::Instant> signed_at{};
};

/// An execution of the change, or its rehearsal.
struct RecordExecution {
    std::int64_t revision = 0;
    std::int64_t attempt = 0;
    bool is_rehearsal = false;
    base::Instant started_at{};
    std::optional<Ending> ending{};
    std::string state{};  // where it stands while it is under way
    std::optional<RecordReport> report{};
};

/// All that an approval record says.
struct Record {
    Payload payload;  // of the newest revision
    State state{};
    base::Instant created_at{};
    base::Instant updated_at{};
    std::vector<RecordRevision> revisions{};  // by number
    std::vector<RecordDecision> decisions{};  // oldest first, of all revisions
    std::vector<RecordStakeholder> stakeholders{};
    std::vector<RecordExecution> executions{};  // oldest first
    std::vector<std::string> open_incidents{};  // "P1 INC-0003: …"
};

/// What the database holds of a change.
struct RecordSources {
    Payload payload;  // of the newest revision
    std::vector<Entry> entries;
    std::vector<StoredRevision> revisions;
    std::vector<StoredDecision> decisions;
    std::vector<Briefed> briefed;
    std::vector<Receipt> receipts;  // of the newest revision's notice (launch/change_notice.h)
    std::vector<Incident> incidents;
    /// By revision and attempt, what the change's own entries don't tell of an execution.
    struct Progress {
        std::int64_t revision = 0;
        std::int64_t attempt = 0;
        std::string state{};
        std::optional<RecordReport> report{};
    };
    std::vector<Progress> executions{};
};
Record record_of(const Change& change, RecordSources sources);

/// The approval record as Markdown: its sections are those of the reference record, its content is
/// data. Nothing in the data starts or ends a Markdown element.
std::string to_markdown(const Record& record);

}  // namespace accubooks::launch
