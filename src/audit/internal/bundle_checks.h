#pragma once

#include "audit/bundle_verifier.h"
#include "audit/log_reader.h"
#include "audit/proof.h"

namespace accubooks::audit {

// The parts of verify_evidence; each fills in what it proves. Errors: `audit.not_verified`.

std::unexpected<base::Error> not_verified(std::string_view file, std::string_view what);
/// The same for what another reader refused.
std::unexpected<base::Error> not_verified(std::string_view file, const base::Error& why);

/// The manifest and every file that it names, and none besides.
base::Result<ProvenAttempt> read_files(const std::filesystem::path& folder);

/// Leaves, proofs, checkpoints, growth and the seal; the last checkpoint that they lead to.
base::Result<SignedCheckpoint> check_log(ProvenAttempt& attempt, const Policy& policy);

/// What was decided about the revision, and whether it sufficed when the execution began.
base::Result<void> check_decisions(ProvenAttempt& attempt, const Policy& policy);

/// Who cosigned the last checkpoint, or a later one beside the seal.
base::Result<void> check_witnesses(
    ProvenAttempt& attempt, const SignedCheckpoint& last, const Policy& policy
);

}  // namespace accubooks::audit
