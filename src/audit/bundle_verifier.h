#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/act.h"
#include "audit/envelope.h"
#include "audit/leaf.h"
#include "audit/manifest.h"
#include "audit/policy.h"
#include "audit/statement.h"

namespace accubooks::audit {

/// The predicate of a person's decision about a revision (docs/evidence-format.md).
inline constexpr std::string_view kDecisionType = "https://accubooks.dev/launch/decision/v1";
/// By which acts of the log a bundle is judged.
inline constexpr Action kDecision{"launch.decision"};
inline constexpr Action kExecutionEvent{"launch.execution_event"};

/// A person's word, as it was found good.
struct ProvenDecision {
    std::string file;
    std::string decision;  // "approve", "reject", "defer", "revoke"
    std::string role;
    std::string user;
    std::string name;  // as the policy has it
    base::Instant at;  // when the log has it
};

/// A bundle of one attempt of which everything held.
struct ProvenAttempt {
    std::filesystem::path folder;
    Manifest manifest;
    std::map<std::string, std::string> files{};  // by path, as they were digested
    std::vector<Leaf> leaves{};
    std::vector<std::string> payloads{};  // of the leaves, in their order
    std::vector<ProvenDecision> decisions{};
    base::Instant executed_at{};           // the first event of the execution
    std::vector<std::string> witnesses{};  // by name, who cosigned; none: UNWITNESSED
};

/// Judges a bundle, or a folder with the list of all attempts, from the files alone: no database,
/// no network, no clock. In this order: the manifest's digests, and no file besides; leaves, their
/// payloads and their proofs; checkpoints, and that the log only grew between them; the sealing
/// act; decisions: signatures, the log's word for each, quorum, separation of duties, validity when
/// the execution began; witnesses.
///
/// Errors: `audit.not_verified`, its detail names the first file that is wrong and what about it.
base::Result<std::vector<ProvenAttempt>> verify_evidence(
    const std::filesystem::path& folder, const Policy& policy
);

}  // namespace accubooks::audit
