#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/date.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/ids.h"

namespace accubooks::ledger {

/// On which day a tenant's fiscal years begin, and in which zone its days do.
struct Calendar {
    unsigned year_starts_month = 1;
    unsigned year_starts_day = 1;   // 1 to 28, so that every month has it
    std::string time_zone = "UTC";  // of the IANA database
};

/// Days from the first to the last, both included.
struct Period {
    base::Date first_day;
    base::Date last_day;

    friend bool operator==(const Period&, const Period&) = default;
};

/// Periods are months that begin on the day of the month on which the fiscal year does. The one
/// that holds `day`; days before 0002-01-28 count as that one, days after 9998-12-01 as that.
Period period_of(base::Date day, const Calendar& calendar);
/// The one after it; none is after 9998.
Period period_after(const Period& period);
/// The fiscal year that holds `day`, cut at the first and the last day there is.
Period fiscal_year_of(base::Date day, const Calendar& calendar);

/// "2026-03": the month in which a period begins.
std::string name_of(const Period& period);
/// Errors: `ledger.no_such_period`.
base::Result<Period> parse_period(std::string_view name, const Calendar& calendar);

enum class PeriodState : std::uint8_t { open, soft_closed, hard_locked };

std::string_view to_string(PeriodState state);

/// How far the books are closed. Nothing is posted up to `locked_through`, for good; from there up
/// to `closed_through` only late entries, with a reason. Source: docs/decisions/0020.
struct Closure {
    std::optional<base::Date> closed_through{};
    std::optional<base::Date> locked_through{};

    PeriodState state_of(base::Date day) const;

    friend bool operator==(const Closure&, const Closure&) = default;
};

/// One act on a period, a link of the tenant's chain.
struct PeriodAct {
    std::int32_t number = 1;  // from 1, without gaps
    base::EntryNumber after;  // the last entry that was posted before it
    std::string act;          // close, lock, ask_reopen, reopen
    Period period;
    std::string by;
    base::Instant at{};
    std::string reason{};
    base::Digest chain_hash{};  // the chain's end with this link
};

/// How far the books are closed after `act`.
Closure closure_after(Closure before, const PeriodAct& act);

}  // namespace accubooks::ledger
