#pragma once

#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "interchange/import_result.h"
#include "interchange/import_source.h"
#include "ledger/books.h"
#include "pg/pool.h"

namespace accubooks::interchange {

/// Commodities whose scale the books have settled: all that balances are kept in. The others may
/// still take the scale that an import needs.
base::Task<std::vector<base::Commodity>> settled_commodities(
    pg::Pool& pool, base::TenantId tenant, base::Deadline deadline
);

/// Posts everything that `source` gives into one tenant's books, in one transaction: all of it or
/// nothing. Entries that an earlier import posted (same identity, or same content and running
/// index) are left as they are, but for those whose import was reversed. Problems are those of the
/// books: `interchange.scale_too_small`, `interchange.changed_since` and what refuses an account or
/// an entry. Errors:
/// `ledger.no_books`. Throws pg::Failure.
base::Task<base::Result<BookImportResult>> import_into_books(
    pg::Pool& pool,
    const base::Clock& clock,
    base::TenantId tenant,
    ImportSource& source,
    BookImportOptions options,
    base::Deadline deadline
);

}  // namespace accubooks::interchange
