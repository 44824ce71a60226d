#include "audit/internal/log_store.h"

#include <algorithm>

namespace accubooks::audit {
namespace {

constexpr pg::Statement kBegin{.name = "audit.begin", .text = "begin"};

constexpr pg::Statement kLock{
    .name = "audit.lock",
    .text = "select pg_advisory_xact_lock(hashtext('audit.sequencer'))::text",
};

constexpr pg::Statement kNewestLog{
    .name = "audit.newest_log",
    .text = R"sql(
select g.log, g.verifier_key, coalesce(l.seq + 1, 0), n.hash,
       coalesce((select max(number) from audit.act) > coalesce((select max(act) from audit.leaf), 0), false)
  from audit.log g
  left join lateral (select seq from audit.leaf where log = g.log order by seq desc limit 1) l on true
  left join audit.node n on n.log = g.log and n.level = 0 and n.index = l.seq
 order by g.log desc
 limit 1)sql",
};

constexpr pg::Statement kLogKeys{
    .name = "audit.log_keys",
    .text = "select verifier_key from audit.log order by log",
};

constexpr pg::Statement kInsertLog{
    .name = "audit.insert_log",
    .text = "insert into audit.log (log, origin, verifier_key, opened_at) values ($1, $2, $3, $4)",
};

// The horizon is of the same snapshot as the acts: whoever committed before it is among them.
constexpr pg::Statement kWaiting{
    .name = "audit.waiting",
    .text = R"sql(
select pg_snapshot_xmin(pg_current_snapshot())::text,
       a.number, a.actor, a.action, a.object, a.object_digest, a.payload, a.salt, a.recorded_at
  from (values (1)) one
  left join (select number, actor, action, object, object_digest, payload, salt, recorded_at
               from audit.act
              where transaction_id >= $1::text::xid8
                and not exists (select from audit.leaf where leaf.act = act.number)
              order by number
              limit $2) a on true
 order by a.number)sql",
};

constexpr pg::Statement kAct{
    .name = "audit.act",
    .text = R"sql(
select '', number, actor, action, object, object_digest, payload, salt, recorded_at
  from audit.act
 where act_id = $1)sql",
};

constexpr pg::Statement kInsertLeaves{
    .name = "audit.insert_leaves",
    .text = R"sql(
insert into audit.leaf (log, seq, act, entry)
select $1, seq, act, convert_to(entry, 'UTF8')
  from unnest($2::bigint[], $3::bigint[], $4::text[]) as n(seq, act, entry))sql",
};

constexpr pg::Statement kInsertNodes{
    .name = "audit.insert_nodes",
    .text = R"sql(
insert into audit.node (log, level, index, hash)
select $1, level, index, hash
  from unnest($2::smallint[], $3::bigint[], $4::bytea[]) as n(level, index, hash))sql",
};

constexpr pg::Statement kNodes{
    .name = "audit.nodes",
    .text = R"sql(
select n.level, n.index, n.hash
  from unnest($2::smallint[], $3::bigint[]) as w(level, index)
  join audit.node n on n.log = $1 and n.level = w.level and n.index = w.index)sql",
};

constexpr pg::Statement kPlace{
    .name = "audit.place",
    .text = R"sql(
select l.log, l.seq
  from audit.act a
  join audit.leaf l on l.act = a.number
 where a.act_id = $1)sql",
};

constexpr pg::Statement kLeaves{
    .name = "audit.leaves",
    .text = R"sql(
select l.seq, l.entry, a.payload, a.salt
  from audit.leaf l
  join audit.act a on a.number = l.act
 where l.log = $1
   and l.seq >= $2
 order by l.seq
 limit $3)sql",
};

constexpr pg::Statement kActsAbout{
    .name = "audit.acts_about",
    .text = R"sql(
select l.seq, l.entry, a.payload, a.salt
  from audit.act a
  left join audit.leaf l on l.act = a.number
 where a.object = any($2)
   and (l.log = $1 or l.log is null)
 order by l.seq)sql",
};

constexpr pg::Statement kToldBefore{
    .name = "audit.told_before",
    .text = R"sql(
select exists (
    select
      from audit.act a
      join audit.leaf l on l.act = a.number
     where a.object = any($2)
       and l.log < $1))sql",
};

constexpr pg::Statement kInsertCheckpoint{
    .name = "audit.insert_checkpoint",
    .text = R"sql(
insert into audit.checkpoint (log, size, note)
values ($1, $2, $3)
    on conflict do nothing)sql",
};

// Of that size or, where none is asked for, the newest; of each witness the last cosignature.
constexpr pg::Statement kCheckpoint{
    .name = "audit.checkpoint",
    .text = R"sql(
select c.note, array(select distinct on (verifier_key) signature
                       from audit.cosignature
                      where log = c.log and size = c.size
                      order by verifier_key, cosignature_id desc)
  from audit.checkpoint c
 where c.log = $1
   and c.size = coalesce($2, (select max(size) from audit.checkpoint where log = $1)))sql",
};

constexpr pg::Statement kNewestCosigned{
    .name = "audit.newest_cosigned",
    .text = "select max(size) from audit.cosignature where log = $1 and size >= $2",
};

constexpr pg::Statement kWitnessKeys{
    .name = "audit.witness_keys",
    .text = "select verifier_key from audit.witness order by added_at, verifier_key",
};

constexpr pg::Statement kInsertWitness{
    .name = "audit.insert_witness",
    .text = R"sql(
insert into audit.witness (verifier_key, added_by)
values ($1, $2)
    on conflict do nothing)sql",
};

constexpr pg::Statement kInsertCosignature{
    .name = "audit.insert_cosignature",
    .text = R"sql(
insert into audit.cosignature (log, size, verifier_key, signature)
values ($1, $2, $3, $4))sql",
};

std::string text_of(const std::vector<std::uint8_t>& bytes) {
    return {bytes.begin(), bytes.end()};
}

std::string text_at(const pg::Row& row, int column) {
    return text_of(row.get<std::vector<std::uint8_t>>(column));
}

Salt salt_at(const pg::Row& row, int column) {
    Salt salt{};
    std::ranges::copy(row.get<base::Digest>(column), salt.begin());
    return salt;
}

VerifierKey key_of(std::string_view text) {
    auto key = VerifierKey::parse(text);
    if (!key) {
        throw Tampered{"a key that the database keeps for the audit log can't be read"};
    }
    return *std::move(key);
}

std::optional<StoredLog> log_of(const pg::Rows& rows) {
    if (rows.empty()) {
        return std::nullopt;
    }
    return StoredLog{
        .number = rows[0].get<std::int32_t>(0),
        .key = key_of(rows[0].get<std::string_view>(1)),
        .size = rows[0].get<std::int64_t>(2),
        .last_leaf = rows[0].get<std::optional<base::Digest>>(3).value_or(base::Digest{}),
        .lacks_last = rows[0].get<bool>(4),
    };
}

StoredAct act_of(const pg::Row& row) {
    const std::string payload = text_at(row, 6);
    return {
        .number = row.get<std::int64_t>(1),
        .leaf =
            {
                .time = row.get<base::Instant>(8),
                .actor = row.get<std::string>(2),
                .action = row.get<std::string>(3),
                .object = row.get<std::string>(4),
                .object_digest = row.get<std::optional<base::Digest>>(5),
                .payload_sha256 = payload_digest(salt_at(row, 7), payload),
            },
    };
}

StoredLeaf leaf_of(const pg::Row& row) {
    return {
        .seq = row.get<std::int64_t>(0),
        .entry = text_at(row, 1),
        .payload = text_at(row, 2),
        .salt = salt_at(row, 3),
    };
}

std::optional<SignedCheckpoint> checkpoint_of(const pg::Rows& rows) {
    if (rows.empty()) {
        return std::nullopt;
    }
    std::string note = rows[0].get<std::string>(0);
    for (const std::string& line : rows[0].get<std::vector<std::string>>(1)) {
        note += line;
    }
    auto checkpoint = SignedCheckpoint::parse(note);
    if (!checkpoint) {
        throw Tampered{"a checkpoint that the database keeps of the audit log can't be read"};
    }
    return *std::move(checkpoint);
}

base::Task<std::vector<VerifierKey>> keys(
    pg::Connection& connection, const pg::Statement& statement, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(statement, {}, deadline);
    std::vector<VerifierKey> found;
    found.reserve(static_cast<std::size_t>(rows.size()));
    for (int i = 0; i < rows.size(); ++i) {
        found.push_back(key_of(rows[i].get<std::string_view>(0)));
    }
    co_return found;
}

/// Subtrees as two columns.
std::pair<std::vector<std::int16_t>, std::vector<std::int64_t>> columns_of(
    const std::vector<Subtree>& subtrees
) {
    std::pair<std::vector<std::int16_t>, std::vector<std::int64_t>> columns;
    for (const Subtree& one : subtrees) {
        columns.first.push_back(one.level);
        columns.second.push_back(one.index);
    }
    return columns;
}

}  // namespace

base::Task<void> begin(pg::Connection& connection, base::Deadline deadline) {
    co_await connection.execute(kBegin, {}, deadline);
}

base::Task<void> lock_sequencer(pg::Connection& connection, base::Deadline deadline) {
    co_await connection.execute(kLock, {}, deadline);
}

base::Task<std::optional<StoredLog>> newest_log(
    pg::Connection& connection, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kNewestLog, {}, deadline);
    co_return log_of(rows);
}

base::Task<std::vector<VerifierKey>> log_keys(pg::Connection& connection, base::Deadline deadline) {
    return keys(connection, kLogKeys, deadline);
}

base::Task<void> insert_log(
    pg::Connection& connection,
    std::int32_t number,
    VerifierKey key,
    base::Instant now,
    base::Deadline deadline
) {
    auto params = pg::Params::of(number, key.name, to_string(key), now);
    co_await connection.execute(kInsertLog, std::move(params), deadline);
}

base::Task<Waiting> waiting_acts(
    pg::Connection& connection, std::string horizon, std::int64_t limit, base::Deadline deadline
) {
    const auto rows =
        co_await connection.execute(kWaiting, pg::Params::of(horizon, limit), deadline);
    Waiting waiting{.horizon = rows[0].get<std::string>(0), .acts = {}};
    for (int i = 0; i < rows.size(); ++i) {
        if (!rows[i].is_null(1)) {
            waiting.acts.push_back(act_of(rows[i]));
        }
    }
    if (std::ssize(waiting.acts) == limit) {
        waiting.horizon = std::move(horizon);  // there may be more behind them
    }
    co_return waiting;
}

base::Task<std::optional<StoredAct>> act_of(
    pg::Connection& connection, base::Uuid id, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kAct, pg::Params::of(id), deadline);
    co_return rows.empty() ? std::nullopt : std::optional{act_of(rows[0])};
}

base::Task<void> insert_leaves(
    pg::Connection& connection,
    std::int32_t log,
    std::vector<NewLeaf> leaves,
    Nodes nodes,
    base::Deadline deadline
) {
    std::vector<std::int64_t> seqs;
    std::vector<std::int64_t> acts;
    std::vector<std::string> entries;
    for (NewLeaf& leaf : leaves) {
        seqs.push_back(leaf.seq);
        acts.push_back(leaf.act);
        entries.push_back(std::move(leaf.entry));
    }
    std::vector<Subtree> places;
    std::vector<base::Digest> hashes;
    for (const auto& [place, hash] : nodes) {
        places.push_back(place);
        hashes.push_back(hash);
    }
    const auto [levels, indexes] = columns_of(places);
    std::vector<pg::Query> queries(2);
    queries[0] = {.statement = &kInsertLeaves, .params = pg::Params::of(log, seqs, acts, entries)};
    queries[1] = {
        .statement = &kInsertNodes, .params = pg::Params::of(log, levels, indexes, hashes)
    };
    co_await connection.execute_all(std::move(queries), deadline);
}

base::Task<Nodes> nodes_of(
    pg::Connection& connection,
    std::int32_t log,
    std::vector<Subtree> wanted,
    base::Deadline deadline
) {
    const auto [levels, indexes] = columns_of(wanted);
    const auto rows =
        co_await connection.execute(kNodes, pg::Params::of(log, levels, indexes), deadline);
    Nodes nodes;
    for (int i = 0; i < rows.size(); ++i) {
        nodes.emplace(
            Subtree{.level = rows[i].get<std::int16_t>(0), .index = rows[i].get<std::int64_t>(1)},
            rows[i].get<base::Digest>(2)
        );
    }
    co_return nodes;
}

base::Task<std::optional<std::pair<std::int32_t, std::int64_t>>> place_of(
    pg::Connection& connection, base::Uuid act, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kPlace, pg::Params::of(act), deadline);
    if (rows.empty()) {
        co_return std::nullopt;
    }
    co_return std::pair{rows[0].get<std::int32_t>(0), rows[0].get<std::int64_t>(1)};
}

base::Task<std::vector<StoredLeaf>> leaves_of(
    pg::Connection& connection,
    std::int32_t log,
    std::int64_t from,
    std::int64_t limit,
    base::Deadline deadline
) {
    const auto rows =
        co_await connection.execute(kLeaves, pg::Params::of(log, from, limit), deadline);
    co_return rows.map(leaf_of);
}

base::Task<About> acts_about(
    pg::Connection& connection,
    std::int32_t log,
    std::vector<std::string> objects,
    base::Deadline deadline
) {
    const auto rows =
        co_await connection.execute(kActsAbout, pg::Params::of(log, objects), deadline);
    About about;
    for (int i = 0; i < rows.size(); ++i) {
        if (rows[i].is_null(0)) {
            ++about.waiting;
        } else {
            about.leaves.push_back(leaf_of(rows[i]));
        }
    }
    co_return about;
}

base::Task<bool> is_told_before(
    pg::Connection& connection,
    std::int32_t log,
    std::vector<std::string> objects,
    base::Deadline deadline
) {
    const auto rows =
        co_await connection.execute(kToldBefore, pg::Params::of(log, objects), deadline);
    co_return rows[0].get<bool>(0);
}

base::Task<void> insert_checkpoint(
    pg::Connection& connection,
    std::int32_t log,
    SignedCheckpoint checkpoint,
    base::Deadline deadline
) {
    auto params = pg::Params::of(log, checkpoint.checkpoint.tree.size, to_string(checkpoint.note));
    co_await connection.execute(kInsertCheckpoint, std::move(params), deadline);
}

base::Task<std::optional<SignedCheckpoint>> newest_checkpoint(
    pg::Connection& connection, std::int32_t log, std::int64_t size, base::Deadline deadline
) {
    const auto params = pg::Params::of(log, std::optional<std::int64_t>{});
    const auto rows = co_await connection.execute(kCheckpoint, params, deadline);
    auto newest = checkpoint_of(rows);
    co_return newest && newest->checkpoint.tree.size >= size ? std::move(newest) : std::nullopt;
}

base::Task<std::optional<SignedCheckpoint>> newest_cosigned(
    pg::Connection& connection, std::int32_t log, std::int64_t size, base::Deadline deadline
) {
    const auto rows =
        co_await connection.execute(kNewestCosigned, pg::Params::of(log, size), deadline);
    const auto cosigned = rows[0].get<std::optional<std::int64_t>>(0);
    if (!cosigned) {
        co_return std::nullopt;
    }
    co_return co_await checkpoint_at(connection, log, *cosigned, deadline);
}

base::Task<std::optional<SignedCheckpoint>> checkpoint_at(
    pg::Connection& connection, std::int32_t log, std::int64_t size, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(kCheckpoint, pg::Params::of(log, size), deadline);
    co_return checkpoint_of(rows);
}

base::Task<std::vector<VerifierKey>> witness_keys(
    pg::Connection& connection, base::Deadline deadline
) {
    return keys(connection, kWitnessKeys, deadline);
}

base::Task<bool> insert_witness(
    pg::Connection& connection, VerifierKey key, std::string added_by, base::Deadline deadline
) {
    const auto rows = co_await connection.execute(
        kInsertWitness, pg::Params::of(to_string(key), added_by), deadline
    );
    co_return rows.affected() == 1;
}

base::Task<void> insert_cosignature(
    pg::Connection& connection,
    std::int32_t log,
    std::int64_t size,
    VerifierKey witness,
    NoteSignature signature,
    base::Deadline deadline
) {
    auto params = pg::Params::of(log, size, to_string(witness), to_string(signature));
    co_await connection.execute(kInsertCosignature, std::move(params), deadline);
}

}  // namespace accubooks::audit
