#include "reports/income_statement.h"

#include <algorithm>
#include <array>
#include <utility>

namespace accubooks::reports {
namespace {

using ledger::AccountType;
using Columns = std::vector<TrialBalance>;

enum class Group : std::uint8_t {
    revenue,
    cost_of_sales,
    operating_expenses,
    other_income,
    other_expenses,
    none
};

/// Imported accounts state no subtype: their revenue is of the business, their expenses operating.
Group group_of(const TrialBalanceRow& row) {
    if (row.type == AccountType::revenue) {
        const bool is_other = row.subtype == "other" || row.subtype == "fx_gain";
        return is_other ? Group::other_income : Group::revenue;
    }
    if (row.type != AccountType::expense) {
        return Group::none;
    }
    if (row.subtype == "cogs") {
        return Group::cost_of_sales;
    }
    const bool is_other = row.subtype == "interest" || row.subtype == "fx_loss" ||
                          row.subtype == "rounding" || row.subtype == "other";
    return is_other ? Group::other_expenses : Group::operating_expenses;
}

Figure earned(const TrialBalanceRow& row) {
    return {row.credit - row.debit, row.base_credit - row.base_debit};
}
Figure spent(const TrialBalanceRow& row) {
    return {row.debit - row.credit, row.base_debit - row.base_credit};
}

StatementSection section(const Columns& columns, Group group) {
    struct Heading {
        std::string_view name;
        std::string_view title;
    };
    static constexpr std::array<Heading, 5> kHeadings = {{
        {"revenue", "Revenue"},
        {"cost_of_sales", "Cost of sales"},
        {"operating_expenses", "Operating expenses"},
        {"other_income", "Other income"},
        {"other_expenses", "Other expenses"},
    }};
    const Heading heading = kHeadings.at(static_cast<std::size_t>(group));
    const bool is_income = group == Group::revenue || group == Group::other_income;
    return section_of(
        columns,
        {.name = heading.name,
         .title = heading.title,
         .belongs = [group](const TrialBalanceRow& row) { return group_of(row) == group; },
         .figure = is_income ? earned : spent}
    );
}

}  // namespace

Statement income_statement_of(const Columns& columns) {
    auto revenue = section(columns, Group::revenue);
    auto cost = section(columns, Group::cost_of_sales);
    auto operating = section(columns, Group::operating_expenses);
    auto other_income = section(columns, Group::other_income);
    auto other_expenses = section(columns, Group::other_expenses);
    const Sums gross = revenue.totals - cost.totals;
    const Sums profit = gross - operating.totals;
    const Sums net = profit + other_income.totals - other_expenses.totals;

    Statement statement = begin_statement(StatementKind::income_statement, columns);
    statement.sections.push_back(std::move(revenue));
    statement.sections.push_back(std::move(cost));
    statement.sections.push_back({"gross_profit", "Gross profit", {}, gross});
    statement.sections.push_back(std::move(operating));
    statement.sections.push_back({"operating_profit", "Operating profit", {}, profit});
    statement.sections.push_back(std::move(other_income));
    statement.sections.push_back(std::move(other_expenses));
    statement.sections.push_back({"net_income", "Net income", {}, net});
    statement.balanced = std::ranges::all_of(columns, &TrialBalance::balanced);
    return statement;
}

base::Task<base::Result<Statement>> income_statement(
    pg::Pool& pool, base::TenantId tenant, ReportQuery query, base::Deadline deadline
) {
    AB_CO_TRY(ranges, columns_of(query.range, query.comparison));
    AB_CO_TRY(books, co_await BooksSnapshot::begin(pool, tenant, query.scope, deadline));
    AB_CO_TRY(columns, co_await trial_balances(books, ranges, Figures::movement));
    co_await books.close();
    co_return income_statement_of(columns);
}

}  // namespace accubooks::reports
