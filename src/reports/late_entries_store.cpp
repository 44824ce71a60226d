#include <fmt/format.h>

#include "ledger/tags.h"
#include "reports/books_snapshot.h"
#include "reports/internal/total_of.h"
#include "reports/late_entries.h"

namespace accubooks::reports {
namespace {

/// An index has late entries alone.
constexpr pg::Statement kLateEntries{
    .name = "reports.late_entries",
    .text = R"sql(
select e.number, e.entry_date, e.description, e.reference, moved.base_debit, e.posted_by, e.posted_at, e.late_reason
  from books.journal_entry e
  join lateral (select coalesce(sum(l.base_amount), 0)::text as base_debit
                  from books.journal_line l
                 where l.tenant_id = $1 and l.number = e.number and l.base_amount > 0) moved on true
 where e.tenant_id = $1
   and e.late_reason is not null
   and e.entry_date between $2 and $3
   and e.number <= $4
   and ($5::jsonb is null or e.tags @> $5)
   and ($6 or e.tags is null or not e.tags ? 'closing')
 order by e.entry_date, e.number
 limit $7)sql",
};

pg::Params parameters_of(BooksSnapshot& books, const DateRange& range) {
    const Days days = days_of(range);
    pg::Params params =
        pg::Params::of(books.transaction().tenant(), days.first, days.last, books.last_entry());
    params.add_json(ledger::tags_json(books.scope().tags));
    params.add(books.scope().closing == Closing::include);
    params.add(kLateEntriesMax + 1);
    return params;
}

}  // namespace

base::Task<base::Result<LateEntries>> late_entries(
    pg::Pool& pool, base::TenantId tenant, ReportQuery query, base::Deadline deadline
) {
    AB_CO_TRY(plan, plan_for(query.range));
    AB_CO_TRY(books, co_await BooksSnapshot::begin(pool, tenant, query.scope, deadline));
    const pg::Rows rows =
        co_await books.transaction().execute(kLateEntries, parameters_of(books, query.range));
    co_await books.close();
    if (rows.size() > kLateEntriesMax) {
        co_return base::refuse(
            base::ErrorKind::invalid,
            "reports.too_many_lines",
            fmt::format("There are more than {} late entries; choose fewer days.", kLateEntriesMax)
        );
    }
    co_return LateEntries{
        .range = query.range,
        .scope = books.scope(),
        .base = books.base(),
        .last_entry = books.last_entry(),
        .entries = rows.map([&books](const pg::Row& row) {
            const auto date = row.get<base::Date>(1);
            return LateEntry{
                .period = ledger::period_of(date, books.calendar()),
                .date = date,
                .number = row.get<base::EntryNumber>(0),
                .description = row.get<std::string>(2),
                .reference = row.get<std::string>(3),
                .base_debit = total_of(row, 4),
                .posted_by = row.get<std::string>(5),
                .posted_at = row.get<base::Instant>(6),
                .reason = row.get<std::string>(7),
            };
        }),
    };
}

}  // namespace accubooks::reports
