#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace accubooks::audit {

// Where what lies in a bundle (docs/evidence-format.md).

inline constexpr std::string_view kManifestFile = "manifest.json";
inline constexpr std::string_view kJournalFile = "manifest.partial.jsonl";
inline constexpr std::string_view kRevisionFile = "change/revision.json";
inline constexpr std::string_view kApprovals = "approvals/";
inline constexpr std::string_view kApprovalEnding = ".dsse.json";
inline constexpr std::string_view kLogFolder = "log/";
inline constexpr std::string_view kLeavesFile = "log/leaves.jsonl";
inline constexpr std::string_view kCheckpoints = "log/checkpoints/";
inline constexpr std::string_view kGrowth = "log/consistency/";
inline constexpr std::string_view kProofs = "log/proofs/";

// Beside the manifest, since they come after it: the log vouches for them.
inline constexpr std::string_view kSealLeafFile = "seal/leaf.json";
inline constexpr std::string_view kSealProofFile = "seal/manifest.tlog-proof";
inline constexpr std::string_view kSealGrowthFile = "seal/consistency.txt";
inline constexpr std::string_view kWitnessedFile = "seal/witnessed.txt";

/// More bytes aren't read as one file of a bundle.
inline constexpr std::size_t kFileBytesMax = 256UL * 1024 * 1024;

inline bool is_seal(std::string_view path) {
    constexpr std::array kFiles{kSealLeafFile, kSealProofFile, kSealGrowthFile, kWitnessedFile};
    return std::ranges::find(kFiles, path) != kFiles.end();
}

inline std::string proof_path(std::int64_t seq) {
    return fmt::format("{}{}.tlog-proof", kProofs, seq);
}
inline std::string checkpoint_path(std::int64_t size) {
    return fmt::format("{}{}.note", kCheckpoints, size);
}
inline std::string growth_path(std::int64_t from, std::int64_t to) {
    return fmt::format("{}{}-{}.txt", kGrowth, from, to);
}

}  // namespace accubooks::audit
