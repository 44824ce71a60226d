#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/date.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/money.h"
#include "base/task.h"
#include "ledger/period.h"
#include "pg/pool.h"
#include "reports/report_query.h"
#include "reports/report_rows.h"
#include "reports/total.h"

namespace accubooks::reports {

/// An entry that was posted into a period that was soft closed.
struct LateEntry {
    ledger::Period period{};
    base::Date date{};
    base::EntryNumber number{};
    std::string description{};
    std::string reference{};
    Total base_debit = 0;  // what it moved, in units of the base commodity
    std::string posted_by{};
    base::Instant posted_at{};
    std::string reason{};
};

/// What got into the books after its period was closed, who posted it, when, and why.
struct LateEntries {
    DateRange range{};
    Scope scope{};
    base::Commodity base{};
    base::EntryNumber last_entry{};    // the books as they were with this entry as their last
    std::vector<LateEntry> entries{};  // by date and number
};

/// Late entries of one report: some 10 MB.
inline constexpr std::int64_t kLateEntriesMax = 50'000;

/// In one snapshot; comparisons are none of it. Errors: `reports.bad_range`,
/// `reports.too_many_lines`, `reports.no_such_entry`, `ledger.no_books`.
base::Task<base::Result<LateEntries>> late_entries(
    pg::Pool& pool, base::TenantId tenant, ReportQuery query, base::Deadline deadline
);

/// period,date,number,description,reference,base_debit,posted_by,posted_at,reason: for
/// reports/csv.h and reports/xlsx.h.
void write_rows(const LateEntries& late, ReportRows& rows);
std::string to_json(const LateEntries& late);
/// For people: each period with its entries, and the last entry below.
std::string to_table(const LateEntries& late);

}  // namespace accubooks::reports
