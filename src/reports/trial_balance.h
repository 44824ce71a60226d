#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/json_writer.h"
#include "base/money.h"
#include "base/task.h"
#include "ledger/account.h"
#include "pg/pool.h"
#include "reports/books_snapshot.h"
#include "reports/date_range.h"
#include "reports/report_query.h"
#include "reports/report_rows.h"
#include "reports/total.h"

namespace accubooks::reports {

/// One account in one commodity. Units of the commodity; debit and credit never negative; closing =
/// opening + debit - credit, debit positive. The base_ figures are the same in units of the base
/// commodity, unvalued lines left out.
struct TrialBalanceRow {
    base::AccountId account{};  // 0: none's, see retained_unclosed()
    std::string code{};
    std::string path{};  // names from the root, joined by ':'
    ledger::AccountType type = ledger::AccountType::asset;
    std::string subtype{};  // empty when none is stated
    base::Commodity commodity{};
    Total opening = 0;
    Total debit = 0;
    Total credit = 0;
    Total closing = 0;
    Total base_opening = 0;
    Total base_debit = 0;
    Total base_credit = 0;
    Total base_closing = 0;

    bool is_account() const { return account.value != 0; }
    bool is_zero() const;  // throughout
    TrialBalanceRow without_figures() const;
    /// The base_ figures as those of the base commodity.
    TrialBalanceRow in_base(const base::Commodity& base) const;
    /// Adds the figures of a row of the same account and commodity.
    void add(const TrialBalanceRow& other);
    /// Whether it holds or moved something that has no value in the base commodity. Source:
    /// docs/accounting.md, "Entries".
    bool is_unvalued() const;
};

/// What revenue and expense accounts had earned before a fiscal year and no closing entry carried
/// over: *retained (unclosed)*, the row of a trial balance that is no account's. Without figures.
TrialBalanceRow retained_unclosed(const base::Commodity& commodity);

struct TrialBalance {
    DateRange range{};
    Scope scope{};
    base::Commodity base{};
    base::EntryNumber last_entry{};  // the books as they were with this entry as their last, so a
                                     // print can be repeated
    std::vector<TrialBalanceRow> rows{};  // by account code, then commodity; no account's last
    // In units of the base commodity.
    Total opening = 0;
    Total debit = 0;
    Total credit = 0;
    Total closing = 0;

    /// The report's assertion: debits = credits, opening = closing = 0.
    bool balanced() const { return opening == 0 && closing == 0 && debit == credit; }
    /// Sets the totals to what the rows come to.
    void add_up();
};

/// The same with what revenue and expense accounts had earned before the range's fiscal year out of
/// their openings and on rows of its own. `year`, whose range begins with that year, has it as its
/// openings. Source: docs/accounting.md, "Reports".
TrialBalance with_earlier_years_apart(TrialBalance balance, const TrialBalance& year);

/// What is asked of the books: a report that shows no opening need not have it added up. Then it is
/// 0, and the closing is what the range moved.
enum class Figures : std::uint8_t { opening_and_movement, movement };

/// One for each range, from kept balances, also with the rows that are zero throughout. Errors:
/// `reports.bad_range`.
base::Task<base::Result<std::vector<TrialBalance>>> trial_balances(
    BooksSnapshot& books,
    std::vector<DateRange> ranges,
    Figures figures = Figures::opening_and_movement
);

/// Trial balances as one report. Every column has the same rows in the same order; what is zero
/// throughout all of them is left out. The first column is what was asked for.
struct TrialBalances {
    std::vector<TrialBalance> columns;

    /// The report's assertion, for every column.
    bool balanced() const;
};

/// In a snapshot of its own, earlier years apart. Errors: `reports.bad_range`,
/// `reports.bad_comparison`, `reports.no_such_entry`, `ledger.no_books`.
base::Task<base::Result<TrialBalances>> trial_balance(
    pg::Pool& pool, base::TenantId tenant, ReportQuery query, base::Deadline deadline
);

/// Gives every column the rows of all of them.
TrialBalances aligned(std::vector<TrialBalance> columns);

/// The same with one row an account, in the base currency, and beside it what has no value there,
/// in its own commodity.
TrialBalances in_base_currency(TrialBalances balances);

/// account_code,account,commodity,opening,debit,credit,closing, and for the n-th column beside
/// opening_n,debit_n,credit_n,closing_n,change_n,percent_n, of the closing: for reports/csv.h and
/// reports/xlsx.h.
void write_rows(const TrialBalances& balances, ReportRows& rows);
std::string to_json(const TrialBalances& balances);
/// For people, aligned columns, with the totals and the assertion below.
std::string to_table(const TrialBalances& balances);

/// The members that name a row's account, those with its figures, and the member `totals`, for
/// reports that show them too.
void write_identity(base::JsonWriter& json, const TrialBalanceRow& row);
void write_figures(base::JsonWriter& json, const TrialBalanceRow& row, const base::Commodity& base);
void write_totals(base::JsonWriter& json, const TrialBalance& balance);

}  // namespace accubooks::reports
