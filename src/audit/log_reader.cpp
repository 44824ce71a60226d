#include "audit/log_reader.h"

#include <algorithm>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "audit/act.h"
#include "audit/internal/log_store.h"
#include "audit/internal/sequencing.h"
#include "base/canonical_json.h"

namespace accubooks::audit {
namespace {

std::unexpected<base::Error> no_log() {
    return base::refuse(
        base::ErrorKind::not_found, "audit.no_log", "Nothing was logged yet; there is no audit log."
    );
}

std::unexpected<base::Error> no_such_leaf() {
    return base::refuse(
        base::ErrorKind::not_found,
        "audit.no_such_leaf",
        "The audit log has no such leaf, or hasn't signed it yet."
    );
}

struct Signed {
    StoredLog log;
    SignedCheckpoint checkpoint;
};

/// The newest log's newest checkpoint of at least `size` leaves.
base::Task<base::Result<Signed>> newest_signed(
    pg::Connection& connection, std::int64_t size, base::Deadline deadline
) {
    auto log = co_await newest_log(connection, deadline);
    if (!log) {
        co_return no_log();
    }
    auto checkpoint = co_await newest_checkpoint(
        connection, log->number, std::max(size, std::int64_t{1}), deadline
    );
    if (!checkpoint) {
        co_return no_such_leaf();
    }
    co_return Signed{.log = *std::move(log), .checkpoint = *std::move(checkpoint)};
}

base::Task<std::vector<base::Digest>> path_of(
    pg::Connection& connection,
    std::int32_t log,
    std::vector<LeafRange> ranges,
    base::Deadline deadline
) {
    const Nodes nodes = co_await nodes_of(connection, log, subtrees_of(ranges), deadline);
    co_return hashes_of(ranges, nodes);
}

/// That a checkpoint goes on from the tree of `from` leaves; 0 asks for the checkpoint alone.
base::Task<ConsistencyProof> growth_to(
    pg::Connection& connection,
    std::int32_t log,
    std::int64_t from,
    SignedCheckpoint checkpoint,
    base::Deadline deadline
) {
    ConsistencyProof proof{.from = from, .path = {}, .checkpoint = std::move(checkpoint)};
    if (from > 0) {
        auto ranges = consistency_ranges(from, proof.checkpoint.checkpoint.tree.size);
        proof.path = co_await path_of(connection, log, std::move(ranges), deadline);
    }
    co_return proof;
}

std::vector<LoggedAct> logged(std::vector<StoredLeaf> leaves) {
    std::vector<LoggedAct> acts;
    acts.reserve(leaves.size());
    for (StoredLeaf& leaf : leaves) {
        acts.push_back({
            .seq = leaf.seq,
            .entry = std::move(leaf.entry),
            .payload = std::move(leaf.payload),
            .salt = leaf.salt,
        });
    }
    return acts;
}

std::string payload_of(const VerifierKey& witness) {
    const auto text =
        base::canonical_json(boost::json::object{{"verifier_key", to_string(witness)}});
    base::ensure(text.has_value(), "a key's text is plain");
    return *text;
}

}  // namespace

base::Task<base::Result<LogView>> look(pg::Connection& connection, base::Deadline deadline) {
    auto log = co_await newest_log(connection, deadline);
    if (!log) {
        co_return no_log();
    }
    LogView view;
    view.key = log->key;
    view.size = log->size;
    view.checkpoint = co_await newest_checkpoint(connection, log->number, 1, deadline);
    view.logs = co_await log_keys(connection, deadline);
    view.witnesses = co_await witness_keys(connection, deadline);
    co_return view;
}

base::Task<base::Result<LogEnd>> end_of_log(pg::Connection& connection, base::Deadline deadline) {
    auto log = co_await newest_log(connection, deadline);
    if (!log) {
        co_return no_log();
    }
    co_return LogEnd{
        .origin = std::move(log->key.name), .size = log->size, .lacks_last = log->lacks_last
    };
}

base::Task<base::Result<std::vector<LoggedAct>>> acts_from(
    pg::Connection& connection, std::int64_t from, std::int64_t limit, base::Deadline deadline
) {
    const auto log = co_await newest_log(connection, deadline);
    if (!log) {
        co_return no_log();
    }
    auto leaves = co_await leaves_of(connection, log->number, from, limit, deadline);
    co_return logged(std::move(leaves));
}

base::Task<base::Result<InclusionProof>> inclusion_of(
    pg::Connection& connection, std::int64_t seq, base::Deadline deadline
) {
    AB_CO_TRY(found, co_await newest_signed(connection, seq + 1, deadline));
    const std::int64_t size = found.checkpoint.checkpoint.tree.size;
    auto path =
        co_await path_of(connection, found.log.number, inclusion_ranges(seq, size), deadline);
    co_return InclusionProof{
        .index = seq, .path = std::move(path), .checkpoint = std::move(found.checkpoint)
    };
}

base::Task<base::Result<ConsistencyProof>> consistency_from(
    pg::Connection& connection, std::int64_t from, base::Deadline deadline
) {
    AB_CO_TRY(found, co_await newest_signed(connection, from, deadline));
    co_return co_await growth_to(
        connection, found.log.number, from, std::move(found.checkpoint), deadline
    );
}

base::Task<base::Result<ConsistencyProof>> witnessed_from(
    pg::Connection& connection, std::int64_t from, base::Deadline deadline
) {
    const auto log = co_await newest_log(connection, deadline);
    if (!log) {
        co_return no_log();
    }
    auto checkpoint = co_await newest_cosigned(connection, log->number, from, deadline);
    if (!checkpoint) {
        co_return no_such_leaf();
    }
    co_return co_await growth_to(connection, log->number, from, *std::move(checkpoint), deadline);
}

base::Task<base::Result<LogExcerpt>> acts_about(
    pg::Connection& connection, std::vector<std::string> objects, base::Deadline deadline
) {
    AB_CO_TRY(found, co_await newest_signed(connection, 1, deadline));
    const std::int32_t log = found.log.number;
    const std::int64_t size = found.checkpoint.checkpoint.tree.size;
    About about = co_await acts_about(connection, log, std::move(objects), deadline);
    if (about.waiting > 0 || (!about.leaves.empty() && about.leaves.back().seq >= size)) {
        co_return base::refuse(
            base::ErrorKind::overloaded,
            "audit.not_in_time",
            "Not everything that was recorded is signed yet; ask again."
        );
    }
    // One look for the nodes of all the proofs.
    std::vector<LeafRange> ranges;
    for (const StoredLeaf& leaf : about.leaves) {
        std::ranges::move(inclusion_ranges(leaf.seq, size), std::back_inserter(ranges));
    }
    const Nodes nodes = co_await nodes_of(connection, log, subtrees_of(ranges), deadline);
    LogExcerpt excerpt;
    for (const StoredLeaf& leaf : about.leaves) {
        excerpt.proofs.push_back({
            .index = leaf.seq,
            .path = hashes_of(inclusion_ranges(leaf.seq, size), nodes),
            .checkpoint = found.checkpoint,
        });
    }
    excerpt.acts = logged(std::move(about.leaves));
    co_return excerpt;
}

base::Task<bool> is_told_by_earlier_log(
    pg::Connection& connection, std::vector<std::string> objects, base::Deadline deadline
) {
    const auto log = co_await newest_log(connection, deadline);
    co_return log&& co_await is_told_before(connection, log->number, std::move(objects), deadline);
}

base::Task<base::Result<bool>> add_cosignature(
    pg::Connection& connection,
    Cosignature cosignature,
    std::string actor,
    base::Instant now,
    base::Deadline deadline
) {
    if (cosignature.witness.type != KeyType::cosignature) {
        co_return base::refuse(
            base::ErrorKind::invalid,
            "audit.bad_vkey",
            "A witness's key is of type 4 (cosignature)."
        );
    }
    const auto log = co_await newest_log(connection, deadline);
    if (!log) {
        co_return no_log();
    }
    auto checkpoint = co_await checkpoint_at(connection, log->number, cosignature.size, deadline);
    if (!checkpoint || log->key.name != cosignature.origin) {
        co_return base::refuse(
            base::ErrorKind::conflict,
            "audit.no_such_checkpoint",
            "The newest log has signed no checkpoint of that size; fetch its newest one."
        );
    }
    checkpoint->note.signatures = {cosignature.signature};
    AB_CO_CHECK(verify_cosignature(*checkpoint, cosignature.witness));
    co_await begin(connection, deadline);
    const bool is_new = co_await insert_witness(connection, cosignature.witness, actor, deadline);
    if (is_new) {
        Act act{
            .actor = std::move(actor),
            .action = "audit.witness_added",
            .object = cosignature.witness.name,
            .payload = payload_of(cosignature.witness),
        };
        co_await record(connection, std::move(act), now, deadline);
    }
    co_await insert_cosignature(
        connection,
        log->number,
        cosignature.size,
        std::move(cosignature.witness),
        std::move(cosignature.signature),
        deadline
    );
    co_await connection.commit(deadline);
    co_return is_new;
}

}  // namespace accubooks::audit
