#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/leaf.h"
#include "audit/proof.h"
#include "base/task.h"
#include "pg/connection.h"

namespace accubooks::audit {

// The newest log as its readers see it. Every call works as accubooks_ops and throws pg::Failure,
// and std::runtime_error when somebody changed the log's rows so that they can't be read. Those
// that read work within the caller's transaction too; add_cosignature begins one of its own.

struct LogView {
    VerifierKey key;                               // its name is the origin
    std::int64_t size = 0;                         // leaves, signed or not
    std::optional<SignedCheckpoint> checkpoint{};  // the newest
    std::vector<VerifierKey> logs{};               // of all origins, oldest first
    std::vector<VerifierKey> witnesses{};          // that ever cosigned
};
/// Errors: `audit.no_log` while nothing was logged.
base::Task<base::Result<LogView>> look(pg::Connection& connection, base::Deadline deadline);

/// The newest log's name and how many leaves it has, in one look. Errors: `audit.no_log`.
struct LogEnd {
    std::string origin;
    std::int64_t size = 0;
    /// The last act isn't a leaf yet. One before it may not be either: that is for the log's own
    /// steps.
    bool lacks_last = false;
};
base::Task<base::Result<LogEnd>> end_of_log(pg::Connection& connection, base::Deadline deadline);

/// A leaf with what its digest is of.
struct LoggedAct {
    std::int64_t seq = 0;
    std::string entry;
    std::string payload;
    Salt salt{};
};
/// From leaf `from` on, at most `limit`. Errors: `audit.no_log`.
base::Task<base::Result<std::vector<LoggedAct>>> acts_from(
    pg::Connection& connection, std::int64_t from, std::int64_t limit, base::Deadline deadline
);

/// That leaf `seq` is in the log as the newest checkpoint has it. Errors: `audit.no_log`;
/// `audit.no_such_leaf` also for one that isn't signed yet.
base::Task<base::Result<InclusionProof>> inclusion_of(
    pg::Connection& connection, std::int64_t seq, base::Deadline deadline
);

/// That the newest checkpoint goes on from the tree of `from` leaves; 0 asks for the checkpoint
/// alone. Errors: `audit.no_log`; `audit.no_such_leaf` when fewer than `from` leaves are signed.
base::Task<base::Result<ConsistencyProof>> consistency_from(
    pg::Connection& connection, std::int64_t from, base::Deadline deadline
);

/// The same up to the newest checkpoint that a witness has cosigned. Errors: `audit.no_log`;
/// `audit.no_such_leaf` when none of at least `from` leaves is.
base::Task<base::Result<ConsistencyProof>> witnessed_from(
    pg::Connection& connection, std::int64_t from, base::Deadline deadline
);

/// Acts with their proofs, all that a bundle needs of the log.
struct LogExcerpt {
    std::vector<LoggedAct> acts;           // in the order of the log
    std::vector<InclusionProof> proofs;    // of each act
    std::vector<ConsistencyProof> growth;  // between each two of the proofs' checkpoints, in order
};
/// Every act about one of these objects, proven by the newest checkpoint. Errors: `audit.no_log`;
/// `audit.not_in_time` while one of them isn't signed yet.
base::Task<base::Result<LogExcerpt>> acts_about(
    pg::Connection& connection, std::vector<std::string> objects, base::Deadline deadline
);

/// Whether an earlier log has acts about one of these objects: who is shown the newest one alone
/// isn't told all of it.
base::Task<bool> is_told_by_earlier_log(
    pg::Connection& connection, std::vector<std::string> objects, base::Deadline deadline
);

/// Stores a witness's signature of the checkpoint of `size` leaves, of the log of that origin;
/// whether the witness is new, which is then an act of `actor`. Errors: `audit.no_log`,
/// `audit.no_such_checkpoint`, `audit.bad_signature`, `audit.bad_vkey` for a key that isn't a
/// witness's.
struct Cosignature {
    std::string origin;
    std::int64_t size = 0;
    VerifierKey witness;
    NoteSignature signature;
};
base::Task<base::Result<bool>> add_cosignature(
    pg::Connection& connection,
    Cosignature cosignature,
    std::string actor,
    base::Instant now,
    base::Deadline deadline
);

}  // namespace accubooks::audit
