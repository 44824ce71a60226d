#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "ledger/tags.h"
#include "reports/general_ledger.h"

namespace accubooks::reports {
namespace {

/// The months in which an account has balances lead to its entries: journal lines have no index by
/// account, which would cost every posting. An entry's accounts are looked at once an entry, so
/// that one with thousands of lines costs no more than they are.
constexpr pg::Statement kLines{
    .name = "reports.ledger_lines",
    .text = R"sql(
with month as (
    select distinct month as first, (month + interval '1 month')::date - 1 as last
      from books.account_balance
     where tenant_id = $1
       and ($2::bigint is null or account_id = $2)
), entry as materialized (
    select e.number, e.entry_date, e.description, e.reference, a.least, a.most, a.accounts
      from month m
      join books.journal_entry e on e.tenant_id = $1 and e.entry_date between m.first and m.last
      join lateral (select min(o.account_id) as least, max(o.account_id) as most, count(distinct o.account_id) as accounts
                      from books.journal_line o
                     where o.tenant_id = $1 and o.number = e.number
                    having $2 is null or bool_or(o.account_id = $2)) a on true
     where e.entry_date between $3 and $4
       and e.number <= $6
       and ($7::jsonb is null or e.tags @> $7)
       and ($8 or e.tags is null or not e.tags ? 'closing')
)
select l.account_id, l.commodity, e.entry_date, e.number, l.line, e.description, e.reference, l.memo, l.amount, l.base_amount,
       case when e.accounts = 2 then e.least + e.most - l.account_id end
  from entry e
  join books.journal_line l on l.tenant_id = $1 and l.number = e.number
 where $2 is null or l.account_id = $2
 order by e.entry_date, e.number, l.line
 limit $5)sql",
};

base::Result<std::optional<base::AccountId>> account_asked_for(
    const BooksSnapshot& books, const LedgerQuery& query
) {
    if (!query.account) {
        return std::nullopt;
    }
    const auto* id = std::get_if<base::AccountId>(&*query.account);
    const ledger::Account* found = id != nullptr
                                       ? books.find_account(*id)
                                       : books.find_account(std::get<std::string>(*query.account));
    if (found == nullptr) {
        return base::refuse(
            base::ErrorKind::not_found,
            "ledger.account_not_found",
            "There is no such account in these books."
        );
    }
    return found->id;
}

/// Only the rows of one account, with what they come to.
void keep_account(TrialBalance& balance, base::AccountId account) {
    std::erase_if(balance.rows, [account](const TrialBalanceRow& row) {
        return row.account != account;
    });
    balance.add_up();
}

LedgerLine line_of(const pg::Row& row, const BooksSnapshot& books) {
    const auto amount = row.get<std::int64_t>(8);
    const auto base_amount = row.get<std::int64_t>(9);
    const auto counter = row.get<std::optional<std::int64_t>>(10);
    LedgerLine line{
        .date = row.get<base::Date>(2),
        .number = base::EntryNumber{row.get<std::int64_t>(3)},
        .line = row.get<std::int16_t>(4),
        .description = row.get<std::string>(5),
        .reference = row.get<std::string>(6),
        .memo = row.get<std::string>(7),
        .debit = std::max<std::int64_t>(amount, 0),
        .credit = -std::min<std::int64_t>(amount, 0),
        .base_debit = std::max<std::int64_t>(base_amount, 0),
        .base_credit = -std::min<std::int64_t>(base_amount, 0),
    };
    if (counter) {
        line.counter_account = books.account(base::AccountId{*counter}).code;
    }
    return line;
}

/// Puts each line behind those of its account and commodity, in the order in which they come.
class Filling {
public:
    Filling(GeneralLedger& ledger, const BooksSnapshot& books) : ledger_{ledger}, books_{books} {
        for (const TrialBalanceRow& row : ledger.totals.rows) {
            places_.emplace(Key{row.account.value, row.commodity.code}, ledger.accounts.size());
            ledger.accounts.push_back({.account = row});
        }
    }

    void add(const pg::Row& row) {
        const auto place = places_.find({row.get<std::int64_t>(0), row.get<std::string>(1)});
        base::ensure(place != places_.end(), "an account with lines has a balance");
        AccountLedger& of = ledger_.accounts[place->second];
        LedgerLine line = line_of(row, books_);
        const bool is_first = of.lines.empty();
        line.balance =
            (is_first ? of.account.opening : of.lines.back().balance) + line.debit - line.credit;
        line.base_balance = (is_first ? of.account.base_opening : of.lines.back().base_balance) +
                            line.base_debit - line.base_credit;
        of.lines.push_back(std::move(line));
        ++lines_;
    }
    std::int64_t lines() const { return lines_; }

private:
    using Key = std::pair<std::int64_t, std::string>;

    GeneralLedger& ledger_;
    const BooksSnapshot& books_;
    std::map<Key, std::size_t> places_;  // in the ledger's accounts
    std::int64_t lines_ = 0;
};

pg::Params parameters_of(
    BooksSnapshot& books, std::optional<base::AccountId> account, const LedgerQuery& query
) {
    const auto [first, last] = days_of(query.range);
    pg::Params params = pg::Params::of(
        books.transaction().tenant(), account, first, last, query.lines_max + 1, books.last_entry()
    );
    params.add_json(ledger::tags_json(query.scope.tags));
    params.add(query.scope.closing == Closing::include);
    return params;
}

}  // namespace

base::Task<base::Result<GeneralLedger>> general_ledger(
    pg::Pool& pool, base::TenantId tenant, LedgerQuery query, base::Deadline deadline
) {
    AB_CO_TRY(books, co_await BooksSnapshot::begin(pool, tenant, query.scope, deadline));
    AB_CO_TRY(account, account_asked_for(books, query));
    const std::vector<DateRange> ranges{query.range};
    AB_CO_TRY(balances, co_await trial_balances(books, ranges));
    GeneralLedger ledger{.totals = std::move(balances.front())};
    if (account) {
        ledger.is_of_one_account = true;
        keep_account(ledger.totals, *account);
    }
    Filling filling{ledger, books};
    co_await books.transaction()
        .stream(kLines, parameters_of(books, account, query), [&filling](const pg::Rows& rows) {
            for (int at = 0; at < rows.size(); ++at) {
                filling.add(rows[at]);
            }
        });
    if (filling.lines() > query.lines_max) {
        co_return base::refuse(
            base::ErrorKind::invalid,
            "reports.too_many_lines",
            fmt::format(
                "There are more than {} lines; choose fewer days, or one account.", query.lines_max
            )
        );
    }
    co_await books.close();
    std::erase_if(ledger.accounts, [](const AccountLedger& of) {
        return of.lines.empty() && of.account.is_zero();
    });
    co_return ledger;
}

}  // namespace accubooks::reports
