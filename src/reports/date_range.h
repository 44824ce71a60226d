#pragma once

#include <optional>
#include <string>

#include "base/date.h"
#include "base/error.h"
#include "base/json_writer.h"

namespace accubooks::reports {

/// The days a report covers, ends included. No `from`: whole-life, so every opening is 0; no `to`:
/// to the last entry.
struct DateRange {
    std::optional<base::Date> from{};
    std::optional<base::Date> to{};

    friend bool operator==(const DateRange&, const DateRange&) = default;
};

/// Days from first to last, both included, so that the last day there is can be one of them; none
/// when last is before first.
struct Days {
    base::Date first;
    base::Date last;

    bool empty() const { return last < first; }
};

Days no_days();

/// The range with its ends, where it has none the first and the last day there is.
Days days_of(const DateRange& range);

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

/// "2026-01-01 to 2026-12-31", "from the first entry to the last entry".
std::string to_string(const DateRange& range);
/// Members `from` and `to`, null where there is none.
void write_range(base::JsonWriter& json, const DateRange& range);

}  // namespace accubooks::reports
