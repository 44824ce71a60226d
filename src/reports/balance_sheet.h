#pragma once

#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "pg/pool.h"
#include "reports/statement.h"

namespace accubooks::reports {

/// What is owned and owed at the end of each column, whose first day is that of its fiscal year:
/// what was earned before it and not closed is *prior years unclosed*, what was earned since then
/// *current-year earnings*; neither is an account. It asserts that assets equal liabilities and
/// equity. Source: docs/accounting.md, "Balance sheet".
Statement balance_sheet_of(const std::vector<TrialBalance>& columns);

/// As of the range's last day, by default the latest that has an entry; its first day is by default
/// that of the tenant's fiscal year. The period before is the fiscal year before, up to its last
/// day; a month or quarter before is in its own fiscal year. From kept balances in one snapshot.
/// Errors: `reports.bad_range`, `reports.bad_comparison`, `reports.no_such_entry`,
/// `ledger.no_books`.
base::Task<base::Result<Statement>> balance_sheet(
    pg::Pool& pool, base::TenantId tenant, ReportQuery query, base::Deadline deadline
);

}  // namespace accubooks::reports
