#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "audit/note.h"
#include "base/clock.h"
#include "base/digest.h"

namespace accubooks::audit {

/// More bytes aren't read as a policy.
inline constexpr std::size_t kPolicyBytesMax = 1024UL * 1024;

/// A person's key, as it was enrolled.
struct Approver {
    std::string user;  // UUID
    std::string name;
    base::PublicKey key{};
    std::set<std::string> roles{};  // "executive_operator"
    base::Instant enrolled_at{};
    std::optional<base::Instant> revoked_at{};  // what was signed before still counts

    friend bool operator==(const Approver&, const Approver&) = default;
};

/// Whom a reader of evidence trusts, apart from the server: the root of every offline check.
struct Policy {
    std::vector<VerifierKey> logs{};       // the origins, oldest first; of type ed25519
    std::vector<VerifierKey> witnesses{};  // of type cosignature
    std::int64_t witnesses_required = 0;   // of them, at the least, must have cosigned
    std::vector<Approver> approvers{};
    std::map<std::string, std::int64_t> quorum{};  // role -> how many people of it must approve

    /// Refuses contradictions too (a key twice, more witnesses required than there are). Errors:
    /// `audit.bad_policy`, `audit.bad_vkey`.
    static base::Result<Policy> parse(std::string_view json);

    const VerifierKey* find_log(std::string_view origin) const;

    friend bool operator==(const Policy&, const Policy&) = default;
};

/// Canonical JSON.
std::string to_json(const Policy& policy);

/// What stakeholders compare and `--policy-fingerprint` demands: SHA-256 of the canonical JSON,
/// however the file is laid out.
base::Digest fingerprint(const Policy& policy);

/// Writes FOLDER/policy.json, of which a reader sees the old one or the new one whole, also after a
/// power cut, and returns its fingerprint. Throws std::filesystem::filesystem_error.
base::Digest write_policy(const std::filesystem::path& folder, const Policy& policy);

/// Errors: as Policy::parse; `audit.bad_policy` also when the file can't be read.
base::Result<Policy> read_policy(const std::filesystem::path& file);

}  // namespace accubooks::audit
