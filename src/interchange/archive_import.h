#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "pg/pool.h"

namespace accubooks::interchange {

struct ArchiveImportOptions {
    std::string actor;                                 // who imports: as it were, does everything
    std::function<void(std::uint64_t)> on_progress{};  // entries posted so far
};

struct ArchiveImportResult {
    std::uint64_t posted = 0;
    std::uint64_t accounts_made = 0;
};

/// Makes the books of an archive anew in a tenant that has none yet but the same base currency: all
/// of it or nothing, in one transaction. Entries keep their numbers, so that reversals keep what
/// they reverse, and what was done to periods is done again between them, so that late entries stay
/// late and closed periods closed; what is new is who did it, and when, and so the hashes. Prove
/// the archive first (verify_archive): what doesn't hold there isn't looked for here. Errors:
/// `interchange.bad_archive`, `interchange.books_not_empty`, `interchange.entry_refused` with file
/// and line, `ledger.no_books`. Throws pg::Failure.
base::Task<base::Result<ArchiveImportResult>> import_archive(
    pg::Pool& pool,
    const base::Clock& clock,
    base::TenantId tenant,
    std::istream& in,
    std::string name,
    ArchiveImportOptions options,
    base::Deadline deadline
);

}  // namespace accubooks::interchange
