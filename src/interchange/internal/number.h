#pragma once

#include <cstdint>
#include <string_view>

#include "base/decimal.h"
#include "interchange/internal/cursor.h"

namespace accubooks::interchange {

/// A number as it stands in a journal, before anything outside it has a say.
struct Number {
    base::Decimal value{};     // `ambiguous`: read with the separator as decimal mark
    char decimal_mark = '\0';  // '.' or ',', where one is sure
    char group_mark = '\0';  // ditto; ' ' stands for every white space, '_' and '\'' for themselves
    /// One point or comma between two groups of digits: either mark it may be.
    bool ambiguous = false;
    char separator = '\0';      // of an ambiguous number
    std::uint32_t before = 0;   // its digits before the separator
    std::uint32_t after = 0;    // and after it
    bool has_exponent = false;  // which a number with group marks can't have
    bool leading_zero = false;  // its first digit is 0
    std::string_view text{};    // as written, without exponent
};

/// Takes an ambiguous number's separator for a group mark.
void read_as_groups(Number& number);

/// What is wrong with a number; `at` is the byte in the line.
struct NumberFault {
    std::string_view reason;
    std::size_t at = 0;
    bool too_long = false;
};

/// Reads digits with at most one kind of group mark (, . space NBSP ' _) and at most one decimal
/// mark (, .), and an exponent. Stops with a fault at the first thing that can't be part of a
/// number, or after JournalLimits::kNumberDigits digits. Expects the cursor on a digit or a decimal
/// mark; leaves it behind the number.
bool read_number(Cursor& cursor, Number& number, NumberFault& fault);

}  // namespace accubooks::interchange
