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

/// Lines that one list gives at most, unless its first entry alone has more: a page may be shorter
/// than its limit.
inline constexpr std::int64_t kPageLinesMax = 20'000;

struct EntryPage {
    std::vector<PostedEntry> entries;
    bool has_more = false;
};

base::Task<EntryPage> list_entries(pg::TenantTransaction& transaction, EntryFilter filter);
base::Task<std::optional<PostedEntry>> find_entry(
    pg::TenantTransaction& transaction, base::EntryNumber number
);

/// Entries numbered from `first` to `last` with their lines, for replaying the journal.
base::Task<std::vector<PostedEntry>> entries_between(
    pg::TenantTransaction& transaction, base::EntryNumber first, base::EntryNumber last
);

}  // namespace accubooks::ledger
