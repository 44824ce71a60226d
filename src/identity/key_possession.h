#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ed25519.h"
#include "base/error.h"

namespace accubooks::identity {

/// Where a person's private key lives.
enum class KeyKind : std::uint8_t {
    file,     // sealed by a passphrase (identity/key_file.h)
    browser,  // WebCrypto, not extractable
};
std::string_view to_string(KeyKind kind);

/// What a new key says of itself, so that nobody enrols a key that isn't theirs to sign with. It
/// names no person: whoever enrols it does, by token and second factor, and every statement that
/// the key signs afterwards names its person again.
struct Possession {
    base::PublicKey key{};
    KeyKind kind = KeyKind::file;
    base::Instant made_at{};

    friend bool operator==(const Possession&, const Possession&) = default;
};

/// The in-toto Statement v1 of it, canonical: the very bytes that are signed.
std::string statement_of(const Possession& possession);

/// An envelope with the statement of `key`, signed by it.
std::string sign_possession(const base::SigningKey& key, KeyKind kind, base::Instant made_at);

/// Reads an envelope that sign_possession could have written: the statement of one key, signed by
/// that key alone. Errors: `audit.bad_envelope`, `audit.bad_statement`, `identity.bad_possession`.
base::Result<Possession> open_possession(std::string_view envelope);

}  // namespace accubooks::identity
