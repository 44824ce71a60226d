#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "audit/proof.h"
#include "base/clock.h"

namespace accubooks::audit {

/// What a witness on another machine remembers of a log, in a folder of its own: the log's key as
/// it met it first, and the last checkpoint that it cosigned. It cosigns nothing that didn't grow
/// out of that one, so that a log can't show it one history and somebody else another.
class WitnessBook {
public:
    /// Throws std::filesystem::filesystem_error.
    explicit WitnessBook(std::filesystem::path folder);

    /// Size of the last checkpoint of that log; 0 when there is none. Errors: `audit.bad_note`,
    /// `audit.bad_checkpoint` for a file that somebody changed.
    base::Result<std::int64_t> seen(std::string_view origin) const;

    /// Judges `proof`, remembers its checkpoint on disk, and only then signs it: one program at a
    /// time. A checkpoint that contradicts the remembered one is kept beside it as evidence.
    /// Errors: `audit.other_key` when the log has another key than at first, those of `verify`,
    /// `audit.not_consistent` also when another program was faster. Throws as above.
    base::Result<NoteSignature> cosign(
        const ConsistencyProof& proof,
        const VerifierKey& log,
        std::string_view name,
        const base::SigningKey& key,
        base::Instant at
    );

private:
    std::filesystem::path file_of(std::string_view origin, std::string_view ending) const;
    base::Result<std::optional<SignedCheckpoint>> last(std::string_view origin) const;
    base::Result<void> pin(const VerifierKey& log) const;

    std::filesystem::path folder_;
};

}  // namespace accubooks::audit
