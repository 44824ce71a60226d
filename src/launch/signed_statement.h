#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/ed25519.h"
#include "base/error.h"

namespace accubooks::launch {

/// A person's key as the server knows it.
struct KnownKey {
    base::PublicKey key;
    bool is_revoked = false;
};

/// What one of a person's own keys signed.
struct SignedStatement {
    std::string payload;  // the in-toto statement, the very bytes
    std::string key_id;   // of the key that signed
};

/// Errors: `audit.bad_envelope`, `launch.bad_statement` for what isn't a statement with one
/// signature, `launch.foreign_key`, `launch.key_revoked`.
base::Result<SignedStatement> open_statement(
    std::string_view envelope, std::span<const KnownKey> theirs
);

/// The envelope of a statement, signed on the machine of a person.
std::string sign_statement(std::string payload, const base::SigningKey& key);

}  // namespace accubooks::launch
