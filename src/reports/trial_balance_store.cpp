#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "ledger/tags.h"
#include "reports/trial_balance.h"

namespace accubooks::reports {
namespace {

constexpr pg::Statement kTrialBalance{
    .name = "reports.trial_balance",
    .text = R"sql(
with part as (
    select account_id, commodity, debit - credit as opening, 0::bigint as debit, 0::bigint as credit,
           base_debit - base_credit as base_opening, 0::bigint as base_debit, 0::bigint as base_credit
      from books.account_balance
     where tenant_id = $1 and month between $2 and $3
    union all
    select account_id, commodity, 0, debit, credit, 0, base_debit, base_credit
      from books.account_balance
     where tenant_id = $1 and month between $6 and $7
    union all
    select l.account_id, l.commodity, l.amount, 0, 0, l.base_amount, 0, 0
      from books.journal_entry e
      join books.journal_line l on l.tenant_id = $1 and l.number = e.number
     where e.tenant_id = $1 and e.entry_date between $4 and $5
    union all
    select l.account_id, l.commodity, 0, greatest(l.amount, 0), greatest(-l.amount, 0),
           0, greatest(l.base_amount, 0), greatest(-l.base_amount, 0)
      from books.journal_entry e
      join books.journal_line l on l.tenant_id = $1 and l.number = e.number
     where e.tenant_id = $1
       and (e.entry_date between $8 and $9 or e.entry_date between $10 and $11)
)
select account_id, commodity,
       sum(opening)::text, sum(debit)::text, sum(credit)::text,
       sum(base_opening)::text, sum(base_debit)::text, sum(base_credit)::text
  from part
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

/// The same of closing entries alone, which an index finds.
constexpr pg::Statement kClosingFigures{
    .name = "reports.closing_figures",
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
   and e.number <= $4
   and e.tags ? 'closing'
   and ($5::jsonb is null or e.tags @> $5)
 group by l.account_id, l.commodity)sql",
};

pg::Params parameters_of(base::TenantId tenant, const RangePlan& plan) {
    return pg::Params::of(
        tenant,
        plan.opening_months.first,
        plan.opening_months.last,
        plan.opening_days.first,
        plan.opening_days.last,
        plan.movement_months.first,
        plan.movement_months.last,
        plan.movement_head.first,
        plan.movement_head.last,
        plan.movement_tail.first,
        plan.movement_tail.last
    );
}

Total total_of(const pg::Row& from, int column) {
    const auto total = base::Decimal::parse(from.get<std::string_view>(column));
    base::ensure(total && total->places() == 0, "a sum of whole units is whole and below 2^113");
    return total->mantissa();
}

/// A statement's figures that are added to a trial balance, or taken out of it.
struct Part {
    pg::Query query;
    int sign = 1;
};

class Parts {
public:
    Parts(const BooksSnapshot& books, base::TenantId tenant, const DateRange& range)
        : books_{books}, tenant_{tenant}, days_{days_of(range)} {}

    /// Whole entries by number, with the tags that the scope names.
    Part entries(std::int64_t first, std::int64_t last, int sign) const {
        pg::Params params = pg::Params::of(tenant_, opening_ends(), days_.last, first, last);
        params.add_json(ledger::tags_json(books_.scope().tags));
        return {{&kEntryFigures, std::move(params)}, sign};
    }
    Part closing_entries(int sign) const {
        pg::Params params =
            pg::Params::of(tenant_, opening_ends(), days_.last, books_.last_entry());
        params.add_json(ledger::tags_json(books_.scope().tags));
        return {{&kClosingFigures, std::move(params)}, sign};
    }

private:
    /// Whole-life, it is the first day there is, so that nothing is before it.
    base::Date opening_ends() const { return days_.first; }

    const BooksSnapshot& books_;
    base::TenantId tenant_;
    Days days_;
};

/// What makes up the trial balance of a range: kept balances where they serve, and otherwise as few
/// entries as can be.
base::Result<std::vector<Part>> parts_of(
    const BooksSnapshot& books, base::TenantId tenant, const DateRange& range
) {
    AB_TRY(plan, plan_for(range));
    const Parts of{books, tenant, range};
    const std::int64_t last = books.last_entry().value;
    const std::int64_t end = books.end().value;
    std::vector<Part> parts;
    const bool most_are_known = last > end / 2;
    if (books.scope().tags.empty() && (last == end || most_are_known)) {
        parts.push_back({{&kTrialBalance, parameters_of(tenant, plan)}, 1});
        if (last < end) {
            parts.push_back(of.entries(last + 1, end, -1));
        }
    } else {
        parts.push_back(of.entries(1, last, 1));
    }
    if (books.scope().closing == Closing::exclude) {
        parts.push_back(of.closing_entries(-1));
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
    explicit Rows(const BooksSnapshot& books) : books_{books} {}

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
    std::map<Key, TrialBalanceRow> rows_;
};

}  // namespace

base::Task<base::Result<std::vector<TrialBalance>>> trial_balances(
    BooksSnapshot& books, std::vector<DateRange> ranges
) {
    std::vector<pg::Query> queries;
    std::vector<std::vector<int>> signs;  // of each range's parts
    for (const DateRange& range : ranges) {
        AB_CO_TRY(parts, parts_of(books, books.transaction().tenant(), range));
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
        Rows rows{books};
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
    AB_CO_TRY(columns, co_await trial_balances(books, ranges));
    co_await books.close();
    co_return aligned(std::move(columns));
}

}  // namespace accubooks::reports
