#include "launch/signed_statement.h"

#include <vector>

#include "audit/envelope.h"

namespace accubooks::launch {

base::Result<SignedStatement> open_statement(
    std::string_view envelope, std::span<const KnownKey> theirs
) {
    AB_TRY(opened, audit::Envelope::parse(envelope));
    if (opened.payload_type != audit::kStatementType || opened.signatures.size() != 1) {
        return base::refuse(
            base::ErrorKind::invalid,
            "launch.bad_statement",
            "What a person signs is an in-toto statement with one signature."
        );
    }
    for (const KnownKey& known : theirs) {
        if (opened.signers({known.key}).empty()) {
            continue;
        }
        if (known.is_revoked) {
            return base::refuse(
                base::ErrorKind::forbidden,
                "launch.key_revoked",
                "The key that signed was revoked; enrol another one and sign again."
            );
        }
        return SignedStatement{
            .payload = std::move(opened.payload), .key_id = audit::key_id(known.key)
        };
    }
    return base::refuse(
        base::ErrorKind::forbidden,
        "launch.foreign_key",
        "None of your enrolled keys signed this; enrol the key, or sign with one that is."
    );
}

std::string sign_statement(std::string payload, const base::SigningKey& key) {
    audit::Envelope envelope{
        .payload_type = std::string{audit::kStatementType},
        .payload = std::move(payload),
        .signatures = {},
    };
    envelope.sign(key);
    return audit::to_json(envelope);
}

}  // namespace accubooks::launch
