#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "interchange/journal_import.h"
#include "ledger/books.h"
#include "pg/pool.h"

namespace accubooks::interchange {

/// What an import did to the books.
struct BookImportResult {
    std::uint64_t posted = 0;    // entries added
    std::uint64_t repeated = 0;  // entries that an earlier import had added
    std::uint64_t without_lines = 0;
    std::uint64_t accounts_made = 0;
    std::uint64_t commodities_made = 0;
};

struct BookImportOptions {
    std::string actor;                          // who imports: posted_by of every entry
    std::function<void(double)> on_progress{};  // fraction done, 0 to 1
};

/// Commodities whose scale the books have settled: all that balances are kept in. The others may
/// still take the scale that an import needs.
base::Task<std::vector<base::Commodity>> settled_commodities(
    pg::Pool& pool, base::TenantId tenant, base::Deadline deadline
);

/// Posts everything that `journal` gives into one tenant's books, in one transaction: all of it or
/// nothing. Entries that an earlier import posted (same content, same running index) are left as
/// they are. Errors: `interchange.entry_refused` and `interchange.scale_too_small` with file,
/// line and column and the books' reason, `ledger.no_books`. Throws pg::Failure.
base::Task<base::Result<BookImportResult>> import_into_books(
    pg::Pool& pool,
    const base::Clock& clock,
    base::TenantId tenant,
    JournalImport& journal,
    BookImportOptions options,
    base::Deadline deadline
);

}  // namespace accubooks::interchange
