#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ed25519.h"
#include "base/error.h"
#include "identity/password.h"

namespace accubooks::identity {

/// Passphrases of keys have at least this many bytes.
inline constexpr std::size_t kPassphraseLeast = 8;

/// What one guess at a passphrase costs: Argon2id, about half a second.
inline constexpr PasswordCost kPassphraseCost{.passes = 3, .memory_bytes = std::size_t{128} << 20U};

/// A person's private key as it lies on their machine: the key sealed under a passphrase
/// (Argon2id, XChaCha20-Poly1305), and in the open the public key and its statement for the
/// enrolment. Nothing in the open can be exchanged without the key refusing to open.
class KeyFile {
public:
    /// A new key. Errors: `identity.weak_passphrase`.
    static base::Result<KeyFile> make(
        std::string_view passphrase,
        base::Instant now,
        const base::RandomBytes& random,
        PasswordCost cost = kPassphraseCost
    );

    /// Reads what to_json wrote. Errors: `identity.bad_key_file`.
    static base::Result<KeyFile> parse(std::string_view json);
    /// Errors also: those of read_secret_file.
    static base::Result<KeyFile> read(const std::filesystem::path& file);

    std::string to_json() const;

    const base::PublicKey& public_key() const { return public_key_; }
    /// The envelope of identity/key_possession.h.
    const std::string& possession() const { return possession_; }

    /// The private key; wiped by its own type. Errors: `identity.wrong_passphrase`, also for a file
    /// that somebody changed.
    base::Result<base::SigningKey> open(std::string_view passphrase) const;

private:
    base::PublicKey public_key_;
    std::string possession_;
    PasswordCost cost_;
    std::string salt_;    // of the passphrase, 16 bytes
    std::string sealed_;  // the seed, as identity::seal made it
};

}  // namespace accubooks::identity
