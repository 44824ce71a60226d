#include "base/date.h"

#include <charconv>

#include <fmt/format.h>

namespace accubooks::base {

namespace {

constexpr std::int32_t kFirstDay = -719162;  // 0001-01-01
constexpr std::int32_t kLastDay = 2932896;   // 9999-12-31

std::unexpected<Error> no_such_day(std::string detail) {
    return refuse(ErrorKind::invalid, "base.bad_date", std::move(detail));
}

bool read_digits(std::string_view text, int& value) {
    // from_chars accepts a minus sign; a date has none.
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && text.front() != '-';
}

}  // namespace

Result<Date> Date::of(int year, unsigned month, unsigned day) {
    const std::chrono::year_month_day calendar{
        std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}
    };
    if (year < 1 || year > 9999 || month > 12 || day > 31 || !calendar.ok()) {
        return no_such_day(fmt::format(
            "There is no day {:04}-{:02}-{:02}; give one as YYYY-MM-DD.", year, month, day
        ));
    }
    const auto days = std::chrono::sys_days{calendar}.time_since_epoch().count();
    return Date{static_cast<std::int32_t>(days)};
}

Date Date::from_unix_days(std::int32_t days) {
    ensure(days >= kFirstDay && days <= kLastDay, "every date in the books has a four-digit year");
    return Date{days};
}

Result<Date> Date::parse(std::string_view text) {
    int year = 0;
    int month = 0;
    int day = 0;
    const bool shaped = text.size() == 10 && text[4] == '-' && text[7] == '-';
    if (!shaped || !read_digits(text.substr(0, 4), year) ||
        !read_digits(text.substr(5, 2), month) || !read_digits(text.substr(8, 2), day)) {
        return no_such_day("A date is written YYYY-MM-DD, for example 2026-01-31.");
    }
    return of(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
}

std::chrono::year_month_day Date::calendar() const {
    return std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{days_}}};
}

Date Date::first_of_month() const {
    const auto day = static_cast<unsigned>(calendar().day());
    return Date{days_ - static_cast<std::int32_t>(day) + 1};
}

Date Date::first_of_next_month() const {
    // The 1st plus 31 days is always within the next month.
    return first_of_month().plus_days(31).first_of_month();
}

Date Date::plus_days(std::int32_t days) const {
    const std::int64_t sum = std::int64_t{days_} + days;
    ensure(sum >= kFirstDay && sum <= kLastDay, "date arithmetic stays within four-digit years");
    return Date{static_cast<std::int32_t>(sum)};
}

std::string to_string(Date date) {
    const auto calendar = date.calendar();
    return fmt::format(
        "{:04}-{:02}-{:02}",
        static_cast<int>(calendar.year()),
        static_cast<unsigned>(calendar.month()),
        static_cast<unsigned>(calendar.day())
    );
}

}  // namespace accubooks::base
