#include "launch/change_store.h"

#include "launch/event_json.h"

namespace accubooks::launch {
namespace {

using base::Task;

constexpr pg::Statement kBegin{.name = "launch.begin", .text = "begin"};
constexpr pg::Statement kBeginLook{
    .name = "launch.begin_look",
    .text = "begin isolation level repeatable read read only",
};

// Advisory, because rows that never change can't be locked for a change either.
constexpr pg::Statement kLock{
    .name = "launch.lock",
    .text = "select pg_advisory_xact_lock(hashtextextended('launch.change', $1))::text",
};

constexpr pg::Statement kChanges{
    .name = "launch.changes",
    .text = "select change, phase from launch.change order by change",
};
constexpr pg::Statement kChange{
    .name = "launch.change",
    .text = "select change, phase from launch.change where change = $1",
};
constexpr pg::Statement kEntries{
    .name = "launch.entries",
    .text = R"sql(
select sequence, revision, kind, actor, detail, at
  from launch.change_event
 where change = $1
 order by sequence)sql",
};
constexpr pg::Statement kRevision{
    .name = "launch.revision",
    .text = R"sql(
select r.revision, r.payload, r.sha256, r.author, u.name, r.made_at
  from launch.change_revision r
  join platform.app_user u on u.user_id = r.author
 where r.change = $1 and r.revision = $2)sql",
};
constexpr pg::Statement kRevisions{
    .name = "launch.revisions",
    .text = R"sql(
select r.revision, ''::bytea, r.sha256, r.author, u.name, r.made_at
  from launch.change_revision r
  join platform.app_user u on u.user_id = r.author
 where r.change = $1
 order by r.revision)sql",
};
constexpr pg::Statement kDecisions{
    .name = "launch.decisions",
    .text = R"sql(
select sequence, envelope_sha256, envelope from launch.decision where change = $1 order by sequence)sql",
};
constexpr pg::Statement kHasEnvelope{
    .name = "launch.has_envelope",
    .text = "select exists (select from launch.decision where envelope_sha256 = $1)",
};

constexpr pg::Statement kInsertChange{
    .name = "launch.insert_change",
    .text = R"sql(
insert into launch.change (change, phase, made_at)
select coalesce(max(change), 0) + 1, $1, $2 from launch.change
returning change)sql",
};
constexpr pg::Statement kInsertRevision{
    .name = "launch.insert_revision",
    .text = R"sql(
insert into launch.change_revision (change, revision, payload, sha256, author, made_at)
values ($1, $2, $3, $4, $5, $6))sql",
};
constexpr pg::Statement kInsertEntry{
    .name = "launch.insert_entry",
    .text = R"sql(
insert into launch.change_event (change, sequence, revision, kind, actor, detail, at)
values ($1, $2, $3, $4, $5, $6, $7))sql",
};
constexpr pg::Statement kInsertDecision{
    .name = "launch.insert_decision",
    .text = R"sql(
insert into launch.decision (envelope_sha256, envelope, change, sequence, revision_sha256, approver, key_id, decision,
                             decided_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9))sql",
};
constexpr pg::Statement kInsertAcknowledgement{
    .name = "launch.insert_acknowledgement",
    .text = R"sql(
insert into launch.acknowledgement (change, revision, user_id, role, at) values ($1, $2, $3, $4, $5))sql",
};
constexpr pg::Statement kAcknowledgements{
    .name = "launch.acknowledgements",
    .text = R"sql(
select revision, user_id, role, at from launch.acknowledgement where change = $1 order by at)sql",
};

constexpr pg::Statement kFindAnswer{
    .name = "launch.find_answer",
    .text = R"sql(
select request_hash, status, response from launch.write_key where user_id = $1 and key = $2)sql",
};
constexpr pg::Statement kKeepAnswer{
    .name = "launch.keep_answer",
    .text = R"sql(
insert into launch.write_key (user_id, key, request_hash, status, response) values ($1, $2, $3, $4, $5))sql",
};

constexpr pg::Statement kSchema{
    .name = "launch.schema",
    .text = R"sql(
select string_agg(name || ' ' || checksum, E'\n' order by name collate "C")
  from (select name, encode(checksum, 'hex') as checksum from platform.schema_migration
        union all
        select name, encode(checksum, 'hex') from platform.schema_function) s)sql",
};

pg::Bytes bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string text_of(const std::vector<std::uint8_t>& bytes) {
    return {bytes.begin(), bytes.end()};
}

StoredRevision revision_of(const pg::Row& row) {
    return {
        .number = row.get<std::int64_t>(0),
        .payload = text_of(row.get<std::vector<std::uint8_t>>(1)),
        .digest = row.get<base::Digest>(2),
        .author = row.get<base::Uuid>(3),
        .author_name = row.get<std::string>(4),
        .made_at = row.get<base::Instant>(5),
    };
}

}  // namespace

Task<void> begin_for(pg::Connection& connection, std::int64_t number, base::Deadline deadline) {
    std::vector<pg::Query> queries(2);
    queries[0] = {.statement = &kBegin};
    queries[1] = {.statement = &kLock, .params = pg::Params::of(number)};
    co_await connection.execute_all(std::move(queries), deadline);
}

Task<void> lock_change(pg::Connection& connection, std::int64_t number, base::Deadline deadline) {
    co_await connection.execute(kLock, pg::Params::of(number), deadline);
}

Task<void> begin_look(pg::Connection& connection, base::Deadline deadline) {
    co_await connection.execute(kBeginLook, {}, deadline);
}

Task<std::vector<Entry>> entries_of(
    pg::Connection& connection, std::int64_t change, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kEntries, pg::Params::of(change), deadline);
    std::vector<Entry> entries;
    for (int at = 0; at < rows.size(); ++at) {
        const pg::Row row = rows[at];
        entries.push_back({
            .sequence = row.get<std::int64_t>(0),
            .event =
                {.at = row.get<base::Instant>(5),
                 .what = happening_of(
                     row.get<std::string_view>(2),
                     row.get<std::int64_t>(1),
                     row.get<std::string_view>(4)
                 )},
            .actor = row.get<std::string>(3),
        });
    }
    co_return entries;
}

namespace {

/// The change of a row and of all that happened to it.
Task<Change> replay(pg::Connection& connection, pg::Row row, base::Deadline deadline) {
    const auto phase = parse_phase_name(row.get<std::string_view>(1));
    base::ensure(phase.has_value(), "the table's constraint knows the same phases");
    Change change{.number = row.get<std::int64_t>(0), .phase = *phase, .revisions = {}};
    for (const Entry& entry : co_await entries_of(connection, change.number, deadline)) {
        change = evolve(std::move(change), entry.event);
    }
    co_return change;
}

}  // namespace

Task<std::optional<Change>> load_change(
    pg::Connection& connection, std::int64_t number, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kChange, pg::Params::of(number), deadline);
    if (rows.empty()) {
        co_return std::nullopt;
    }
    co_return co_await replay(connection, rows[0], deadline);
}

Task<std::vector<Change>> load_changes(pg::Connection& connection, base::Deadline deadline) {
    const auto rows = co_await connection.execute(kChanges, {}, deadline);
    std::vector<Change> changes;
    changes.reserve(static_cast<std::size_t>(rows.size()));
    for (int at = 0; at < rows.size(); ++at) {
        changes.push_back(co_await replay(connection, rows[at], deadline));
    }
    co_return changes;
}

Task<std::optional<StoredRevision>> find_revision(
    pg::Connection& connection, std::int64_t change, std::int64_t revision, base::Deadline deadline
) {
    const auto rows =
        co_await connection.execute(kRevision, pg::Params::of(change, revision), deadline);
    co_return rows.empty() ? std::nullopt : std::optional{revision_of(rows[0])};
}

Task<std::vector<StoredRevision>> revisions_of(
    pg::Connection& connection, std::int64_t change, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kRevisions, pg::Params::of(change), deadline);
    co_return rows.map([](const pg::Row& row) { return revision_of(row); });
}

Task<std::vector<StoredDecision>> decisions_of(
    pg::Connection& connection, std::int64_t change, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kDecisions, pg::Params::of(change), deadline);
    std::vector<StoredDecision> decisions;
    decisions.reserve(static_cast<std::size_t>(rows.size()));
    for (int at = 0; at < rows.size(); ++at) {
        decisions.push_back({
            .sequence = rows[at].get<std::int64_t>(0),
            .envelope_digest = rows[at].get<base::Digest>(1),
            .envelope = text_of(rows[at].get<std::vector<std::uint8_t>>(2)),
        });
    }
    co_return decisions;
}

Task<bool> has_envelope(
    pg::Connection& connection, base::Digest envelope, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kHasEnvelope, pg::Params::of(envelope), deadline);
    co_return rows[0].get<bool>(0);
}

Task<std::int64_t> insert_change(
    pg::Connection& connection, PhaseName phase, base::Instant now, base::Deadline deadline
) {
    const auto rows =
        co_await connection.execute(kInsertChange, pg::Params::of(to_string(phase), now), deadline);
    co_return rows[0].get<std::int64_t>(0);
}

Task<void> insert_revision(
    pg::Connection& connection, NewRevision revision, base::Deadline deadline
) {
    pg::Params params = pg::Params::of(
        revision.change,
        revision.revision,
        bytes_of(revision.payload),
        base::sha256(revision.payload),
        revision.author,
        revision.made_at
    );
    co_await connection.execute(kInsertRevision, std::move(params), deadline);
}

Task<void> insert_entry(pg::Connection& connection, NewEntry entry, base::Deadline deadline) {
    pg::Params params = pg::Params::of(
        entry.change,
        entry.sequence,
        revision_of(entry.event.what),
        name_of(entry.event.what),
        entry.actor,
        to_json(entry.event.what),
        entry.event.at
    );
    co_await connection.execute(kInsertEntry, std::move(params), deadline);
}

Task<void> insert_decision(
    pg::Connection& connection, NewDecision decision, base::Deadline deadline
) {
    pg::Params params = pg::Params::of(
        base::sha256(decision.envelope),
        bytes_of(decision.envelope),
        decision.change,
        decision.sequence,
        decision.decision.payload,
        decision.decision.approver,
        decision.decision.key_id,
        to_string(decision.decision.verb),
        decision.at
    );
    co_await connection.execute(kInsertDecision, std::move(params), deadline);
}

Task<void> insert_acknowledgement(
    pg::Connection& connection, std::int64_t change, Briefed briefed, base::Deadline deadline
) {
    pg::Params params =
        pg::Params::of(change, briefed.revision, briefed.user, to_string(briefed.role), briefed.at);
    co_await connection.execute(kInsertAcknowledgement, std::move(params), deadline);
}

Task<std::vector<Briefed>> acknowledgements_of(
    pg::Connection& connection, std::int64_t change, base::Deadline deadline
) {
    const auto rows =
        co_await connection.execute(kAcknowledgements, pg::Params::of(change), deadline);
    std::vector<Briefed> briefed;
    for (int at = 0; at < rows.size(); ++at) {
        const auto role = parse_role_name(rows[at].get<std::string_view>(2));
        base::ensure(role.has_value(), "the table's constraint knows the same roles");
        briefed.push_back({
            .revision = rows[at].get<std::int64_t>(0),
            .user = rows[at].get<base::Uuid>(1),
            .role = *role,
            .at = rows[at].get<base::Instant>(3),
        });
    }
    co_return briefed;
}

Task<base::Result<std::optional<identity::KeptAnswer>>> find_answer(
    pg::Connection& connection, base::Uuid user, identity::WriteKey key, base::Deadline deadline
) {
    const auto rows =
        co_await connection.execute(kFindAnswer, pg::Params::of(user, key.key), deadline);
    if (rows.empty()) {
        co_return std::nullopt;
    }
    if (rows[0].get<base::Digest>(0) != key.content) {
        co_return base::refuse(
            base::ErrorKind::conflict,
            "identity.idempotency_conflict",
            "This idempotency key was used for another content; use a new key for a new request."
        );
    }
    co_return identity::KeptAnswer{
        .status = rows[0].get<std::int16_t>(1),
        .body = rows[0].get<std::string>(2),
    };
}

Task<void> keep_answer(
    pg::Connection& connection,
    base::Uuid user,
    identity::WriteKey key,
    identity::KeptAnswer answer,
    base::Deadline deadline
) {
    pg::Params params = pg::Params::of(
        user, key.key, key.content, static_cast<std::int16_t>(answer.status), answer.body
    );
    co_await connection.execute(kKeepAnswer, std::move(params), deadline);
}

Task<base::Digest> schema_digest(pg::Connection& connection, base::Deadline deadline) {
    const auto rows = co_await connection.execute(kSchema, {}, deadline);
    co_return base::sha256(rows[0].get<std::optional<std::string>>(0).value_or(""));
}

}  // namespace accubooks::launch
