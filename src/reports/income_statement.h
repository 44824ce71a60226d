#pragma once

#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "pg/pool.h"
#include "reports/statement.h"

namespace accubooks::reports {

/// What was earned and spent in each column: revenue less cost of sales is the gross profit, less
/// operating expenses the operating profit, with other income and expenses the net income. It
/// asserts that debits equal credits. Source: docs/accounting.md, "Income statement".
Statement income_statement_of(const std::vector<TrialBalance>& columns);

/// From kept balances in one snapshot. Errors: `reports.bad_range`, `reports.bad_comparison`,
/// `reports.no_such_entry`, `ledger.no_books`.
base::Task<base::Result<Statement>> income_statement(
    pg::Pool& pool, base::TenantId tenant, ReportQuery query, base::Deadline deadline
);

}  // namespace accubooks::reports
