#include "audit/envelope.h"

#include <algorithm>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "audit/internal/json_fields.h"
#include "base/base64.h"
#include "base/canonical_json.h"
#include "base/digest.h"

namespace accubooks::audit {
namespace {

namespace json = boost::json;

constexpr std::string_view kBadEnvelope = "audit.bad_envelope";
constexpr std::size_t kSignaturesMax = 16;

}  // namespace

std::string pae(std::string_view type, std::string_view payload) {
    return fmt::format("DSSEv1 {} {} {} {}", type.size(), type, payload.size(), payload);
}

std::string key_id(const base::PublicKey& key) {
    return base::to_hex(base::sha256(key.bytes));
}

base::Result<Envelope> Envelope::parse(std::string_view text) {
    AB_TRY(document, read_json(text, kEnvelopeBytesMax, kBadEnvelope));
    JsonFields fields{document, kBadEnvelope};
    Envelope envelope;
    envelope.payload_type = fields.text("payloadType", 1, 200);
    envelope.payload = fields.base64("payload", kEnvelopeBytesMax);
    for (const json::value& one : fields.array("signatures", 1, kSignaturesMax)) {
        JsonFields signature{one, kBadEnvelope};
        EnvelopeSignature read{.key_id = signature.text("keyid", 0, 200), .signature = {}};
        const std::string bytes = signature.base64("sig", read.signature.bytes.size());
        if (bytes.size() != read.signature.bytes.size()) {
            signature.breach("sig isn't an Ed25519 signature");
        } else {
            std::ranges::copy(bytes, read.signature.bytes.begin());
        }
        fields.adopt(std::move(signature));
        envelope.signatures.push_back(std::move(read));
    }
    AB_CHECK(std::move(fields).finish("The envelope"));
    return envelope;
}

void Envelope::sign(const base::SigningKey& key) {
    signatures.push_back(
        {.key_id = audit::key_id(key.public_key()),
         .signature = key.sign(pae(payload_type, payload))}
    );
}

std::set<base::PublicKey> Envelope::signers(const std::vector<base::PublicKey>& keys) const {
    const std::string message = pae(payload_type, payload);
    std::set<base::PublicKey> found;
    for (const base::PublicKey& key : keys) {
        if (std::ranges::any_of(signatures, [&](const EnvelopeSignature& one) {
                return base::verify(key, message, one.signature);
            })) {
            found.insert(key);
        }
    }
    return found;
}

std::string to_json(const Envelope& envelope) {
    json::array signatures;
    for (const EnvelopeSignature& one : envelope.signatures) {
        signatures.push_back(
            json::object{{"keyid", one.key_id}, {"sig", base::to_base64(one.signature.bytes)}}
        );
    }
    const auto text = base::canonical_json(json::object{
        {"payloadType", envelope.payload_type},
        {"payload", base::to_base64(std::string_view{envelope.payload})},
        {"signatures", std::move(signatures)},
    });
    base::ensure(text.has_value(), "an envelope has nothing that canonical JSON can't write");
    return *text;
}

}  // namespace accubooks::audit
