#include "ledger/period.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace accubooks::ledger {
namespace {

constexpr std::array<std::string_view, 3> kStateNames{"open", "soft_closed", "hard_locked"};

base::Date day_of(std::chrono::year_month month, unsigned day) {
    return *base::Date::of(
        static_cast<int>(month.year()), static_cast<unsigned>(month.month()), day
    );
}

std::chrono::year_month month_of(base::Date day) {
    const auto calendar = day.calendar();
    return calendar.year() / calendar.month();
}

/// From that day of `month` to the day before it in the next.
Period month_from(std::chrono::year_month month, unsigned day) {
    return {
        .first_day = day_of(month, day),
        .last_day = day_of(month + std::chrono::months{1}, day).plus_days(-1),
    };
}

}  // namespace

Period period_of(base::Date day, const Calendar& calendar) {
    const base::Date first = *base::Date::of(2, 1, 28);
    const base::Date last = *base::Date::of(9998, 12, 1);
    // Less the days of its month that are of the period before.
    const int before = static_cast<int>(calendar.year_starts_day) - 1;
    const base::Date inside = std::clamp(day, first, last).plus_days(-before);
    return month_from(month_of(inside), calendar.year_starts_day);
}

Period period_after(const Period& period) {
    const base::Date first = period.last_day.plus_days(1);
    return month_from(month_of(first), static_cast<unsigned>(first.calendar().day()));
}

Period fiscal_year_of(base::Date day, const Calendar& calendar) {
    const auto first_of = [&calendar](int year) {
        return base::Date::of(year, calendar.year_starts_month, calendar.year_starts_day);
    };
    const int of_day = static_cast<int>(day.calendar().year());
    const int year = *first_of(of_day) <= day ? of_day : of_day - 1;
    const auto next = first_of(year + 1);
    return {
        .first_day = first_of(year).value_or(*base::Date::of(1, 1, 1)),
        .last_day = next ? next->plus_days(-1) : *base::Date::of(9999, 12, 31),
    };
}

std::string name_of(const Period& period) {
    return base::to_string(period.first_day).substr(0, 7);
}

base::Result<Period> parse_period(std::string_view name, const Calendar& calendar) {
    const auto first = base::Date::parse(fmt::format("{}-01", name));
    if (!first || first->calendar().year() < std::chrono::year{2} ||
        first->calendar().year() > std::chrono::year{9998}) {
        return base::refuse(
            base::ErrorKind::not_found,
            "ledger.no_such_period",
            "A period is named by the month in which it begins, as in 2026-03."
        );
    }
    return month_from(month_of(*first), calendar.year_starts_day);
}

std::string_view to_string(PeriodState state) {
    return kStateNames[static_cast<std::size_t>(state)];
}

PeriodState Closure::state_of(base::Date day) const {
    if (locked_through && day <= *locked_through) {
        return PeriodState::hard_locked;
    }
    return closed_through && day <= *closed_through ? PeriodState::soft_closed : PeriodState::open;
}

Closure closure_after(Closure before, const PeriodAct& act) {
    if (act.act == "close") {
        before.closed_through = act.period.last_day;
    } else if (act.act == "reopen") {
        before.closed_through = act.period.first_day.plus_days(-1);
    } else if (act.act == "lock") {
        before.locked_through = act.period.last_day;
    }
    return before;
}

}  // namespace accubooks::ledger
