#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/ed25519.h"
#include "base/error.h"

namespace accubooks::audit {

/// The payload type of in-toto statements (audit/statement.h).
inline constexpr std::string_view kStatementType = "application/vnd.in-toto+json";

/// More bytes aren't read as an envelope.
inline constexpr std::size_t kEnvelopeBytesMax = 512UL * 1024;

/// What a DSSE signature is over: "DSSEv1", then length and bytes of the type and of the payload.
std::string pae(std::string_view type, std::string_view payload);

/// The id of a person's key: lower-case hex of SHA-256 of its 32 bytes. A hint, never a proof.
std::string key_id(const base::PublicKey& key);

struct EnvelopeSignature {
    std::string key_id;
    base::Signature signature;
};

/// A signed payload (DSSE, the Dead Simple Signing Envelope). The bytes that were signed are
/// carried and verified as they are, never read and written again.
struct Envelope {
    std::string payload_type;
    std::string payload;
    std::vector<EnvelopeSignature> signatures;

    /// Errors: `audit.bad_envelope`, also for members that the protocol doesn't have.
    static base::Result<Envelope> parse(std::string_view json);

    void sign(const base::SigningKey& key);

    /// Those of `keys` that have signed. Each counts once, however often it signed; ids decide
    /// nothing.
    std::set<base::PublicKey> signers(const std::vector<base::PublicKey>& keys) const;
};

/// Canonical JSON. What was read and is written again may have other bytes: keep those you read.
std::string to_json(const Envelope& envelope);

}  // namespace accubooks::audit
