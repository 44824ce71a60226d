#include "ledger/year_close.h"

#include <algorithm>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "ledger/entry_store.h"
#include "ledger/period_store.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {
namespace {

// The entries that closed a year or a later one, the newest first, and whether they are reversed.
constexpr pg::Statement kClosings{
    .name = "ledger.closings_of_years",
    .text = R"sql(
select e.number, e.entry_date, e.tags ->> 'closing',
       exists (select from books.journal_entry r where r.tenant_id = e.tenant_id and r.reverses = e.number)
  from books.journal_entry e
 where e.tenant_id = $1
   and e.tags ? 'closing'
   and e.entry_date >= $2
   and e.reverses is null
 order by e.number desc)sql",
};

// Kept balances up to the month of the last day, and what that month has of it.
constexpr pg::Statement kLeft{
    .name = "ledger.left_to_close",
    .text = R"sql(
with month as (
    select date_trunc('month', ($2::date + 1)::timestamp)::date as first_day
), balance as (
    select b.account_id, b.commodity, b.debit::numeric - b.credit as amount, b.base_debit::numeric - b.base_credit as base
      from books.account_balance b
     where b.tenant_id = $1
       and b.month < (select m.first_day from month m)
    union all
    select l.account_id, l.commodity, l.amount, l.base_amount
      from month m
      join books.journal_entry e on e.tenant_id = $1 and e.entry_date between m.first_day and $2
      join books.journal_line l on l.tenant_id = e.tenant_id and l.number = e.number
     where e.tenant_id = $1
)
select b.account_id, b.commodity,
       case when abs(sum(b.amount)) <= 9223372036854775807 then sum(b.amount)::bigint end,
       case when abs(sum(b.base)) <= 9223372036854775807 then sum(b.base)::bigint end
  from balance b
  join books.account a on a.tenant_id = $1 and a.account_id = b.account_id
 where a.type in ('revenue', 'expense')
 group by b.account_id, a.code, b.commodity
having sum(b.amount) <> 0 or sum(b.base) <> 0
 order by a.code, b.commodity)sql",
};

constexpr pg::Statement kRetained{
    .name = "ledger.retained_earnings",
    .text = R"sql(
select account_id
  from books.account
 where tenant_id = $1
   and type = 'equity'
   and active
   and case when $2::text is null then subtype = 'retained' else code = $2 end
 limit 2)sql",
};

base::Error refused(base::ErrorKind kind, std::string_view code, std::string detail) {
    return {.kind = kind, .code = code, .detail = std::move(detail)};
}

/// What is left on one account in one commodity.
struct Left {
    base::AccountId account;
    std::string commodity;
    std::int64_t amount = 0;
    std::int64_t base_amount = 0;
};

/// A fiscal year as it is to be closed.
struct Year {
    Period days;
    std::int64_t closings = 0;                     // entries that closed it, reversed ones too
    std::int64_t reopenings = 0;                   // those of them that are reversed
    std::optional<base::EntryNumber> closed_by{};  // the last that isn't
    std::string later_closed{};  // the last year that is closed, if later than this; else empty
    PeriodState state = PeriodState::open;  // of its last day
};

base::Task<base::Result<Year>> find_year(
    pg::TenantTransaction& transaction, const std::string& name
) {
    AB_CO_TRY(book, co_await period_book(transaction));
    AB_CO_TRY(days, parse_year(name, book.calendar));
    Year year{.days = days, .state = book.closure.state_of(days.last_day)};
    const pg::Rows rows = co_await transaction.execute(
        kClosings, pg::Params::of(transaction.tenant(), days.last_day)
    );
    for (int at = 0; at < rows.size(); ++at) {
        const auto closed = rows[at].get<std::string>(2);
        const auto closed_days = parse_year(closed, book.calendar);
        const bool is_reversed = rows[at].get<bool>(3);
        // Others that have the tag, as in journals of other programs, close no year here.
        if (!closed_days || closed_days->last_day != rows[at].get<base::Date>(1)) {
            continue;
        }
        if (closed != name) {
            if (!is_reversed && year.later_closed.empty()) {
                year.later_closed = closed;
            }
            continue;
        }
        ++year.closings;
        if (is_reversed) {
            ++year.reopenings;
        } else if (!year.closed_by) {
            year.closed_by = base::EntryNumber{rows[at].get<std::int64_t>(0)};
        }
    }
    co_return year;
}

base::Result<void> check_open(const Year& year) {
    if (year.closed_by) {
        return std::unexpected(refused(
            base::ErrorKind::conflict,
            "ledger.year_closed",
            fmt::format("The year was closed by entry {}.", year.closed_by->value)
        ));
    }
    return {};
}

/// A later close has carried over what this year has left, too.
base::Result<void> check_order(const Year& year) {
    if (!year.later_closed.empty()) {
        return std::unexpected(refused(
            base::ErrorKind::conflict,
            "ledger.later_year_closed",
            fmt::format(
                "Years are closed in order, and the year {} is closed: reopen that first.",
                year.later_closed
            )
        ));
    }
    return {};
}

base::Error out_of_range() {
    return refused(
        base::ErrorKind::invalid,
        "ledger.out_of_range",
        "What is left on revenue and expense accounts doesn't fit 64 bits."
    );
}

base::Task<base::Result<std::vector<Left>>> left_to_close(
    pg::TenantTransaction& transaction, base::Date last_day
) {
    const pg::Rows rows =
        co_await transaction.execute(kLeft, pg::Params::of(transaction.tenant(), last_day));
    std::vector<Left> left;
    left.reserve(static_cast<std::size_t>(rows.size()));
    for (int at = 0; at < rows.size(); ++at) {
        if (rows[at].is_null(2) || rows[at].is_null(3)) {
            co_return std::unexpected(out_of_range());
        }
        left.push_back({
            .account = base::AccountId{rows[at].get<std::int64_t>(0)},
            .commodity = rows[at].get<std::string>(1),
            .amount = rows[at].get<std::int64_t>(2),
            .base_amount = rows[at].get<std::int64_t>(3),
        });
    }
    co_return left;
}

base::Task<base::Result<base::AccountId>> retained_earnings(
    pg::TenantTransaction& transaction, const std::optional<std::string>& code
) {
    const pg::Rows rows =
        co_await transaction.execute(kRetained, pg::Params::of(transaction.tenant(), code));
    if (rows.size() != 1) {
        co_return std::unexpected(refused(
            base::ErrorKind::conflict,
            "ledger.retained_earnings_unknown",
            code ? "There is no active equity account with this code."
                 : "These books have not exactly one active account of subtype retained; name the "
                   "account to close to."
        ));
    }
    co_return base::AccountId{rows[0].get<std::int64_t>(0)};
}

/// The lines that leave nothing where something is left. Each commodity goes over in kind, so that
/// it sums to zero by itself and what has no value keeps none.
base::Result<std::vector<Line>> lines_of(const std::vector<Left>& left, base::AccountId retained) {
    std::vector<Line> lines;
    lines.reserve(left.size() + 1);
    std::map<std::string, Line> carried;
    for (const Left& each : left) {
        lines.push_back(
            {.account = each.account,
             .commodity = each.commodity,
             .amount = -each.amount,
             .base_amount = -each.base_amount}
        );
        Line& sum =
            carried
                .try_emplace(each.commodity, Line{.account = retained, .commodity = each.commodity})
                .first->second;
        if (__builtin_add_overflow(sum.amount, each.amount, &sum.amount) ||
            __builtin_add_overflow(sum.base_amount, each.base_amount, &sum.base_amount)) {
            return std::unexpected(out_of_range());
        }
    }
    for (auto& [commodity, line] : carried) {
        if (line.amount != 0 || line.base_amount != 0) {
            lines.push_back(std::move(line));
        }
    }
    return lines;
}

/// The one that closes the year, on its last day.
base::Result<Entry> closing_entry(
    const std::string& name,
    const Year& year,
    const std::vector<Left>& left,
    base::AccountId retained
) {
    AB_TRY(lines, lines_of(left, retained));
    std::string description = fmt::format("Closing of the fiscal year {}", name);
    return Entry{
        .date = year.days.last_day,
        .description = description,
        .tags = {{"closing", name}},
        .late_reason = year.state == PeriodState::soft_closed ? description : "",
        .lines = std::move(lines),
    };
}

}  // namespace

base::Result<Period> parse_year(std::string_view year, const Calendar& calendar) {
    const auto first = base::Date::parse(
        fmt::format("{}-{:02}-{:02}", year, calendar.year_starts_month, calendar.year_starts_day)
    );
    if (!first || first->calendar().year() < std::chrono::year{2} ||
        first->calendar().year() > std::chrono::year{9997}) {
        return std::unexpected(refused(
            base::ErrorKind::not_found,
            "ledger.no_such_year",
            "A fiscal year is named by the year in which it begins, as in 2026."
        ));
    }
    return fiscal_year_of(*first, calendar);
}

base::Task<base::Result<YearClose::State>> YearClose::state_of(Request request) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool_, request.tenant, pg::Access::read_only, request.deadline
    );
    AB_CO_TRY(year, co_await find_year(transaction, request.year));
    co_await transaction.commit();
    co_return State{.days = year.days, .closed_by = year.closed_by};
}

base::Task<base::Result<YearClose::Preview>> YearClose::preview(Request request) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool_, request.tenant, pg::Access::read_only, request.deadline
    );
    AB_CO_TRY(year, co_await find_year(transaction, request.year));
    AB_CO_CHECK(check_open(year));
    AB_CO_CHECK(check_order(year));
    AB_CO_TRY(left, co_await left_to_close(transaction, year.days.last_day));
    Preview closing;
    if (!left.empty()) {
        AB_CO_TRY(retained, co_await retained_earnings(transaction, request.retained));
        AB_CO_TRY(entry, closing_entry(request.year, year, left, retained));
        closing.names =
            co_await names_for(transaction, {PostedEntry{.number = {}, .entry = entry}});
        closing.entry = std::move(entry);
    }
    co_await transaction.commit();
    co_return closing;
}

base::Task<base::Result<Posted>> YearClose::close(Request request) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool_, request.tenant, pg::Access::read_write, request.deadline
    );
    // Whatever is posted meanwhile waits, so that nothing of the year is left behind the close.
    AB_CO_CHECK(co_await lock_ledger(transaction));
    AB_CO_TRY(year, co_await find_year(transaction, request.year));
    AB_CO_CHECK(check_open(year));
    AB_CO_CHECK(check_order(year));
    AB_CO_TRY(retained, co_await retained_earnings(transaction, request.retained));
    AB_CO_TRY(left, co_await left_to_close(transaction, year.days.last_day));
    if (left.empty()) {
        co_return std::unexpected(refused(
            base::ErrorKind::conflict,
            "ledger.nothing_to_close",
            "Nothing is left on revenue and expense accounts at the end of the year."
        ));
    }
    AB_CO_TRY(entry, closing_entry(request.year, year, left, retained));
    if (entry.lines.size() > kLinesMax) {
        co_return std::unexpected(refused(
            base::ErrorKind::conflict,
            "ledger.too_much_to_close",
            "More than 9999 accounts and commodities have something left; close some of them by "
            "hand."
        ));
    }
    AB_CO_TRY(
        posted,
        co_await journal_.post_entry(
            transaction,
            fmt::format("year\x1f{}\x1f{}", request.year, year.closings + 1),
            std::move(request.actor),
            std::move(entry)
        )
    );
    co_await transaction.commit();
    co_return posted;
}

base::Task<base::Result<Posted>> YearClose::reopen(Request request, std::string reason) {
    auto transaction = co_await pg::TenantTransaction::begin(
        pool_, request.tenant, pg::Access::read_write, request.deadline
    );
    AB_CO_CHECK(co_await lock_ledger(transaction));
    AB_CO_TRY(year, co_await find_year(transaction, request.year));
    if (!year.closed_by) {
        co_return std::unexpected(
            refused(base::ErrorKind::conflict, "ledger.year_not_closed", "The year isn't closed.")
        );
    }
    AB_CO_CHECK(check_order(year));
    const auto closing = co_await find_entry(transaction, *year.closed_by);
    base::ensure(closing.has_value(), "posted entries are never deleted");
    std::string late = year.state == PeriodState::soft_closed ? reason : std::string{};
    AB_CO_TRY(
        reversal, reversal_of(*closing, year.days.last_day, std::move(reason), std::move(late))
    );
    AB_CO_TRY(
        posted,
        co_await journal_.post_entry(
            transaction,
            // books.judge_entries (db/functions) knows a reopening by it, also when an archive
            // brings it: its spelling is that of both.
            fmt::format("year\x1f{}\x1f{}\x1fopen", request.year, year.closings + year.reopenings),
            std::move(request.actor),
            std::move(reversal)
        )
    );
    co_await transaction.commit();
    co_return posted;
}

}  // namespace accubooks::ledger
