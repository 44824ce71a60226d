#include <unordered_map>

#include "ledger/account_store.h"
#include "pg/tenant_transaction.h"
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

constexpr pg::Statement kLedger{
    .name = "reports.ledger",
    .text = R"sql(
select base_commodity, last_number
  from books.ledger
 where tenant_id = $1)sql",
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

/// Accounts by id with their paths.
class Chart {
public:
    explicit Chart(std::vector<ledger::Account> accounts) {
        for (ledger::Account& account : accounts) {
            const std::int64_t id = account.id.value;
            accounts_.emplace(id, std::move(account));
        }
    }
    const ledger::Account& at(std::int64_t id) const {
        const auto found = accounts_.find(id);
        base::ensure(found != accounts_.end(), "a balance is of an account");
        return found->second;
    }
    std::string path_of(const ledger::Account& account) const {
        return account.parent ? path_of(at(account.parent->value)) + ':' + account.name
                              : account.name;
    }

private:
    std::unordered_map<std::int64_t, ledger::Account> accounts_;
};

Total total_of(const pg::Row& from, int column) {
    const auto total = base::Decimal::parse(from.get<std::string_view>(column));
    base::ensure(total && total->places() == 0, "a sum of whole units is whole and below 2^113");
    return total->mantissa();
}

TrialBalanceRow row_of(
    const pg::Row& from,
    const Chart& chart,
    const std::unordered_map<std::string, std::uint8_t>& scales
) {
    const ledger::Account& account = chart.at(from.get<std::int64_t>(0));
    const auto commodity = from.get<std::string>(1);
    TrialBalanceRow row{
        .account = account.id,
        .code = account.code,
        .path = chart.path_of(account),
        .type = std::string{to_string(account.type)},
        .commodity = {.code = commodity, .scale = scales.at(commodity)},
        .opening = total_of(from, 2),
        .debit = total_of(from, 3),
        .credit = total_of(from, 4),
        .base_opening = total_of(from, 5),
        .base_debit = total_of(from, 6),
        .base_credit = total_of(from, 7),
    };
    row.closing = row.opening + row.debit - row.credit;
    row.base_closing = row.base_opening + row.base_debit - row.base_credit;
    return row;
}

bool is_zero(const TrialBalanceRow& row) {
    return row.opening == 0 && row.debit == 0 && row.credit == 0 && row.base_opening == 0 &&
           row.base_debit == 0 && row.base_credit == 0;
}

void add_up(TrialBalance& balance) {
    for (const TrialBalanceRow& row : balance.rows) {
        balance.opening += row.base_opening;
        balance.debit += row.base_debit;
        balance.credit += row.base_credit;
        balance.closing += row.base_closing;
    }
}

}  // namespace

base::Task<base::Result<TrialBalance>> trial_balance(
    pg::Pool& pool, base::TenantId tenant, DateRange range, base::Deadline deadline
) {
    AB_CO_TRY(plan, plan_for(range));
    auto transaction =
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_only, deadline);
    std::vector<pg::Query> queries;
    queries.push_back({&kLedger, pg::Params::of(tenant)});
    queries.push_back({&kTrialBalance, parameters_of(tenant, plan)});
    const auto answers = co_await transaction.execute_all(std::move(queries));
    if (answers[0].empty()) {
        co_return base::refuse(
            base::ErrorKind::not_found, "ledger.no_books", "There are no books with this number."
        );
    }
    std::unordered_map<std::string, std::uint8_t> scales;
    for (const base::Commodity& commodity : co_await ledger::all_commodities(transaction)) {
        scales.emplace(commodity.code, commodity.scale);
    }
    const Chart chart{co_await ledger::all_accounts(transaction)};
    co_await transaction.commit();

    TrialBalance balance;
    balance.range = range;
    const auto base_code = answers[0][0].get<std::string>(0);
    balance.base = {.code = base_code, .scale = scales.at(base_code)};
    balance.last_entry = base::EntryNumber{answers[0][0].get<std::int64_t>(1)};
    for (int at = 0; at < answers[1].size(); ++at) {
        TrialBalanceRow row = row_of(answers[1][at], chart, scales);
        if (!is_zero(row)) {
            balance.rows.push_back(std::move(row));
        }
    }
    std::ranges::sort(balance.rows, [](const TrialBalanceRow& left, const TrialBalanceRow& right) {
        return std::tie(left.code, left.commodity.code) <
               std::tie(right.code, right.commodity.code);
    });
    add_up(balance);
    co_return balance;
}

}  // namespace accubooks::reports
