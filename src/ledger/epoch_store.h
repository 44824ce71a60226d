#pragma once

#include <string>
#include <vector>

#include "base/task.h"
#include "ledger/chain.h"
#include "pg/connection.h"
#include "pg/pool.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {

/// A tenant's epochs that restores began, the first first.
base::Task<std::vector<Epoch>> epochs_of(pg::TenantTransaction& transaction);

/// Where one tenant's books end.
struct LedgerEnd {
    base::TenantId tenant;
    base::EntryNumber last;
};

/// Where the books of these tenants end.
base::Task<std::vector<LedgerEnd>> ledger_ends(
    pg::Pool& pool, std::vector<base::TenantId> tenants, base::Deadline deadline
);

/// What was restored, as every tenant's new epoch has it.
struct Restored {
    base::Instant to{};  // the moment whose books these are
    base::Instant at{};
    std::string reason;
    std::vector<LedgerEnd> before{};  // where the books ended that were replaced, as far as known
};

struct OpenedEpoch {
    base::TenantId tenant;
    std::int32_t epoch = 0;
    base::EntryNumber after;
    std::optional<base::EntryNumber> replaced{};
};

/// Begins the next epoch of every tenant, all or none. `owner` is a connection as accubooks_owner.
base::Task<std::vector<OpenedEpoch>> open_epochs(
    pg::Connection& owner, Restored restored, base::Deadline deadline
);

}  // namespace accubooks::ledger
