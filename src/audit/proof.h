#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "audit/checkpoint.h"

namespace accubooks::audit {

/// At most so many hashes are read as a path, and so many bytes as a proof: a tree of 2^53 leaves
/// needs no more.
inline constexpr std::size_t kPathMax = 63;
inline constexpr std::size_t kProofBytesMax = 72UL * 1024;

/// That a leaf is in a log, provable from a file (C2SP tlog-proof@v1): the leaf's number, the path
/// and the checkpoint that it leads to.
struct InclusionProof {
    std::int64_t index = 0;
    std::vector<base::Digest> path;
    SignedCheckpoint checkpoint;

    /// Reads without verifying. A line of extra data, which nothing authenticates, is refused.
    /// Errors: `audit.bad_proof`, `audit.bad_note`, `audit.bad_checkpoint`.
    static base::Result<InclusionProof> parse(std::string_view text);
};

std::string to_string(const InclusionProof& proof);

/// Whether the entry is in the log of that key. Errors: `audit.bad_checkpoint`,
/// `audit.bad_signature`, `audit.not_included`.
base::Result<void> verify(
    const InclusionProof& proof, std::string_view entry, const VerifierKey& log
);

/// That a log only grew from `from` leaves to the checkpoint: what is sent to a witness (the body
/// of add-checkpoint, C2SP tlog-witness), and what lies in a bundle between two checkpoints.
struct ConsistencyProof {
    std::int64_t from = 0;  // 0: the receiver has seen nothing of the log; the path is empty then
    std::vector<base::Digest> path;
    SignedCheckpoint checkpoint;

    /// Reads without verifying. Errors: as those of InclusionProof.
    static base::Result<ConsistencyProof> parse(std::string_view text);
};

std::string to_string(const ConsistencyProof& proof);

/// Whether the log of that key grew from `older`, which the reader trusts, to the checkpoint.
/// Errors: `audit.bad_checkpoint`, `audit.bad_signature`, `audit.not_consistent`, also for a proof
/// from another size.
base::Result<void> verify(
    const ConsistencyProof& proof, const TreeHead& older, const VerifierKey& log
);

}  // namespace accubooks::audit
