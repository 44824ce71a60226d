#pragma once

#include <optional>
#include <string_view>

#include "base/date.h"
#include "base/decimal.h"
#include "interchange/csv_table.h"

namespace accubooks::interchange {

/// A day as "31.12.2024", "2012/3/22" or "05-12-25", whose parts come in `order`; a time behind it
/// says nothing of the day. None: it isn't one.
std::optional<base::Date> date_of(std::string_view text, DateOrder order);

/// "-1.234,56", "9,90-", "1'234": digits, marks and a sign, and nothing else. None: it isn't one.
std::optional<base::Decimal> number_of(std::string_view text, char decimal_mark);

/// What a number shows about the decimal mark of the file it is in.
enum class MarkShown : std::uint8_t {
    nothing,  // "1200"
    point,    // "1,234.5", "12.50", "1,234,567"
    comma,
    either,  // "1,234", "1.234"
};
MarkShown mark_shown_by(std::string_view text);

}  // namespace accubooks::interchange
