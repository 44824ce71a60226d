#pragma once

#include <optional>
#include <vector>

#include "base/task.h"
#include "ledger/entry.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {

/// Which entries a list gives: those after `after`, by number, dated within the range (ends
/// included).
struct EntryFilter {
    std::optional<base::EntryNumber> after{};
    std::optional<base::Date> from{};
    std::optional<base::Date> to{};
    std::int64_t limit = 50;
};

base::Task<std::vector<PostedEntry>> list_entries(
    pg::TenantTransaction& transaction, EntryFilter filter
);
base::Task<std::optional<PostedEntry>> find_entry(
    pg::TenantTransaction& transaction, base::EntryNumber number
);

/// Entries numbered from `first` to `last` with their lines, for replaying the journal.
base::Task<std::vector<PostedEntry>> entries_between(
    pg::TenantTransaction& transaction, base::EntryNumber first, base::EntryNumber last
);

}  // namespace accubooks::ledger
