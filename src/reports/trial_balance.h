#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/money.h"
#include "base/task.h"
#include "pg/pool.h"

namespace accubooks::reports {

/// The days a report covers, ends included. No `from`: whole-life, so every opening is 0; no `to`:
/// to the last entry.
struct DateRange {
    std::optional<base::Date> from{};
    std::optional<base::Date> to{};
};

/// Days from first to last, both included, so that the last day there is can be one of them; none
/// when last is before first.
struct Days {
    base::Date first;
    base::Date last;
};

/// Which kept monthly balances and which single days make up a range, so that only the months at
/// its edges are read from the journal. Months are named by their first day.
struct RangePlan {
    Days opening_months;  // of kept balances
    Days opening_days;    // of the journal
    Days movement_months;
    Days movement_head;  // days before the first whole month
    Days movement_tail;  // days after the last whole month
};

/// Errors: `reports.bad_range` when the range ends before it begins.
base::Result<RangePlan> plan_for(const DateRange& range);

/// Units of a commodity, summed. Each kept month fits 64 bits, a sum of months and accounts
/// needn't: money that goes back and forth makes turnover without bound. 120 000 months, 200 000
/// accounts and 20 000 commodities, as many as books have, stay below 2^113.
using Total = base::Decimal::Mantissa;

/// One account in one commodity. Units of the commodity; debit and credit never negative; closing =
/// opening + debit - credit, debit positive. The base_ figures are the same in units of the base
/// commodity, unvalued lines left out.
struct TrialBalanceRow {
    base::AccountId account;
    std::string code;
    std::string path;  // names from the root, joined by ':'
    std::string type;
    base::Commodity commodity;
    Total opening = 0;
    Total debit = 0;
    Total credit = 0;
    Total closing = 0;
    Total base_opening = 0;
    Total base_debit = 0;
    Total base_credit = 0;
    Total base_closing = 0;
};

struct TrialBalance {
    DateRange range;
    base::Commodity base;
    base::EntryNumber last_entry;  // the books as they were with this entry as their last, so a
                                   // print can be repeated
    std::vector<TrialBalanceRow>
        rows;  // by account code, then commodity; rows that are zero throughout left out
    // In units of the base commodity.
    Total opening = 0;
    Total debit = 0;
    Total credit = 0;
    Total closing = 0;

    /// The report's assertion: debits = credits, opening = closing = 0.
    bool balanced() const { return opening == 0 && closing == 0 && debit == credit; }
};

/// From kept balances in one snapshot. Errors: `reports.bad_range`, `ledger.no_books`.
base::Task<base::Result<TrialBalance>> trial_balance(
    pg::Pool& pool, base::TenantId tenant, DateRange range, base::Deadline deadline
);

/// account_code,account,commodity,opening,debit,credit,closing: RFC 4180, plain decimals, '\n' line
/// ends.
std::string to_csv(const TrialBalance& balance);
std::string to_json(const TrialBalance& balance);
/// For people, aligned columns, with the totals and the assertion below.
std::string to_table(const TrialBalance& balance);

}  // namespace accubooks::reports
