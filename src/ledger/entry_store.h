#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "ledger/entry.h"
#include "ledger/entry_json.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {

/// Those of the entries with these numbers that are there, in the order of the numbers, up to
/// where they have more than `lines_max` lines; the first one always.
base::Task<std::vector<PostedEntry>> entries_of(
    pg::TenantTransaction& transaction, std::vector<std::int64_t> numbers, std::int64_t lines_max
);
base::Task<std::optional<PostedEntry>> find_entry(
    pg::TenantTransaction& transaction, base::EntryNumber number
);

/// `ledger.entry_not_found` (404).
base::Error no_such_entry();

/// What showing `entries` needs, from the snapshot they were read in.
base::Task<EntryNames> names_for(
    pg::TenantTransaction& transaction, const std::vector<PostedEntry>& entries
);

/// Entries numbered from `first` to `last` with their lines, for replaying the journal.
base::Task<std::vector<PostedEntry>> entries_between(
    pg::TenantTransaction& transaction, base::EntryNumber first, base::EntryNumber last
);

}  // namespace accubooks::ledger
