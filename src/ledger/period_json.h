#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "ledger/periods.h"
#include "ledger/year_close.h"

namespace accubooks::ledger {

/// Writes a period of `list` as the API shows it, with what was done to it.
void write_period(base::JsonWriter& json, const Period& period, const PeriodList& list);

/// Writes what a lock of the period would check, and whether it holds.
void write_checks(base::JsonWriter& json, const CheckedPeriod& checked);

/// Writes a fiscal year with the number of the entry that closed it, or the one that would.
void write_closing(
    base::JsonWriter& json,
    std::string_view year,
    const YearClose::State& state,
    const YearClose::Preview& preview
);

/// {"fiscal_year_start": "04-06", "time_zone": …, "closed_through": …, "locked_through": …}
std::string calendar_json(const PeriodBook& book);

/// Reads "04-06" into `calendar`; false when it isn't two numbers.
bool read_year_start(std::string_view text, Calendar& calendar);
std::string year_start_of(const Calendar& calendar);

}  // namespace accubooks::ledger
