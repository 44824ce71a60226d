#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/date.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "pg/pool.h"
#include "reports/statement.h"
#include "reports/trial_balance.h"

namespace accubooks::reports {

/// One line of an entry as its account sees it, with the account's balance behind it. Figures as in
/// a TrialBalanceRow.
struct LedgerLine {
    base::Date date{};
    base::EntryNumber number{};
    std::int16_t line = 0;
    std::string description{};
    std::string reference{};
    std::string memo{};
    /// Its code; none unless the entry has exactly one other account.
    std::optional<std::string> counter_account{};
    Total debit = 0;
    Total credit = 0;
    Total balance = 0;
    Total base_debit = 0;
    Total base_credit = 0;
    Total base_balance = 0;
};

/// An account in one commodity: opening, what it moved and closing as kept, and its lines, by date
/// and number, that lead from the one to the other.
struct AccountLedger {
    TrialBalanceRow account{};
    std::vector<LedgerLine> lines{};

    /// Whether the last line's balance is the closing.
    bool leads_to_closing() const;
};

/// The general ledger, of every account; or an account's statement. Whatever has neither lines nor
/// an opening is left out.
struct GeneralLedger {
    TrialBalance totals{};  // of the same range; in a statement with the account's rows only
    bool is_of_one_account = false;
    std::vector<AccountLedger> accounts{};  // by account code, then commodity

    /// The report's assertion: the lines of each account lead from its opening to its closing, and
    /// debits equal credits.
    bool balanced() const;
};

struct LedgerQuery {
    DateRange range{};
    Scope scope{};
    /// Of one account only, by its id or its code.
    std::optional<std::variant<base::AccountId, std::string>> account{};
    std::int64_t lines_max = 0;
};

/// In one snapshot, openings and closings from kept balances. Errors: `reports.bad_range`,
/// `reports.too_many_lines`, `reports.no_such_entry`, `ledger.no_books`,
/// `ledger.account_not_found`.
base::Task<base::Result<GeneralLedger>> general_ledger(
    pg::Pool& pool, base::TenantId tenant, LedgerQuery query, base::Deadline deadline
);

/// account_code,account,commodity,date,number,description,reference,memo,counter_account_code,
/// debit,credit,balance,base_debit,base_credit,base_balance: for reports/csv.h and reports/xlsx.h.
/// The first row of an account has no date and no number: its opening.
void write_rows(const GeneralLedger& ledger, ReportRows& rows);
std::string to_json(const GeneralLedger& ledger);
/// For people, with the assertion and the last entry below.
std::string to_table(const GeneralLedger& ledger, Shown shown);

}  // namespace accubooks::reports
