#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "interchange/internal/cursor.h"

namespace accubooks::interchange {

/// What is wrong with a date; `at` is the byte in the line.
struct DateFault {
    std::string reason;
    std::size_t at = 0;
};

/// Reads `YYYY-MM-DD`, or `MM-DD` in `default_year`; - / . as separators, twice the same; leading
/// zeros may be missing. Gives unix days. Expects the cursor on its first digit; leaves it behind
/// the date.
bool read_date(Cursor& cursor, int default_year, std::int32_t& days, DateFault& fault);

/// Year of a day given in unix days.
int year_of(std::int32_t days);

}  // namespace accubooks::interchange
