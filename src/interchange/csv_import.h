#pragma once

#include "base/clock.h"
#include "base/ids.h"
#include "base/task.h"
#include "interchange/csv_table.h"
#include "interchange/import_result.h"
#include "pg/pool.h"

namespace accubooks::interchange {

/// Posts the entries of a file, in one transaction: all of them or nothing. An entry is known by
/// its content and its running index among equal ones, so that the same file again adds nothing.
/// What the API demands of an entry holds here too; what refuses one is a problem at its row and
/// cell, `interchange.unknown_account` among them. The options tell the file's name. Errors:
/// `ledger.no_books`. Throws pg::Failure.
base::Task<base::Result<BookImportResult>> import_csv(
    pg::Pool& pool,
    const base::Clock& clock,
    base::TenantId tenant,
    CsvTable table,
    BookImportOptions options,
    base::Deadline deadline
);

}  // namespace accubooks::interchange
