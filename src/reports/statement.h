#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/money.h"
#include "reports/date_range.h"
#include "reports/total.h"
#include "reports/trial_balance.h"

namespace accubooks::reports {

enum class StatementKind : std::uint8_t { income_statement, balance_sheet };

std::string_view to_string(StatementKind kind);

/// One account in one commodity with a figure for each column, positive on its section's normal
/// side: `amounts` in units of the commodity, `base_amounts` in units of the base commodity.
struct StatementRow {
    base::AccountId account{};
    std::string code{};
    std::string path{};
    std::string subtype{};
    base::Commodity commodity{};
    std::vector<Total> amounts{};
    std::vector<Total> base_amounts{};

    /// Whether it holds something that has no value in the base commodity: shown beside, and never
    /// inside a total. Source: docs/accounting.md, "Entries".
    bool is_unvalued() const;
};

/// What rows come to, a figure for each column: in the base commodity, and beside it the unvalued,
/// by commodity.
struct Sums {
    struct Unvalued {
        base::Commodity commodity{};
        std::vector<Total> amounts{};
    };

    std::vector<Total> base{};
    std::map<std::string, Unvalued> unvalued{};

    void add(const StatementRow& row);
    friend Sums operator+(Sums left, const Sums& right);
    friend Sums operator-(Sums left, const Sums& right);
};

/// Accounts that belong together with their total, or, without rows, a total of other sections.
struct StatementSection {
    std::string_view name;   // "operating_expenses"
    std::string_view title;  // "Operating expenses"
    std::vector<StatementRow> rows{};
    Sums totals{};
};

/// A report of sections in their order, over one or more columns. The first column is what was
/// asked for.
struct Statement {
    StatementKind kind = StatementKind::income_statement;
    Scope scope{};
    base::Commodity base{};
    base::EntryNumber last_entry{};  // the books as they were with this entry as their last
    std::vector<DateRange> columns{};
    std::vector<StatementSection> sections{};
    bool balanced = false;  // the report's assertion, for every column
};

/// A statement without sections yet. There is at least one column.
Statement begin_statement(StatementKind kind, const std::vector<TrialBalance>& columns);

/// What a section shows of a row of the trial balance.
struct Figure {
    Total amount = 0;
    Total base_amount = 0;
};
struct SectionRule {
    std::string_view name;
    std::string_view title;
    std::function<bool(const TrialBalanceRow&)> belongs;
    Figure (*figure)(const TrialBalanceRow&);
};
/// The rows that belong, by account code and commodity, those that are zero in every column left
/// out.
StatementSection section_of(const std::vector<TrialBalance>& columns, const SectionRule& rule);

/// Which amounts a table shows: those of each account in the base commodity with the unvalued
/// beside them, or every commodity's own.
enum class Shown : std::uint8_t { base, original };

/// section,account_code,account,commodity,amount,base_amount, and for the n-th column beside
/// amount_n,base_amount_n,change_n,percent_n,base_change_n,base_percent_n: for reports/csv.h and
/// reports/xlsx.h. A row without an account is the section's total.
void write_rows(const Statement& statement, ReportRows& rows);
std::string to_json(const Statement& statement);
/// For people, with the assertion and the last entry below.
std::string to_table(const Statement& statement, Shown shown);

}  // namespace accubooks::reports
