#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace accubooks::base {

/// A calendar day of the proleptic Gregorian calendar without zone or time, from 0001-01-01 to
/// 9999-12-31. Accounting dates are days: they never pass through a time zone.
class Date {
public:
    constexpr Date() = default;  // 1970-01-01

    /// Errors: `base.bad_date` when there is no such day.
    static Result<Date> of(int year, unsigned month, unsigned day);
    /// The day `days` after 1970-01-01 (negative: before). Expects it within the range above.
    static Date from_unix_days(std::int32_t days);
    /// Reads exactly "YYYY-MM-DD". Errors: `base.bad_date`.
    static Result<Date> parse(std::string_view text);

    constexpr std::int32_t unix_days() const { return days_; }
    std::chrono::year_month_day calendar() const;
    Date first_of_month() const;
    /// The first day of the following month; 9999-12 has none and stops the process.
    Date first_of_next_month() const;
    Date plus_days(std::int32_t days) const;

    friend constexpr auto operator<=>(Date, Date) = default;

private:
    explicit constexpr Date(std::int32_t days) : days_{days} {}
    std::int32_t days_ = 0;
};

/// "YYYY-MM-DD".
std::string to_string(Date date);

}  // namespace accubooks::base
