#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/date.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "pg/pool.h"

namespace accubooks::interchange {

/// The entries of one import: those from the first number to the last, posted in one transaction.
/// It is known by the first number.
struct ImportBatch {
    base::EntryNumber first;
    base::EntryNumber last;
    std::string format;  // csv, gnucash, journal
    std::string file_name;
    std::string imported_by;
    base::Instant imported_at;
    std::optional<std::string> reversed_by{};
    std::optional<base::Instant> reversed_at{};
    std::optional<std::string> reason{};
};

/// By number, up to `limit`, those after `after`.
base::Task<std::vector<ImportBatch>> list_batches(
    pg::Pool& pool,
    base::TenantId tenant,
    base::EntryNumber after,
    std::int64_t limit,
    base::Deadline deadline
);

/// How a batch is to be reversed.
struct BatchReversal {
    base::EntryNumber batch;
    std::optional<base::Date> date{};  // of every reversal; none: each on its entry's own day
    std::string reason;
    std::string late_reason{};  // why it is posted into a soft closed period; empty otherwise
    std::string actor;
    std::string peer{};  // the address that the request came from
};

struct BatchReversed {
    std::uint64_t reversed = 0;
    std::uint64_t reversed_before = 0;
};

/// Posts one reversal for each entry of a batch that has none, in one transaction: all of them or
/// none. A batch that was reversed is left as it is. Errors: `import.no_batch`,
/// `import.batch_stays` with the entries that can't be reversed and why,
/// `ledger.reason_required`, `ledger.bad_entry`; `ledger.queue_full` where somebody else has the
/// batch or the books locked for a second more. Throws pg::Failure.
base::Task<base::Result<BatchReversed>> reverse_batch(
    pg::Pool& pool,
    const base::Clock& clock,
    base::TenantId tenant,
    BatchReversal asked,
    base::Deadline deadline
);

}  // namespace accubooks::interchange
