#include "launch/signed_decision.h"

#include "audit/envelope.h"

namespace accubooks::launch {

base::Result<Decision> open_decision(std::string_view envelope, std::span<const KnownKey> theirs) {
    AB_TRY(opened, open_statement(envelope, theirs));
    AB_TRY(decision, decision_of(opened.payload));
    if (decision.key_id != opened.key_id) {
        return base::refuse(
            base::ErrorKind::forbidden,
            "launch.foreign_key",
            "The decision names another key than the one that signed it; sign it again."
        );
    }
    return decision;
}

std::string sign_decision(Decision decision, const base::SigningKey& key) {
    decision.key_id = audit::key_id(key.public_key());
    return sign_statement(statement_of(decision), key);
}

}  // namespace accubooks::launch
