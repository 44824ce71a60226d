#pragma once

#include <filesystem>
#include <mutex>
#include <optional>

#include "base/error.h"
#include "base/ids.h"
#include "identity/sealed.h"

namespace accubooks::identity {

/// The key that seals what people share with this program (the secrets of their second factors),
/// kept outside of the database: a copy of the database alone tells none of them. It is the file
/// secret.key in a folder that all instances of one database share, or have a copy of; whoever
/// loses it makes everybody enrol again.
///
/// Read at first use and then kept. For any thread; the first use reads a small file.
class SecretKey {
public:
    /// `folder` isn't touched before the first use; empty: there is none.
    SecretKey(std::filesystem::path folder, base::RandomBytes random);

    /// Makes folder and file, both for their owner alone, when they aren't there. Errors:
    /// `identity.no_secret_folder`, `identity.cannot_write`, `identity.exposed_file`,
    /// `identity.bad_file`.
    base::Result<std::vector<std::uint8_t>> seal(
        std::span<const std::uint8_t> secret, std::string_view context
    );

    /// Errors: `identity.no_secret_folder`, `identity.no_file`, `identity.exposed_file`,
    /// `identity.bad_file`; `identity.other_secret_key` when the secret was sealed under another
    /// key, or for somebody else.
    base::Result<SecretBytes> unseal(
        std::span<const std::uint8_t> sealed, std::string_view context
    );

private:
    base::Result<std::span<const std::uint8_t, kSealKeyBytes>> read();
    base::Result<void> make();

    std::filesystem::path folder_;
    base::RandomBytes random_;
    std::mutex mutex_;
    std::optional<SecretBytes> key_;  // under mutex_ until it is there, then fixed
};

}  // namespace accubooks::identity
