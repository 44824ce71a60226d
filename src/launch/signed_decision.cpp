#include "launch/signed_decision.h"

#include "audit/envelope.h"

namespace accubooks::launch {

base::Result<Decision> open_decision(std::string_view envelope, std::span<const KnownKey> theirs) {
    AB_TRY(opened, audit::Envelope::parse(envelope));
    if (opened.payload_type != audit::kStatementType || opened.signatures.size() != 1) {
        return base::refuse(
            base::ErrorKind::invalid,
            "launch.bad_statement",
            "A decision is an in-toto statement with one signature."
        );
    }
    std::vector<base::PublicKey> keys;
    for (const KnownKey& known : theirs) {
        keys.push_back(known.key);
    }
    const std::set<base::PublicKey> signers = opened.signers(keys);
    AB_TRY(decision, decision_of(opened.payload));
    for (const KnownKey& known : theirs) {
        if (!signers.contains(known.key) || audit::key_id(known.key) != decision.key_id) {
            continue;
        }
        if (known.is_revoked) {
            return base::refuse(
                base::ErrorKind::forbidden,
                "launch.key_revoked",
                "The key that signed was revoked; enrol another one and sign again."
            );
        }
        return decision;
    }
    return base::refuse(
        base::ErrorKind::forbidden,
        "launch.foreign_key",
        "None of your enrolled keys signed this; enrol the key, or sign with one that is."
    );
}

std::string sign_decision(Decision decision, const base::SigningKey& key) {
    decision.key_id = audit::key_id(key.public_key());
    audit::Envelope envelope{
        .payload_type = std::string{audit::kStatementType},
        .payload = statement_of(decision),
        .signatures = {},
    };
    envelope.sign(key);
    return audit::to_json(envelope);
}

}  // namespace accubooks::launch
