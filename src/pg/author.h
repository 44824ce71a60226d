#pragma once

#include <string>

#include "base/clock.h"
#include "base/task.h"
#include "pg/connection.h"
#include "pg/tenant_transaction.h"

namespace accubooks::pg {

/// Who acts, from where and why: what the audit of a tenant records of a change. What changes
/// without one is recorded as the database role's.
struct Author {
    std::string actor{};  // "user:UUID", "token:UUID", "cli:NAME"
    std::string peer{};   // the address that a request came from
    std::string reason{};
};

/// From here to its end the author acts in the transaction.
base::Task<void> act_as(TenantTransaction& transaction, Author author);

/// Opens a transaction as begin does, in which the author acts.
base::Task<void> begin_as(Connection& connection, Author author, base::Deadline deadline);

}  // namespace accubooks::pg
