#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "identity/write_key.h"
#include "launch/change.h"
#include "launch/decision.h"
#include "pg/connection.h"

namespace accubooks::launch {

// What the database keeps about changes. Every call works as accubooks_ops within the caller's
// transaction and throws pg::Failure.

/// Opens a transaction in which nobody else changes this change; `number` 0 is the list of them, to
/// be taken first.
base::Task<void> begin_for(
    pg::Connection& connection, std::int64_t number, base::Deadline deadline
);
/// Takes hold of one more within it.
base::Task<void> lock_change(
    pg::Connection& connection, std::int64_t number, base::Deadline deadline
);

/// Opens a transaction that sees one state.
base::Task<void> begin_look(pg::Connection& connection, base::Deadline deadline);

/// An event with who caused it.
struct Entry {
    std::int64_t sequence = 0;
    Event event;
    std::string actor;
};
/// Of one change, in order.
base::Task<std::vector<Entry>> entries_of(
    pg::Connection& connection, std::int64_t change, base::Deadline deadline
);

/// The change that the entries make; none when there is no such change.
base::Task<std::optional<Change>> load_change(
    pg::Connection& connection, std::int64_t number, base::Deadline deadline
);
/// Each of them, oldest first.
base::Task<std::vector<Change>> load_changes(pg::Connection& connection, base::Deadline deadline);

struct StoredRevision {
    std::int64_t number = 0;
    std::string payload;  // the exact bytes
    base::Digest digest{};
    base::Uuid author{};
    std::string author_name;
    base::Instant made_at{};
};
base::Task<std::optional<StoredRevision>> find_revision(
    pg::Connection& connection, std::int64_t change, std::int64_t revision, base::Deadline deadline
);
/// Without their payloads.
base::Task<std::vector<StoredRevision>> revisions_of(
    pg::Connection& connection, std::int64_t change, base::Deadline deadline
);

struct StoredDecision {
    std::int64_t sequence = 0;
    base::Digest envelope_digest{};
    std::string envelope;  // the exact bytes
};
base::Task<std::vector<StoredDecision>> decisions_of(
    pg::Connection& connection, std::int64_t change, base::Deadline deadline
);
/// Whether these very bytes were taken in before, for whichever change.
base::Task<bool> has_envelope(
    pg::Connection& connection, base::Digest envelope, base::Deadline deadline
);

/// The number that it has.
base::Task<std::int64_t> insert_change(
    pg::Connection& connection, PhaseName phase, base::Instant now, base::Deadline deadline
);
struct NewRevision {
    std::int64_t change = 0;
    std::int64_t revision = 0;
    std::string payload;
    base::Uuid author{};
    base::Instant made_at{};
};
base::Task<void> insert_revision(
    pg::Connection& connection, NewRevision revision, base::Deadline deadline
);
struct NewEntry {
    std::int64_t change = 0;
    std::int64_t sequence = 0;
    Event event;
    std::string actor;
};
base::Task<void> insert_entry(pg::Connection& connection, NewEntry entry, base::Deadline deadline);
/// The signed bytes of the decision that is entry `sequence`.
struct NewDecision {
    std::int64_t change = 0;
    std::int64_t sequence = 0;
    Decision decision;
    std::string envelope;
    base::Instant at{};
};
base::Task<void> insert_decision(
    pg::Connection& connection, NewDecision decision, base::Deadline deadline
);

struct Briefed {
    std::int64_t revision = 0;
    base::Uuid user{};
    RoleName role{};
    base::Instant at{};
};
base::Task<void> insert_acknowledgement(
    pg::Connection& connection, std::int64_t change, Briefed briefed, base::Deadline deadline
);
base::Task<std::vector<Briefed>> acknowledgements_of(
    pg::Connection& connection, std::int64_t change, base::Deadline deadline
);

/// The first answer under a person's idempotency key; none when there is none. Errors:
/// `identity.idempotency_conflict` when it was for something else.
base::Task<base::Result<std::optional<identity::KeptAnswer>>> find_answer(
    pg::Connection& connection, base::Uuid user, identity::WriteKey key, base::Deadline deadline
);
base::Task<void> keep_answer(
    pg::Connection& connection,
    base::Uuid user,
    identity::WriteKey key,
    identity::KeptAnswer answer,
    base::Deadline deadline
);

/// SHA-256 over names and checksums of the migrations and functions that made the schema.
base::Task<base::Digest> schema_digest(pg::Connection& connection, base::Deadline deadline);

}  // namespace accubooks::launch
