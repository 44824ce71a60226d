#include "reports/balance_sheet.h"

#include <optional>
#include <utility>

namespace accubooks::reports {
namespace {

using ledger::AccountType;
using Columns = std::vector<TrialBalance>;

Figure owned(const TrialBalanceRow& row) {
    return {row.closing, row.base_closing};
}
Figure owed(const TrialBalanceRow& row) {
    return {-row.closing, -row.base_closing};
}
Figure earned_before(const TrialBalanceRow& row) {
    return {-row.opening, -row.base_opening};
}
Figure earned_since(const TrialBalanceRow& row) {
    return {row.credit - row.debit, row.base_credit - row.base_debit};
}

StatementSection section(
    const Columns& columns,
    AccountType type,
    std::string_view name,
    std::string_view title,
    Figure (*figure)(const TrialBalanceRow&)
) {
    const auto belongs = [type](const TrialBalanceRow& row) { return row.type == type; };
    return section_of(
        columns, {.name = name, .title = title, .belongs = belongs, .figure = figure}
    );
}

/// Of all revenue and expense accounts together.
Sums earnings(const Columns& columns, Figure (*figure)(const TrialBalanceRow&)) {
    const auto belongs = [](const TrialBalanceRow& row) {
        return row.type == AccountType::revenue || row.type == AccountType::expense;
    };
    return section_of(columns, {.name = "", .title = "", .belongs = belongs, .figure = figure})
        .totals;
}

/// The fiscal year up to the day of each column. Of empty books without a day there is one column.
base::Result<std::vector<DateRange>> ranges_of(
    const ReportQuery& query, const BooksSnapshot& books
) {
    DateRange range{
        .from = query.range.from, .to = query.range.to ? query.range.to : books.last_day()
    };
    if (!range.to) {
        return std::vector<DateRange>{range};
    }
    if (!range.from) {
        range.from = ledger::fiscal_year_of(*range.to, books.calendar()).first_day;
    }
    Comparison comparison = query.comparison;
    if (comparison.with == CompareWith::year || comparison.earlier == 0) {
        comparison.with = CompareWith::year;
        return columns_of(range, comparison);
    }
    if (comparison.with != CompareWith::period) {
        AB_TRY(columns, columns_of({.to = range.to}, comparison));
        for (DateRange& column : columns) {
            column.from = ledger::fiscal_year_of(*column.to, books.calendar()).first_day;
        }
        columns.front() = range;
        return columns;
    }
    std::vector<DateRange> columns{range};
    AB_TRY(first, years_before(*range.from, 1));
    const DateRange year_before{first, range.from->plus_days(-1)};
    comparison = {.earlier = comparison.earlier - 1, .with = CompareWith::year};
    AB_TRY(earlier, columns_of(year_before, comparison));
    columns.insert(columns.end(), earlier.begin(), earlier.end());
    return columns;
}

}  // namespace

Statement balance_sheet_of(const Columns& columns) {
    auto assets = section(columns, AccountType::asset, "assets", "Assets", owned);
    auto liabilities = section(columns, AccountType::liability, "liabilities", "Liabilities", owed);
    auto equity = section(columns, AccountType::equity, "equity_accounts", "Equity accounts", owed);
    const Sums before = earnings(columns, earned_before);
    const Sums since = earnings(columns, earned_since);
    const Sums all_equity = equity.totals + before + since;
    const Sums claims = liabilities.totals + all_equity;

    Statement statement = begin_statement(StatementKind::balance_sheet, columns);
    statement.balanced = assets.totals.base == claims.base;
    statement.sections.push_back(std::move(assets));
    statement.sections.push_back(std::move(liabilities));
    statement.sections.push_back(std::move(equity));
    statement.sections.push_back({"prior_years_unclosed", "Prior years unclosed", {}, before});
    statement.sections.push_back({"current_year_earnings", "Current-year earnings", {}, since});
    statement.sections.push_back({"equity", "Equity", {}, all_equity});
    statement.sections.push_back({"liabilities_and_equity", "Liabilities and equity", {}, claims});
    return statement;
}

base::Task<base::Result<Statement>> balance_sheet(
    pg::Pool& pool, base::TenantId tenant, ReportQuery query, base::Deadline deadline
) {
    AB_CO_TRY(books, co_await BooksSnapshot::begin(pool, tenant, query.scope, deadline));
    AB_CO_TRY(ranges, ranges_of(query, books));
    AB_CO_TRY(columns, co_await trial_balances(books, ranges));
    co_await books.close();
    co_return balance_sheet_of(columns);
}

}  // namespace accubooks::reports
