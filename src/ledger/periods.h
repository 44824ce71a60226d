#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "ledger/period_store.h"
#include "pg/author.h"
#include "pg/pool.h"

namespace accubooks::ledger {

/// The periods of one tenant's books, as they stand.
struct PeriodList {
    PeriodBook book;
    std::vector<Period> periods;  // from that with the first entry to today's, or the last entry's
    std::vector<PeriodAct> acts;
};

/// What somebody does to a period.
struct PeriodRequest {
    base::TenantId tenant;
    std::string act;     // as PeriodOrder's
    std::string period;  // "2026-03"
    pg::Author by;
    std::string reason{};
    base::Deadline deadline{};
};

/// Lists at most `limit` periods after the one named `after`; an empty name is before all. Errors:
/// `ledger.no_books`.
base::Task<base::Result<PeriodList>> list_periods(
    pg::Pool& pool,
    base::TenantId tenant,
    std::string after,
    std::size_t limit,
    base::Instant now,
    base::Deadline deadline
);

/// A period, and whether it could be locked.
struct CheckedPeriod {
    Period period;
    std::vector<PeriodCheck> checks;
    std::uint64_t entries_verified = 0;
};

/// Makes the checks of a lock beforehand, for who closes a period: the whole of the books is
/// verified. Errors: `ledger.no_such_period`, `ledger.no_books`.
base::Task<base::Result<CheckedPeriod>> check_period(
    pg::Pool& pool, base::TenantId tenant, std::string period, base::Deadline deadline
);

/// Closes, locks or reopens; before a lock the whole of the books is verified. The period it was
/// done to. Errors: those of act_on_period, `ledger.bad_period_act`, `ledger.no_books`.
base::Task<base::Result<Period>> act_on_period(
    pg::Pool& pool, PeriodRequest request, base::Instant now
);

}  // namespace accubooks::ledger
