#pragma once

#include "base/task.h"
#include "launch/internal/observing.h"

namespace accubooks::launch {

/// Looks at the books of the two tenants, through the database and through every instance: facts
/// `trial_balance_violations`, `integrity_violations` (numbers, hashes, chain, kept balances) and
/// `isolation_violations` (rows of one tenant that the other one can see).
base::Task<void> look_at_books(Observing& observing, base::Deadline deadline);

/// Gives the canary accounts and an entry, so that there is something to look at; false when no
/// instance took them.
base::Task<bool> fill_canary(Observing& observing);

}  // namespace accubooks::launch
