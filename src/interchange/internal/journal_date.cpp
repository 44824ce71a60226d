#include "interchange/internal/journal_date.h"

#include <chrono>

#include <fmt/format.h>

#include "interchange/internal/refusal.h"

namespace accubooks::interchange {

namespace {

bool is_separator(char c) {
    return c == '-' || c == '/' || c == '.';
}

/// Reads digits; their number is 0 where there are none. More than nine stop it: no part of a date
/// has that many.
unsigned read_part(Cursor& cursor, int& value) {
    constexpr unsigned kMost = 9;
    unsigned count = 0;
    value = 0;
    while (is_digit(cursor.peek()) && count < kMost) {
        value = value * 10 + (cursor.peek() - '0');
        cursor.move_to(cursor.at() + 1);
        ++count;
    }
    return count;
}

bool bad(DateFault& fault, const Cursor& cursor, std::size_t start, std::string_view why) {
    std::size_t end = start;
    while (end < cursor.line().size() && space_length(cursor.line(), end) == 0) {
        ++end;
    }
    fault = {
        .reason =
            fmt::format("{} is no date: {}", shown(cursor.line().substr(start, end - start)), why),
        .at = start
    };
    return false;
}

}  // namespace

bool read_date(Cursor& cursor, int default_year, std::int32_t& days, DateFault& fault) {
    constexpr unsigned kYearDigits = 4;
    const std::size_t start = cursor.at();
    int first = 0;
    int second = 0;
    const unsigned first_digits = read_part(cursor, first);
    const char separator = cursor.peek();
    if (first_digits == 0 || !is_separator(separator)) {
        return bad(fault, cursor, start, "a separator - / . is expected");
    }
    cursor.move_to(cursor.at() + 1);
    if (read_part(cursor, second) == 0) {
        return bad(fault, cursor, start, "a month or day is expected");
    }
    int year = default_year;
    int month = first;
    int day = second;
    if (first_digits >= kYearDigits) {
        year = first;
        month = second;
        if (!is_separator(cursor.peek())) {
            return bad(fault, cursor, start, "the day is missing");
        }
        if (cursor.peek() != separator) {
            return bad(fault, cursor, start, "its separators differ");
        }
        cursor.move_to(cursor.at() + 1);
        if (read_part(cursor, day) == 0) {
            return bad(fault, cursor, start, "the day is missing");
        }
    }
    const std::chrono::year_month_day date{
        std::chrono::year{year},
        std::chrono::month{static_cast<unsigned>(month)},
        std::chrono::day{static_cast<unsigned>(day)}
    };
    if (year < 1 || year > 9999 || month > 12 || day > 31 || !date.ok()) {
        fault = {
            .reason =
                fmt::format("{:04}-{:02}-{:02} is not a day of the calendar", year, month, day),
            .at = start
        };
        return false;
    }
    days = static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count());
    return true;
}

int year_of(std::int32_t days) {
    return static_cast<int>(
        std::chrono::year_month_day{std::chrono::sys_days{std::chrono::days{days}}}.year()
    );
}

}  // namespace accubooks::interchange
