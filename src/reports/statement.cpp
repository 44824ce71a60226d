#include "reports/statement.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace accubooks::reports {
namespace {

bool is_zero(const std::vector<Total>& amounts) {
    return std::ranges::all_of(amounts, [](Total amount) { return amount == 0; });
}

/// `sign` is 1 or -1.
void add_to(std::vector<Total>& sums, const std::vector<Total>& amounts, int sign) {
    sums.resize(std::max(sums.size(), amounts.size()));
    for (std::size_t at = 0; at < amounts.size(); ++at) {
        sums[at] += sign * amounts[at];
    }
}

Sums combined(Sums left, const Sums& right, int sign) {
    add_to(left.base, right.base, sign);
    for (const auto& [code, unvalued] : right.unvalued) {
        Sums::Unvalued& sum = left.unvalued[code];
        sum.commodity = unvalued.commodity;
        add_to(sum.amounts, unvalued.amounts, sign);
    }
    return left;
}

}  // namespace

std::string_view to_string(StatementKind kind) {
    return kind == StatementKind::income_statement ? "income_statement" : "balance_sheet";
}

bool StatementRow::is_unvalued() const {
    return is_zero(base_amounts) && !is_zero(amounts);
}

void Sums::add(const StatementRow& row) {
    add_to(base, row.base_amounts, 1);
    if (row.is_unvalued()) {
        Unvalued& sum = unvalued[row.commodity.code];
        sum.commodity = row.commodity;
        add_to(sum.amounts, row.amounts, 1);
    }
}

Sums operator+(Sums left, const Sums& right) {
    return combined(std::move(left), right, 1);
}
Sums operator-(Sums left, const Sums& right) {
    return combined(std::move(left), right, -1);
}

Statement begin_statement(StatementKind kind, const std::vector<TrialBalance>& columns) {
    Statement statement{
        .kind = kind,
        .scope = columns.front().scope,
        .base = columns.front().base,
        .last_entry = columns.front().last_entry,
    };
    for (const TrialBalance& column : columns) {
        statement.columns.push_back(column.range);
    }
    return statement;
}

StatementSection section_of(const std::vector<TrialBalance>& columns, const SectionRule& rule) {
    std::map<std::pair<std::string_view, std::string_view>, StatementRow> rows;
    for (std::size_t at = 0; at < columns.size(); ++at) {
        for (const TrialBalanceRow& from : columns[at].rows) {
            if (!rule.belongs(from)) {
                continue;
            }
            StatementRow& row = rows[{from.code, from.commodity.code}];
            if (row.amounts.empty()) {
                row = {
                    .account = from.account,
                    .code = from.code,
                    .path = from.path,
                    .subtype = from.subtype,
                    .commodity = from.commodity,
                    .amounts = std::vector<Total>(columns.size()),
                    .base_amounts = std::vector<Total>(columns.size()),
                };
            }
            const Figure figure = rule.figure(from);
            row.amounts[at] = figure.amount;
            row.base_amounts[at] = figure.base_amount;
        }
    }
    StatementSection section{.name = rule.name, .title = rule.title};
    section.totals.base.resize(columns.size());
    for (auto& [key, row] : rows) {
        if (!is_zero(row.amounts) || !is_zero(row.base_amounts)) {
            section.totals.add(row);
            section.rows.push_back(std::move(row));
        }
    }
    return section;
}

}  // namespace accubooks::reports
