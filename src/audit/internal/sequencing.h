#pragma once

#include <vector>

#include "audit/internal/log_store.h"

namespace accubooks::audit {

/// Acts as the next leaves of a log.
struct Growth {
    std::vector<NewLeaf> leaves;
    Nodes nodes;  // every subtree that they complete
};

/// `peaks` are the hashes of the complete subtrees that the log's leaves fall into now.
Growth grow(const StoredLog& log, Nodes peaks, const std::vector<StoredAct>& acts);

/// The subtrees whose hashes a proof and a root need.
std::vector<Subtree> subtrees_of(const std::vector<LeafRange>& ranges);
/// The hashes of these nodes. Throws Tampered when `nodes` lacks one of their subtrees.
std::vector<base::Digest> hashes_of(const std::vector<LeafRange>& ranges, const Nodes& nodes);

/// The key of the log after the one of that origin: the same under the next name, ".../2" after the
/// first.
std::string next_origin(std::string_view origin);
/// The origin of a first log with that key.
std::string first_origin(const base::PublicKey& key);

/// May a log that signed `last` sign `next`? `path` is the proof of consistency from `last` to it,
/// empty when they are of different origins; `handed_over` is the checkpoint that the first leaf of
/// next's log tells of. Errors: `audit.log_behind`, `audit.log_forked`.
base::Result<void> may_sign(
    const SignedCheckpoint& last,
    const Checkpoint& next,
    const std::vector<base::Digest>& path,
    const std::optional<SignedCheckpoint>& handed_over
);

}  // namespace accubooks::audit
