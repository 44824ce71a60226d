#include "reports/date_range.h"

#include <fmt/format.h>

namespace accubooks::reports {
namespace {

using base::Date;

Date first_day() {
    return *Date::of(1, 1, 1);
}
Date last_day() {
    return *Date::of(9999, 12, 31);
}

/// Days before `day`, from `first` on.
Days before(Date day, Date first) {
    return first < day ? Days{first, day.plus_days(-1)} : no_days();
}

bool is_last_of_month(Date day) {
    return day == last_day() || day.plus_days(1).first_of_month() != day.first_of_month();
}

}  // namespace

Days no_days() {
    return {Date::from_unix_days(1), Date::from_unix_days(0)};
}

Days days_of(const DateRange& range) {
    return {range.from.value_or(first_day()), range.to.value_or(last_day())};
}

base::Result<RangePlan> plan_for(const DateRange& range) {
    const auto [begin, end] = days_of(range);
    if (end < begin) {
        return base::refuse(
            base::ErrorKind::invalid,
            "reports.bad_range",
            "The range ends before it begins.",
            {{"to", "a day not before `from`"}}
        );
    }
    RangePlan plan{no_days(), no_days(), no_days(), no_days(), no_days()};
    if (range.from) {
        plan.opening_months = before(begin.first_of_month(), first_day());
        plan.opening_days = before(begin, begin.first_of_month());
    }
    const bool begins_whole = begin.first_of_month() == begin;
    const bool ends_whole = is_last_of_month(end);
    if (begin.first_of_month() == end.first_of_month() && !(begins_whole && ends_whole)) {
        plan.movement_head = {begin, end};
        return plan;
    }
    Date first_month = begin.first_of_month();
    if (!begins_whole) {
        first_month = begin.first_of_next_month();
        plan.movement_head = {begin, first_month.plus_days(-1)};
    }
    Date last_month_end = end;
    if (!ends_whole) {
        plan.movement_tail = {end.first_of_month(), end};
        last_month_end = end.first_of_month().plus_days(-1);
    }
    plan.movement_months = {first_month, last_month_end};
    return plan;
}

std::string to_string(const DateRange& range) {
    return fmt::format(
        "{} to {}",
        range.from ? base::to_string(*range.from) : "from the first entry",
        range.to ? base::to_string(*range.to) : "the last entry"
    );
}

void write_range(base::JsonWriter& json, const DateRange& range) {
    const auto text = [](Date date) { return base::to_string(date); };
    json.member("from", range.from.transform(text));
    json.member("to", range.to.transform(text));
}

}  // namespace accubooks::reports
