#pragma once

#include <filesystem>
#include <functional>
#include <optional>

#include "audit/checkpoint.h"
#include "base/ed25519.h"
#include "base/ids.h"

namespace accubooks::audit {

/// What a log keeps outside the database, in a folder that only its user reads: its private key
/// (log.key, mode 600) and the last checkpoint that it signed (last-checkpoint). Whoever changes
/// the database can't change this along with it.
///
/// All calls wait for the disk, and throw std::filesystem::filesystem_error.
class LogFolder {
public:
    explicit LogFolder(std::filesystem::path folder);

    /// None when there is no key. Errors: `audit.bad_log_key` for a file that isn't one, or that
    /// others than its owner may read.
    base::Result<std::optional<base::SigningKey>> key() const;
    /// The key that is there, or a new one.
    base::Result<base::SigningKey> key_or_new(const base::RandomBytes& random) const;

    /// None when nothing was signed. Errors: `audit.bad_checkpoint`, `audit.bad_note`.
    base::Result<std::optional<SignedCheckpoint>> last_signed() const;

    /// Signs what `next` gives for the last checkpoint, one program at a time: it is on disk when
    /// this returns, and from then on the last one. A refusal of `next` changes nothing.
    base::Result<SignedCheckpoint> sign_next(
        const base::SigningKey& key,
        const std::function<base::Result<Checkpoint>(const std::optional<SignedCheckpoint>&)>& next
    ) const;

    const std::filesystem::path& path() const { return folder_; }

private:
    std::filesystem::path folder_;
};

}  // namespace accubooks::audit
