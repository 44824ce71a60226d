#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/error.h"
#include "base/task.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {

/// What is known of an idempotency key of a write other than a single entry (an entry carries its
/// own key).
struct KeyClaim {
    bool seen = false;                      // an earlier request had this key and content
    std::optional<std::string> response{};  // what it was answered, once it had one
};

/// Takes `key` for the content with hash `request_hash`. Two requests with one key wait for each
/// other here. Errors: `ledger.idempotency_conflict` when the key was used for another content.
base::Task<base::Result<KeyClaim>> claim_key(
    pg::TenantTransaction& transaction, std::string key, base::Digest request_hash
);

/// Keeps the answer, unless one is kept already: of two requests under way with one key the first
/// to end has said what the answer is. Returns the one that is kept.
base::Task<std::string> keep_first_response(
    pg::TenantTransaction& transaction, std::string key, int status, std::string response
);

/// Keeps the answer, in the transaction that did the work.
base::Task<void> keep_response(
    pg::TenantTransaction& transaction, std::string key, int status, std::string response
);

}  // namespace accubooks::ledger
