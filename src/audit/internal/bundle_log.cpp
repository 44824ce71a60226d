#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "audit/bundle_writer.h"
#include "audit/internal/bundle_checks.h"
#include "audit/internal/bundle_layout.h"
#include "audit/internal/files.h"
#include "audit/internal/lines.h"

namespace accubooks::audit {
namespace {

constexpr std::size_t kSealBytesMax = 4UL * 1024 * 1024;

using Checkpoints = std::map<std::int64_t, SignedCheckpoint>;  // by size

base::Result<Checkpoints> read_checkpoints(const ProvenAttempt& attempt, const VerifierKey& log) {
    Checkpoints checkpoints;
    for (const auto& [path, bytes] : attempt.files) {
        if (!path.starts_with(kCheckpoints)) {
            continue;
        }
        auto checkpoint = SignedCheckpoint::parse(bytes);
        if (!checkpoint) {
            return not_verified(path, checkpoint.error());
        }
        const auto verdict = verify(*checkpoint, log);
        if (!verdict) {
            return not_verified(path, verdict.error());
        }
        const std::int64_t size = checkpoint->checkpoint.tree.size;
        if (path != checkpoint_path(size)) {
            return not_verified(path, "its name tells another size");
        }
        checkpoints.emplace(size, *std::move(checkpoint));
    }
    if (checkpoints.empty()) {
        return not_verified(kCheckpoints, "there is no checkpoint");
    }
    return checkpoints;
}

/// That each checkpoint's tree grew out of the one before.
base::Result<void> check_growth(
    const ProvenAttempt& attempt, const Checkpoints& checkpoints, const VerifierKey& log
) {
    for (auto next = checkpoints.begin(); std::next(next) != checkpoints.end(); ++next) {
        const TreeHead& older = next->second.checkpoint.tree;
        const SignedCheckpoint& newer = std::next(next)->second;
        const std::string path = growth_path(older.size, newer.checkpoint.tree.size);
        const auto found = attempt.files.find(path);
        if (found == attempt.files.end()) {
            return not_verified(path, "there is no such file");
        }
        const auto proof = ConsistencyProof::parse(found->second);
        if (!proof) {
            return not_verified(path, proof.error());
        }
        const auto verdict = verify(*proof, older, log);
        if (!verdict) {
            return not_verified(path, verdict.error());
        }
        if (proof->checkpoint.checkpoint != newer.checkpoint) {
            return not_verified(path, "it leads to another checkpoint than the bundle's");
        }
    }
    return {};
}

/// Entry, payload and proof of one leaf.
base::Result<Leaf> check_leaf(
    std::string_view file, const LoggedAct& act, const InclusionProof& proof, const VerifierKey& log
) {
    auto leaf = Leaf::parse(act.entry);
    if (!leaf) {
        return not_verified(file, leaf.error());
    }
    if (payload_digest(act.salt, act.payload) != leaf->payload_sha256) {
        return not_verified(file, fmt::format("the payload of leaf {} was changed", leaf->seq));
    }
    if (proof.index != leaf->seq) {
        return not_verified(file, fmt::format("the proof of leaf {} is of another", leaf->seq));
    }
    const auto verdict = verify(proof, act.entry, log);
    if (!verdict) {
        return not_verified(file, verdict.error());
    }
    return *std::move(leaf);
}

base::Result<InclusionProof> proof_of(const ProvenAttempt& attempt, std::int64_t seq) {
    const std::string path = proof_path(seq);
    const auto found = attempt.files.find(path);
    if (found == attempt.files.end()) {
        return not_verified(path, "there is no such file");
    }
    auto proof = InclusionProof::parse(found->second);
    if (!proof) {
        return not_verified(path, proof.error());
    }
    return *std::move(proof);
}

/// Whether `leaf` can stand behind the last one.
base::Result<void> check_order(
    const ProvenAttempt& attempt, const Leaf& leaf, std::string_view before
) {
    if (attempt.leaves.empty()) {
        return {};
    }
    const std::int64_t last = attempt.leaves.back().seq;
    if (leaf.seq <= last) {
        return not_verified(kLeavesFile, "leaves aren't in the order of the log");
    }
    if (leaf.seq == last + 1 && leaf.prev_leaf != leaf_hash(before)) {
        return not_verified(
            kLeavesFile, fmt::format("leaf {} doesn't follow the one before", leaf.seq)
        );
    }
    return {};
}

base::Result<void> check_leaves(
    ProvenAttempt& attempt, const Checkpoints& checkpoints, const VerifierKey& log
) {
    const auto file = attempt.files.find(std::string{kLeavesFile});
    if (file == attempt.files.end()) {
        return not_verified(kLeavesFile, "there is no such file");
    }
    std::string_view rest{file->second};
    std::string before;
    while (!rest.empty()) {
        const auto line = take_line(rest);
        auto act = parse_line(line.value_or(rest));
        if (!line || !act) {
            return not_verified(
                kLeavesFile, line ? act.error().detail : "the last line has no end"
            );
        }
        AB_TRY(proof, proof_of(attempt, act->seq));
        AB_TRY(leaf, check_leaf(proof_path(act->seq), *act, proof, log));
        const auto checkpoint = checkpoints.find(proof.checkpoint.checkpoint.tree.size);
        if (checkpoint == checkpoints.end() ||
            checkpoint->second.checkpoint != proof.checkpoint.checkpoint) {
            return not_verified(proof_path(act->seq), "its checkpoint isn't one of the bundle's");
        }
        AB_CHECK(check_order(attempt, leaf, before));
        before = act->entry;
        attempt.leaves.push_back(std::move(leaf));
        attempt.payloads.push_back(std::move(act->payload));
    }
    const AuditRange& range = attempt.manifest.audit;
    if (attempt.leaves.empty() || attempt.leaves.front().seq != range.first ||
        attempt.leaves.back().seq != range.last || checkpoints.rbegin()->first != range.size) {
        return not_verified(
            kLeavesFile, "leaves and checkpoints aren't those that the manifest names"
        );
    }
    return {};
}

std::string seal_file(const ProvenAttempt& attempt, std::string_view path) {
    return read_file(attempt.folder / path, kSealBytesMax).value_or("");
}

/// That the log holds the manifest, in a tree that grew out of the bundle's last.
base::Result<SignedCheckpoint> check_seal(
    const ProvenAttempt& attempt, const SignedCheckpoint& last, const VerifierKey& log
) {
    const auto act = parse_line(seal_file(attempt, kSealLeafFile));
    if (!act) {
        return not_verified(kSealLeafFile, "the bundle isn't sealed, or its seal can't be read");
    }
    auto proof = InclusionProof::parse(seal_file(attempt, kSealProofFile));
    if (!proof) {
        return not_verified(kSealProofFile, proof.error());
    }
    AB_TRY(leaf, check_leaf(kSealProofFile, *act, *proof, log));
    if (leaf.action != kSealed || leaf.object_digest != base::sha256(to_json(attempt.manifest))) {
        return not_verified(kManifestFile, "it isn't the manifest that was sealed");
    }
    if (leaf.seq <= attempt.manifest.audit.last) {
        return not_verified(kSealLeafFile, "the bundle was sealed before it was finished");
    }
    const TreeHead& older = last.checkpoint.tree;
    const TreeHead& newer = proof->checkpoint.checkpoint.tree;
    if (older == newer) {
        return std::move(proof->checkpoint);
    }
    const auto growth = ConsistencyProof::parse(seal_file(attempt, kSealGrowthFile));
    if (!growth) {
        return not_verified(kSealGrowthFile, growth.error());
    }
    const auto verdict = verify(*growth, older, log);
    if (!verdict) {
        return not_verified(kSealGrowthFile, verdict.error());
    }
    if (growth->checkpoint.checkpoint != proof->checkpoint.checkpoint) {
        return not_verified(kSealGrowthFile, "it leads to another checkpoint than the seal's");
    }
    return std::move(proof->checkpoint);
}

}  // namespace

base::Result<SignedCheckpoint> check_log(ProvenAttempt& attempt, const Policy& policy) {
    const VerifierKey* const log = policy.find_log(attempt.manifest.audit.origin);
    if (log == nullptr) {
        return not_verified(
            kManifestFile, fmt::format("the policy trusts no log {}", attempt.manifest.audit.origin)
        );
    }
    AB_TRY(checkpoints, read_checkpoints(attempt, *log));
    AB_CHECK(check_leaves(attempt, checkpoints, *log));
    AB_CHECK(check_growth(attempt, checkpoints, *log));
    return check_seal(attempt, checkpoints.rbegin()->second, *log);
}

base::Result<void> check_witnesses(
    ProvenAttempt& attempt, const SignedCheckpoint& last, const Policy& policy
) {
    SignedCheckpoint seen = last;
    std::string_view file = kSealProofFile;
    if (const std::string text = seal_file(attempt, kWitnessedFile); !text.empty()) {
        file = kWitnessedFile;
        const VerifierKey* const log = policy.find_log(attempt.manifest.audit.origin);
        auto growth = ConsistencyProof::parse(text);
        if (!growth) {
            return not_verified(file, growth.error());
        }
        const auto verdict = verify(*growth, last.checkpoint.tree, *log);
        if (!verdict) {
            return not_verified(file, verdict.error());
        }
        seen = std::move(growth->checkpoint);
    }
    for (const VerifierKey& witness : policy.witnesses) {
        if (seen.note.find(witness) == nullptr) {
            continue;
        }
        const auto at = verify_cosignature(seen, witness);
        if (!at) {
            return not_verified(file, at.error());
        }
        attempt.witnesses.push_back(witness.name);
    }
    if (std::ssize(attempt.witnesses) < policy.witnesses_required) {
        return not_verified(
            file,
            fmt::format(
                "UNWITNESSED: {} of the {} witnesses that the policy demands have cosigned",
                attempt.witnesses.size(),
                policy.witnesses_required
            )
        );
    }
    return {};
}

}  // namespace accubooks::audit
