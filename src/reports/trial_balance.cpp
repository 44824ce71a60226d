#include "reports/trial_balance.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace accubooks::reports {
namespace {

bool is_earned(const TrialBalanceRow& row) {
    return row.type == ledger::AccountType::revenue || row.type == ledger::AccountType::expense;
}

}  // namespace

bool TrialBalanceRow::is_zero() const {
    return opening == 0 && debit == 0 && credit == 0 && base_opening == 0 && base_debit == 0 &&
           base_credit == 0;
}

bool TrialBalanceRow::is_unvalued() const {
    return base_opening == 0 && base_debit == 0 && base_credit == 0 && !is_zero();
}

TrialBalanceRow TrialBalanceRow::without_figures() const {
    return {
        .account = account,
        .code = code,
        .path = path,
        .type = type,
        .subtype = subtype,
        .commodity = commodity,
    };
}

TrialBalanceRow TrialBalanceRow::in_base(const base::Commodity& base) const {
    TrialBalanceRow row = *this;
    row.commodity = base;
    row.opening = base_opening;
    row.debit = base_debit;
    row.credit = base_credit;
    row.closing = base_closing;
    return row;
}

void TrialBalanceRow::add(const TrialBalanceRow& other) {
    opening += other.opening;
    debit += other.debit;
    credit += other.credit;
    closing += other.closing;
    base_opening += other.base_opening;
    base_debit += other.base_debit;
    base_credit += other.base_credit;
    base_closing += other.base_closing;
}

TrialBalanceRow retained_unclosed(const base::Commodity& commodity) {
    return {
        .code = "retained_unclosed",
        .path = "Retained (unclosed)",
        .type = ledger::AccountType::equity,
        .commodity = commodity,
    };
}

TrialBalance with_earlier_years_apart(TrialBalance balance, const TrialBalance& year) {
    using Key = std::pair<std::int64_t, std::string>;  // account, commodity
    std::map<Key, const TrialBalanceRow*> earlier;
    for (const TrialBalanceRow& row : year.rows) {
        if (is_earned(row)) {
            earlier.emplace(Key{row.account.value, row.commodity.code}, &row);
        }
    }
    std::map<std::string, TrialBalanceRow> apart;  // by commodity
    for (TrialBalanceRow& row : balance.rows) {
        const auto found = earlier.find({row.account.value, row.commodity.code});
        if (found == earlier.end()) {
            continue;
        }
        const Total opening = found->second->opening;
        const Total base_opening = found->second->base_opening;
        row.opening -= opening;
        row.closing -= opening;
        row.base_opening -= base_opening;
        row.base_closing -= base_opening;
        TrialBalanceRow& to =
            apart.try_emplace(row.commodity.code, retained_unclosed(row.commodity)).first->second;
        to.opening += opening;
        to.closing += opening;
        to.base_opening += base_opening;
        to.base_closing += base_opening;
    }
    for (auto& [commodity, row] : apart) {
        balance.rows.push_back(std::move(row));
    }
    return balance;
}

void TrialBalance::add_up() {
    opening = debit = credit = closing = 0;
    for (const TrialBalanceRow& row : rows) {
        opening += row.base_opening;
        debit += row.base_debit;
        credit += row.base_credit;
        closing += row.base_closing;
    }
}

bool TrialBalances::balanced() const {
    return std::ranges::all_of(columns, &TrialBalance::balanced);
}

TrialBalances aligned(std::vector<TrialBalance> columns) {
    using Key = std::tuple<bool, std::string, std::string>;  // of no account, code, commodity
    std::map<Key, std::vector<TrialBalanceRow>> rows;
    for (std::size_t at = 0; at < columns.size(); ++at) {
        for (TrialBalanceRow& row : columns[at].rows) {
            if (row.is_zero()) {
                continue;
            }
            std::vector<TrialBalanceRow>& of_columns =
                rows[{!row.is_account(), row.code, row.commodity.code}];
            if (of_columns.empty()) {
                of_columns.assign(columns.size(), row.without_figures());
            }
            of_columns[at] = std::move(row);
        }
        columns[at].rows.clear();
    }
    for (auto& [key, of_columns] : rows) {
        for (std::size_t at = 0; at < columns.size(); ++at) {
            columns[at].rows.push_back(std::move(of_columns[at]));
        }
    }
    return {std::move(columns)};
}

TrialBalances in_base_currency(TrialBalances balances) {
    for (TrialBalance& column : balances.columns) {
        std::vector<TrialBalanceRow> rows;
        for (const TrialBalanceRow& row : column.rows) {
            const TrialBalanceRow shown = row.is_unvalued() ? row : row.in_base(column.base);
            const auto same = std::ranges::find_if(rows, [&shown](const TrialBalanceRow& other) {
                return other.account == shown.account && other.commodity == shown.commodity;
            });
            if (same == rows.end()) {
                rows.push_back(shown);
            } else {
                same->add(shown);
            }
        }
        column.rows = std::move(rows);
    }
    return aligned(std::move(balances.columns));
}

}  // namespace accubooks::reports
