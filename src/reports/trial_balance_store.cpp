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
       sum(opening)::bigint, sum(debit)::bigint, sum(credit)::bigint,
       sum(base_opening)::bigint, sum(base_debit)::bigint, sum(base_credit)::bigint
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

std::unexpected<base::Error> out_of_range() {
    return base::refuse(
        base::ErrorKind::invalid,
        "reports.out_of_range",
        "A total of this range doesn't fit 64 bits; ask for a shorter range."
    );
}

/// opening + debit - credit.
base::Result<std::int64_t> closing_of(
    std::int64_t opening, std::int64_t debit, std::int64_t credit
) {
    const __int128 closing = static_cast<__int128>(opening) + debit - credit;
    if (closing != static_cast<std::int64_t>(closing)) {
        return out_of_range();
    }
    return static_cast<std::int64_t>(closing);
}

base::Result<TrialBalanceRow> row_of(
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
        .opening = from.get<std::int64_t>(2),
        .debit = from.get<std::int64_t>(3),
        .credit = from.get<std::int64_t>(4),
        .base_opening = from.get<std::int64_t>(5),
        .base_debit = from.get<std::int64_t>(6),
        .base_credit = from.get<std::int64_t>(7),
    };
    AB_TRY(closing, closing_of(row.opening, row.debit, row.credit));
    AB_TRY(base_closing, closing_of(row.base_opening, row.base_debit, row.base_credit));
    row.closing = closing;
    row.base_closing = base_closing;
    return row;
}

bool is_zero(const TrialBalanceRow& row) {
    return row.opening == 0 && row.debit == 0 && row.credit == 0 && row.base_opening == 0 &&
           row.base_debit == 0 && row.base_credit == 0;
}

base::Result<void> add_up(TrialBalance& balance) {
    for (const TrialBalanceRow& row : balance.rows) {
        const bool wrapped =
            __builtin_add_overflow(balance.opening, row.base_opening, &balance.opening) ||
            __builtin_add_overflow(balance.debit, row.base_debit, &balance.debit) ||
            __builtin_add_overflow(balance.credit, row.base_credit, &balance.credit) ||
            __builtin_add_overflow(balance.closing, row.base_closing, &balance.closing);
        if (wrapped) {
            return out_of_range();
        }
    }
    return {};
}

/// The ledger's row and the totals by account and commodity. The server refuses a total that
/// doesn't fit (22003).
base::Task<base::Result<std::vector<pg::Rows>>> totals_of(
    pg::TenantTransaction& transaction, RangePlan plan
) {
    std::vector<pg::Query> queries;
    queries.push_back({&kLedger, pg::Params::of(transaction.tenant())});
    queries.push_back({&kTrialBalance, parameters_of(transaction.tenant(), plan)});
    try {
        co_return co_await transaction.execute_all(std::move(queries));
    } catch (const pg::Failure& failure) {
        if (failure.sqlstate() != "22003") {
            throw;
        }
    }
    co_return out_of_range();
}

}  // namespace

base::Task<base::Result<TrialBalance>> trial_balance(
    pg::Pool& pool, base::TenantId tenant, DateRange range, base::Deadline deadline
) {
    AB_CO_TRY(plan, plan_for(range));
    auto transaction =
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_only, deadline);
    AB_CO_TRY(answers, co_await totals_of(transaction, plan));
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
        AB_CO_TRY(row, row_of(answers[1][at], chart, scales));
        if (!is_zero(row)) {
            balance.rows.push_back(std::move(row));
        }
    }
    std::ranges::sort(balance.rows, [](const TrialBalanceRow& left, const TrialBalanceRow& right) {
        return std::tie(left.code, left.commodity.code) <
               std::tie(right.code, right.commodity.code);
    });
    AB_CO_CHECK(add_up(balance));
    co_return balance;
}

}  // namespace accubooks::reports
