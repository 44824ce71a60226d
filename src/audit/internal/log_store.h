#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "audit/checkpoint.h"
#include "audit/leaf.h"
#include "audit/merkle.h"
#include "base/task.h"
#include "pg/connection.h"

namespace accubooks::audit {

// What the database keeps of the logs. Every call works as accubooks_ops and throws pg::Failure,
// and Tampered for what this program can't have stored; those that write want an open transaction.

/// Somebody changed the log's rows.
class Tampered : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

base::Task<void> begin(pg::Connection& connection, base::Deadline deadline);
/// Nobody else lengthens or opens a log until this transaction ends.
base::Task<void> lock_sequencer(pg::Connection& connection, base::Deadline deadline);

struct StoredLog {
    std::int32_t number = 0;
    VerifierKey key;           // its name is the origin
    std::int64_t size = 0;     // leaves
    base::Digest last_leaf{};  // the last one's hash; zeros when there is none
    bool lacks_last = false;   // as LogEnd's
};
/// The newest log; none before the first.
base::Task<std::optional<StoredLog>> newest_log(
    pg::Connection& connection, base::Deadline deadline
);
/// All origins' keys, oldest first.
base::Task<std::vector<VerifierKey>> log_keys(pg::Connection& connection, base::Deadline deadline);
base::Task<void> insert_log(
    pg::Connection& connection,
    std::int32_t number,
    VerifierKey key,
    base::Instant now,
    base::Deadline deadline
);

struct StoredAct {
    std::int64_t number = 0;
    Leaf leaf;  // without seq and prev_leaf, which its place in the log decides
};
struct Waiting {
    /// Every act of a transaction before this one has been seen, or never will be.
    std::string horizon;
    std::vector<StoredAct> acts;  // in the order of their numbers
};
/// Acts that are no leaf yet, at most `limit`, of transactions from `horizon` on.
base::Task<Waiting> waiting_acts(
    pg::Connection& connection, std::string horizon, std::int64_t limit, base::Deadline deadline
);
/// The act of that name; none when it isn't there.
base::Task<std::optional<StoredAct>> act_of(
    pg::Connection& connection, base::Uuid id, base::Deadline deadline
);

struct NewLeaf {
    std::int64_t act = 0;
    std::int64_t seq = 0;
    std::string entry;
};
using Nodes = std::map<Subtree, base::Digest>;
base::Task<void> insert_leaves(
    pg::Connection& connection,
    std::int32_t log,
    std::vector<NewLeaf> leaves,
    Nodes nodes,
    base::Deadline deadline
);
/// Those of `wanted` that are stored: all of them, unless the log was tampered with.
base::Task<Nodes> nodes_of(
    pg::Connection& connection,
    std::int32_t log,
    std::vector<Subtree> wanted,
    base::Deadline deadline
);

/// Where an act stands: its log and number there; none while it isn't a leaf.
base::Task<std::optional<std::pair<std::int32_t, std::int64_t>>> place_of(
    pg::Connection& connection, base::Uuid act, base::Deadline deadline
);

struct StoredLeaf {
    std::int64_t seq = 0;
    std::string entry;
    std::string payload;
    Salt salt{};
};
/// From leaf `from` on, at most `limit`.
base::Task<std::vector<StoredLeaf>> leaves_of(
    pg::Connection& connection,
    std::int32_t log,
    std::int64_t from,
    std::int64_t limit,
    base::Deadline deadline
);

/// What is recorded about objects.
struct About {
    std::vector<StoredLeaf> leaves;  // of this log
    std::int64_t waiting = 0;        // acts that are no leaf yet
};
base::Task<About> acts_about(
    pg::Connection& connection,
    std::int32_t log,
    std::vector<std::string> objects,
    base::Deadline deadline
);

/// Whether a log before this one has acts about one of these objects.
base::Task<bool> is_told_before(
    pg::Connection& connection,
    std::int32_t log,
    std::vector<std::string> objects,
    base::Deadline deadline
);

base::Task<void> insert_checkpoint(
    pg::Connection& connection,
    std::int32_t log,
    SignedCheckpoint checkpoint,
    base::Deadline deadline
);
/// The checkpoint of at least `size`: the newest, with every cosignature that it has; none when no
/// such one was signed.
base::Task<std::optional<SignedCheckpoint>> newest_checkpoint(
    pg::Connection& connection, std::int32_t log, std::int64_t size, base::Deadline deadline
);
/// The same, the newest that at least one witness has cosigned.
base::Task<std::optional<SignedCheckpoint>> newest_cosigned(
    pg::Connection& connection, std::int32_t log, std::int64_t size, base::Deadline deadline
);
/// The checkpoint of exactly that size.
base::Task<std::optional<SignedCheckpoint>> checkpoint_at(
    pg::Connection& connection, std::int32_t log, std::int64_t size, base::Deadline deadline
);

base::Task<std::vector<VerifierKey>> witness_keys(
    pg::Connection& connection, base::Deadline deadline
);
/// Whether it wasn't known before.
base::Task<bool> insert_witness(
    pg::Connection& connection, VerifierKey key, std::string added_by, base::Deadline deadline
);
base::Task<void> insert_cosignature(
    pg::Connection& connection,
    std::int32_t log,
    std::int64_t size,
    VerifierKey witness,
    NoteSignature signature,
    base::Deadline deadline
);

}  // namespace accubooks::audit
