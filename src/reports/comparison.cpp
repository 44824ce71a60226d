#include "reports/comparison.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace accubooks::reports {
namespace {

using base::Date;
using base::Result;

std::unexpected<base::Error> refused(std::string detail, std::string pointer, std::string what) {
    return base::refuse(
        base::ErrorKind::invalid,
        "reports.bad_comparison",
        std::move(detail),
        {{std::move(pointer), std::move(what)}}
    );
}

bool is_last_of_month(Date day) {
    const auto calendar = day.calendar();
    return calendar.day() == (calendar.year() / calendar.month() / std::chrono::last).day();
}

/// The same day of an earlier month: the last for the last, and where there is no such day.
Result<Date> months_before(Date day, int months) {
    const auto calendar = day.calendar();
    const auto month = calendar.year() / calendar.month() - std::chrono::months{months};
    const auto last = (month / std::chrono::last).day();
    const auto of_month = is_last_of_month(day) ? last : std::min(calendar.day(), last);
    auto earlier = Date::of(
        static_cast<int>(month.year()),
        static_cast<unsigned>(month.month()),
        static_cast<unsigned>(of_month)
    );
    if (!earlier) {
        return refused("There are no days before the year 1.", "compare", "fewer columns");
    }
    return *earlier;
}

Result<Date> days_before(Date day, std::int64_t days) {
    constexpr std::int64_t kFirst = -719'162;  // 0001-01-01
    const std::int64_t earlier = day.unix_days() - days;
    if (earlier < kFirst) {
        return refused("There are no days before the year 1.", "compare", "fewer columns");
    }
    return Date::from_unix_days(static_cast<std::int32_t>(earlier));
}

Result<DateRange> same_days_before(const DateRange& range, int months) {
    DateRange earlier;
    if (range.from) {
        AB_TRY(from, months_before(*range.from, months));
        earlier.from = from;
    }
    if (range.to) {
        AB_TRY(to, months_before(*range.to, months));
        earlier.to = to;
    }
    return earlier;
}

/// Of a step back; 0 of one that is as long as the range.
int months_of(CompareWith with) {
    constexpr std::array<int, kCompareWith.size()> kMonths{0, 1, 3, 12};
    return kMonths.at(std::to_underlying(with));
}

Result<DateRange> periods_before(const DateRange& range, int periods) {
    const Date from = *range.from;
    const Date to = *range.to;
    if (from == from.first_of_month() && is_last_of_month(to)) {
        const auto first = from.calendar().year() / from.calendar().month();
        const auto last = to.calendar().year() / to.calendar().month();
        const int months = static_cast<int>((last - first).count() + 1) * periods;
        AB_TRY(first_day, months_before(from, months));
        AB_TRY(last_day, months_before(to, months));
        return DateRange{first_day, last_day};
    }
    const std::int64_t days = (std::int64_t{to.unix_days()} - from.unix_days() + 1) * periods;
    AB_TRY(first_day, days_before(from, days));
    AB_TRY(last_day, days_before(to, days));
    return DateRange{first_day, last_day};
}

}  // namespace

std::optional<CompareWith> compare_with_of(std::string_view word) {
    const auto* const found = std::ranges::find(kCompareWith, word);
    if (found == kCompareWith.end()) {
        return std::nullopt;
    }
    return static_cast<CompareWith>(found - kCompareWith.begin());
}

Result<Date> years_before(Date day, int years) {
    constexpr int kMonths = 12;
    return months_before(day, kMonths * years);
}

Result<std::vector<DateRange>> columns_of(const DateRange& range, const Comparison& comparison) {
    AB_TRY(plan, plan_for(range));
    std::vector<DateRange> columns{range};
    const int months = months_of(comparison.with);
    const bool is_by_period = months == 0;
    if (comparison.earlier > 0 && is_by_period && (!range.from || !range.to)) {
        return refused(
            "The period before is only known of a range with `from` and `to`.",
            range.from ? "to" : "from",
            "a day, or a comparison with the month, quarter or year before"
        );
    }
    for (int at = 1; at <= comparison.earlier; ++at) {
        AB_TRY(
            earlier, is_by_period ? periods_before(range, at) : same_days_before(range, at * months)
        );
        columns.push_back(earlier);
    }
    return columns;
}

std::optional<std::string> percent_of_change(Total now, Total before) {
    if (before == 0) {
        return std::nullopt;
    }
    constexpr Total kTenths = 1000;
    const Total change = now - before;
    const Total magnitude = change < 0 ? -change : change;
    const Total whole = before < 0 ? -before : before;
    const Total tenths = (2 * kTenths * magnitude + whole) / (2 * whole);
    return base::to_string(base::Decimal{change < 0 ? -tenths : tenths, 1});
}

}  // namespace accubooks::reports
