#include "reports/trial_balance.h"

#include <algorithm>
#include <map>
#include <utility>

namespace accubooks::reports {

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
    using Key = std::pair<std::string, std::string>;  // code, commodity
    std::map<Key, std::vector<TrialBalanceRow>> rows;
    for (std::size_t at = 0; at < columns.size(); ++at) {
        for (TrialBalanceRow& row : columns[at].rows) {
            if (row.is_zero()) {
                continue;
            }
            std::vector<TrialBalanceRow>& of_columns = rows[{row.code, row.commodity.code}];
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
