#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "ledger/tags.h"
#include "reports/internal/total_of.h"
#include "reports/trial_balance.h"

namespace accubooks::reports {
namespace {

/// Whole months, in one look: what is before the range, and what is in it.
constexpr pg::Statement kKeptFigures{
    .name = "reports.kept_figures",
    .text = R"sql(
select account_id, commodity,
       sum(case when month <= $3 then debit - credit else 0 end)::text,
       sum(case when month >= $4 then debit else 0 end)::text,
       sum(case when month >= $4 then credit else 0 end)::text,
       sum(case when month <= $3 then base_debit - base_credit else 0 end)::text,
       sum(case when month >= $4 then base_debit else 0 end)::text,
       sum(case when month >= $4 then base_credit else 0 end)::text
  from books.account_balance
 where tenant_id = $1
   and month between $2 and $5
 group by account_id, commodity)sql",
};

/// Single days at the edges of the range.
constexpr pg::Statement kDayFigures{
    .name = "reports.day_figures",
    .text = R"sql(
with part as (
    select l.account_id, l.commodity, l.amount as opening, 0::bigint as debit, 0::bigint as credit,
           l.base_amount as base_opening, 0::bigint as base_debit, 0::bigint as base_credit
      from books.journal_entry e
      join books.journal_line l on l.tenant_id = $1 and l.number = e.number
     where e.tenant_id = $1 and e.entry_date between $2 and $3
    union all
    select l.account_id, l.commodity, 0, greatest(l.amount, 0), greatest(-l.amount, 0),
           0, greatest(l.base_amount, 0), greatest(-l.base_amount, 0)
      from books.journal_entry e
      join books.journal_line l on l.tenant_id = $1 and l.number = e.number
     where e.tenant_id = $1
       and (e.entry_date between $4 and $5 or e.entry_date between $6 and $7)
)
select account_id, commodity,
       sum(opening)::text, sum(debit)::text, sum(credit)::text,
       sum(base_opening)::text, sum(base_debit)::text, sum(base_credit)::text
  from part
 group by account_id, commodity)sql",
};

/// Every line of the entries up to a number, whatever its day: lines are by number, so their
/// entries need not be looked up. One bound: between two, PostgreSQL expects a 200th of a tenant's
/// lines, and sorts on disk what hashing adds up in place.
constexpr pg::Statement kLineFiguresThrough{
    .name = "reports.line_figures_through",
    .text = R"sql(
select account_id, commodity, '0',
       coalesce(sum(amount) filter (where amount > 0), 0)::text,
       coalesce(-sum(amount) filter (where amount < 0), 0)::text, '0',
       coalesce(sum(base_amount) filter (where base_amount > 0), 0)::text,
       coalesce(-sum(base_amount) filter (where base_amount < 0), 0)::text
  from books.journal_line
 where tenant_id = $1
   and number <= $2
 group by account_id, commodity)sql",
};

/// The same of the entries after a number.
constexpr pg::Statement kLineFiguresAfter{
    .name = "reports.line_figures_after",
    .text = R"sql(
select account_id, commodity, '0',
       coalesce(sum(amount) filter (where amount > 0), 0)::text,
       coalesce(-sum(amount) filter (where amount < 0), 0)::text, '0',
       coalesce(sum(base_amount) filter (where base_amount > 0), 0)::text,
       coalesce(-sum(base_amount) filter (where base_amount < 0), 0)::text
  from books.journal_line
 where tenant_id = $1
   and number > $2
 group by account_id, commodity)sql",
};

/// Kept balances know nothing of numbers and tags: what they lack or have too much is read from
/// the entries.
constexpr pg::Statement kEntryFigures{
    .name = "reports.entry_figures",
    .text = R"sql(
select l.account_id, l.commodity,
       coalesce(sum(l.amount) filter (where e.entry_date < $2), 0)::text,
       coalesce(sum(greatest(l.amount, 0)) filter (where e.entry_date >= $2), 0)::text,
       coalesce(sum(greatest(-l.amount, 0)) filter (where e.entry_date >= $2), 0)::text,
       coalesce(sum(l.base_amount) filter (where e.entry_date < $2), 0)::text,
       coalesce(sum(greatest(l.base_amount, 0)) filter (where e.entry_date >= $2), 0)::text,
       coalesce(sum(greatest(-l.base_amount, 0)) filter (where e.entry_date >= $2), 0)::text
  from books.journal_entry e
  join books.journal_line l on l.tenant_id = $1 and l.number = e.number
 where e.tenant_id = $1
   and e.entry_date <= $3
   and e.number between $4 and $5
   and ($6::jsonb is null or e.tags @> $6)
 group by l.account_id, l.commodity)sql",
};

/// Of closing entries alone, which an index finds: those within the range.
constexpr pg::Statement kClosingFigures{
    .name = "reports.closing_figures",
    .text = R"sql(
select l.account_id, l.commodity, '0',
       coalesce(sum(l.amount) filter (where l.amount > 0), 0)::text,
       coalesce(-sum(l.amount) filter (where l.amount < 0), 0)::text, '0',
       coalesce(sum(l.base_amount) filter (where l.base_amount > 0), 0)::text,
       coalesce(-sum(l.base_amount) filter (where l.base_amount < 0), 0)::text
  from books.journal_entry e
  join books.journal_line l on l.tenant_id = $1 and l.number = e.number
 where e.tenant_id = $1
   and e.entry_date between $2 and $3
   and e.number <= $4
   and e.tags ? 'closing'
   and ($5::jsonb is null or e.tags @> $5)
 group by l.account_id, l.commodity)sql",
};

/// A statement's figures that are added to a trial balance, or taken out of it.
struct Part {
    pg::Query query;
    int sign = 1;
};

class Parts {
public:
    Parts(const BooksSnapshot& books, base::TenantId tenant, const DateRange& range)
        : books_{books},
          tenant_{tenant},
          days_{days_of(range)},
          is_whole_life_{!range.from && !range.to} {}

    /// What is kept for the whole months of the plan, if it has any.
    std::optional<Part> kept(const RangePlan& plan) const {
        const Days& before = plan.opening_months;
        const Days& in = plan.movement_months;
        if (before.empty() && in.empty()) {
            return std::nullopt;
        }
        using Day = std::optional<base::Date>;
        pg::Params params = pg::Params::of(
            tenant_,
            before.empty() ? in.first : before.first,
            before.empty() ? Day{} : Day{before.last},
            in.empty() ? Day{} : Day{in.first},
            in.empty() ? before.last : in.last
        );
        return Part{{&kKeptFigures, std::move(params)}, 1};
    }
    /// What the journal has on the single days of the plan, if it has any.
    std::optional<Part> days(const RangePlan& plan) const {
        const Days& before = plan.opening_days;
        const Days& head = plan.movement_head;
        const Days& tail = plan.movement_tail;
        if (before.empty() && head.empty() && tail.empty()) {
            return std::nullopt;
        }
        pg::Params params = pg::Params::of(
            tenant_, before.first, before.last, head.first, head.last, tail.first, tail.last
        );
        return Part{{&kDayFigures, std::move(params)}, 1};
    }
    /// The entries that are known, with the tags that the scope names.
    Part known_entries() const {
        if (takes_any_entry()) {
            return {{&kLineFiguresThrough, pg::Params::of(tenant_, books_.last_entry())}, 1};
        }
        return entries(1, books_.last_entry().value, 1);
    }
    /// Those that came later, to be taken out.
    Part later_entries() const {
        if (takes_any_entry()) {
            return {{&kLineFiguresAfter, pg::Params::of(tenant_, books_.last_entry())}, -1};
        }
        return entries(books_.last_entry().value + 1, books_.end().value, -1);
    }
    /// Closing entries within the range, to be taken out. What was closed before stands in the
    /// opening.
    Part closing_entries() const {
        pg::Params params = pg::Params::of(tenant_, days_.first, days_.last, books_.last_entry());
        params.add_json(ledger::tags_json(books_.scope().tags));
        return {{&kClosingFigures, std::move(params)}, -1};
    }

private:
    bool takes_any_entry() const { return is_whole_life_ && books_.scope().tags.empty(); }

    Part entries(std::int64_t first, std::int64_t last, int sign) const {
        // Whole-life, nothing is before the first day there is.
        pg::Params params = pg::Params::of(tenant_, days_.first, days_.last, first, last);
        params.add_json(ledger::tags_json(books_.scope().tags));
        return {{&kEntryFigures, std::move(params)}, sign};
    }

    const BooksSnapshot& books_;
    base::TenantId tenant_;
    Days days_;
    bool is_whole_life_;
};

/// What makes up the trial balance of a range: kept balances where they serve, and otherwise as few
/// entries as can be.
base::Result<std::vector<Part>> parts_of(
    const BooksSnapshot& books, base::TenantId tenant, const DateRange& range, Figures figures
) {
    AB_TRY(plan, plan_for(range));
    if (figures == Figures::movement) {
        plan.opening_months = plan.opening_days = no_days();
    }
    const Parts of{books, tenant, range};
    const std::int64_t last = books.last_entry().value;
    const std::int64_t end = books.end().value;
    std::vector<Part> parts;
    const bool most_are_known = last > end / 2;
    if (books.scope().tags.empty() && (last == end || most_are_known)) {
        if (auto kept = of.kept(plan)) {
            parts.push_back(std::move(*kept));
        }
        if (auto days = of.days(plan)) {
            parts.push_back(std::move(*days));
        }
        if (last < end) {
            parts.push_back(of.later_entries());
        }
    } else {
        parts.push_back(of.known_entries());
    }
    if (books.scope().closing == Closing::exclude) {
        parts.push_back(of.closing_entries());
    }
    return parts;
}

TrialBalanceRow empty_row(
    base::AccountId id, const std::string& commodity, const BooksSnapshot& books
) {
    const ledger::Account& account = books.account(id);
    return {
        .account = account.id,
        .code = account.code,
        .path = books.path_of(account),
        .type = account.type,
        .subtype = account.subtype,
        .commodity = books.commodity(commodity),
    };
}

/// Rows by account and commodity.
class Rows {
public:
    Rows(const BooksSnapshot& books, Figures figures) : books_{books}, figures_{figures} {}

    void add(const pg::Rows& figures, int sign) {
        for (int at = 0; at < figures.size(); ++at) {
            add(figures[at], sign);
        }
    }
    /// By account code, then commodity.
    std::vector<TrialBalanceRow> sorted() && {
        std::vector<TrialBalanceRow> rows;
        rows.reserve(rows_.size());
        for (auto& [key, row] : rows_) {
            if (figures_ == Figures::movement) {
                row.opening = row.base_opening = 0;
            }
            row.closing = row.opening + row.debit - row.credit;
            row.base_closing = row.base_opening + row.base_debit - row.base_credit;
            rows.push_back(std::move(row));
        }
        std::ranges::sort(rows, [](const TrialBalanceRow& left, const TrialBalanceRow& right) {
            return std::tie(left.code, left.commodity.code) <
                   std::tie(right.code, right.commodity.code);
        });
        return rows;
    }

private:
    void add(const pg::Row& from, int sign) {
        const base::AccountId account{from.get<std::int64_t>(0)};
        auto commodity = from.get<std::string>(1);
        auto found = rows_.find({account.value, commodity});
        if (found == rows_.end()) {
            TrialBalanceRow row = empty_row(account, commodity, books_);
            found = rows_.emplace(Key{account.value, std::move(commodity)}, std::move(row)).first;
        }
        TrialBalanceRow& row = found->second;
        int column = 2;
        for (Total* figure :
             {&row.opening,
              &row.debit,
              &row.credit,
              &row.base_opening,
              &row.base_debit,
              &row.base_credit}) {
            *figure += sign * total_of(from, column);
            ++column;
        }
    }

    using Key = std::pair<std::int64_t, std::string>;
    const BooksSnapshot& books_;
    Figures figures_;
    std::map<Key, TrialBalanceRow> rows_;
};

/// The first day of the fiscal year in which the range begins; a whole-life one begins in none.
std::optional<base::Date> year_of(const DateRange& range, const ledger::Calendar& calendar) {
    return range.from.transform([&calendar](base::Date from) {
        return ledger::fiscal_year_of(from, calendar).first_day;
    });
}

}  // namespace

base::Task<base::Result<std::vector<TrialBalance>>> trial_balances(
    BooksSnapshot& books, std::vector<DateRange> ranges, Figures figures
) {
    std::vector<pg::Query> queries;
    std::vector<std::vector<int>> signs;  // of each range's parts
    for (const DateRange& range : ranges) {
        AB_CO_TRY(parts, parts_of(books, books.transaction().tenant(), range, figures));
        signs.emplace_back();
        for (Part& part : parts) {
            queries.push_back(std::move(part.query));
            signs.back().push_back(part.sign);
        }
    }
    const auto answers = co_await books.transaction().execute_all(std::move(queries));
    std::vector<TrialBalance> balances;
    auto answer = answers.begin();
    for (std::size_t at = 0; at < ranges.size(); ++at) {
        Rows rows{books, figures};
        for (const int sign : signs[at]) {
            rows.add(*answer, sign);
            ++answer;
        }
        TrialBalance balance{
            .range = ranges[at],
            .scope = books.scope(),
            .base = books.base(),
            .last_entry = books.last_entry(),
            .rows = std::move(rows).sorted(),
        };
        balance.add_up();
        balances.push_back(std::move(balance));
    }
    co_return balances;
}

base::Task<base::Result<TrialBalances>> trial_balance(
    pg::Pool& pool, base::TenantId tenant, ReportQuery query, base::Deadline deadline
) {
    AB_CO_TRY(ranges, columns_of(query.range, query.comparison));
    AB_CO_TRY(books, co_await BooksSnapshot::begin(pool, tenant, query.scope, deadline));
    // In the same look, what each column's fiscal year began with.
    std::vector<DateRange> asked = ranges;
    for (const DateRange& range : ranges) {
        const std::optional<base::Date> year = year_of(range, books.calendar());
        if (year && std::ranges::find(asked, year, &DateRange::from) == asked.end()) {
            asked.push_back({.from = year, .to = year});
        }
    }
    AB_CO_TRY(balances, co_await trial_balances(books, asked));
    co_await books.close();
    std::vector<TrialBalance> columns;
    columns.reserve(ranges.size());
    for (std::size_t at = 0; at < ranges.size(); ++at) {
        const std::optional<base::Date> year = year_of(ranges[at], books.calendar());
        const auto began = std::ranges::find_if(balances, [&year](const TrialBalance& balance) {
            return year && balance.range.from == year;
        });
        columns.push_back(
            began == balances.end() ? balances[at] : with_earlier_years_apart(balances[at], *began)
        );
    }
    co_return aligned(std::move(columns));
}

}  // namespace accubooks::reports
