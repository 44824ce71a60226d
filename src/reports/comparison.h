#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/error.h"
#include "reports/date_range.h"
#include "reports/total.h"

namespace accubooks::reports {

/// What a range of days is compared with: the days before it, or the same days a month, a quarter
/// or a year before.
enum class CompareWith : std::uint8_t { period, month, quarter, year };

/// What it is called in a query and on the command line, in the order of CompareWith.
inline constexpr std::array<std::string_view, 4> kCompareWith{"period", "month", "quarter", "year"};
/// None where no such word is.
std::optional<CompareWith> compare_with_of(std::string_view word);

struct Comparison {
    static constexpr int kEarlierMax = 12;

    int earlier = 0;  // how many columns beside the one that was asked for, 0 to kEarlierMax
    CompareWith with = CompareWith::period;
};

/// `range` and what it is compared with, the latest first. The period before whole months is as
/// many months, before other days as many days. A month, quarter or year before the last day of
/// a month is the last day of that month. Errors: `reports.bad_range`; `reports.bad_comparison`
/// when a period has no first or last day, or one would be before the year 1.
base::Result<std::vector<DateRange>> columns_of(
    const DateRange& range, const Comparison& comparison
);

/// `day` that many years earlier. Errors: as columns_of.
base::Result<base::Date> years_before(base::Date day, int years);

/// What `now` is more than `before`, in percent of its magnitude with one digit, rounded half away
/// from zero ("-12.5"); none of zero.
std::optional<std::string> percent_of_change(Total now, Total before);

}  // namespace accubooks::reports
