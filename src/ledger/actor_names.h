#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {

/// What somebody who acted in a tenant's books is called.
struct ActorName {
    std::string actor;                          // "user:UUID" or "token:UUID"
    std::string name;                           // of a token its label
    std::optional<std::string> made_by{};       // of a token: an actor, "cli:…" too
    std::optional<std::string> made_by_name{};  // none where nobody is known by it
};

/// Those of `actors` whom the transaction's tenant has or had as a member, and its own tokens, each
/// once, by actor. Others are left out, and so is everybody's address.
base::Task<std::vector<ActorName>> names_of(
    pg::TenantTransaction& transaction, std::vector<std::string> actors
);

}  // namespace accubooks::ledger
