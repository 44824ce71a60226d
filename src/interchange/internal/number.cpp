#include "interchange/internal/number.h"

#include "interchange/journal_import.h"

namespace accubooks::interchange {

namespace {

using Mantissa = base::Decimal::Mantissa;

bool is_decimal_mark(char c) {
    return c == '.' || c == ',';
}

/// Digits of one number, over all its groups.
struct Digits {
    Mantissa mantissa = 0;
    std::uint32_t count = 0;
};

/// Reads a group of digits; false past the limit.
bool read_digits(Cursor& cursor, Digits& digits) {
    std::uint64_t chunk = 0;
    std::uint64_t power = 1;
    constexpr std::uint64_t kFull = 1'000'000'000'000'000'000;
    while (is_digit(cursor.peek())) {
        if (++digits.count > JournalLimits::kNumberDigits) {
            return false;
        }
        chunk = chunk * 10 + static_cast<std::uint64_t>(cursor.peek() - '0');
        power *= 10;
        if (power == kFull) {
            digits.mantissa = digits.mantissa * power + chunk;
            chunk = 0;
            power = 1;
        }
        cursor.move_to(cursor.at() + 1);
    }
    digits.mantissa = digits.mantissa * power + chunk;
    return true;
}

/// Bytes of the group mark at the cursor, 0 where there is none; a mark stands between digits.
std::size_t group_mark_length(const Cursor& cursor, char& mark) {
    const char c = cursor.peek();
    std::size_t length = 0;
    if (c == '.' || c == ',' || c == ' ' || c == '\'' || c == '_') {
        mark = c;
        length = 1;
    } else if ((static_cast<std::uint8_t>(c) & 0x80U) != 0) {
        mark = ' ';
        length = space_length(cursor.line(), cursor.at());
    }
    return length > 0 && is_digit(cursor.peek(length)) ? length : 0;
}

bool too_long(const Cursor& cursor, NumberFault& fault) {
    fault = {.reason = "the number has more than 36 digits", .at = cursor.at(), .too_long = true};
    return false;
}

/// Reads the integer part: one group, or several with the same mark between them.
bool read_groups(
    Cursor& cursor, Number& number, Digits& digits, std::uint32_t& groups, NumberFault& fault
) {
    const std::size_t start = cursor.at();
    if (!read_digits(cursor, digits)) {
        return too_long(cursor, fault);
    }
    groups = 1;
    number.before = digits.count;
    number.leading_zero = cursor.line()[start] == '0';
    while (true) {
        char mark = '\0';
        const std::size_t length = group_mark_length(cursor, mark);
        if (length == 0 || (groups > 1 && mark != number.group_mark)) {
            return true;
        }
        number.group_mark = mark;
        cursor.move_to(cursor.at() + length);
        const std::uint32_t before = digits.count;
        if (!read_digits(cursor, digits)) {
            return too_long(cursor, fault);
        }
        number.after = digits.count - before;
        ++groups;
    }
}

bool read_exponent(Cursor& cursor, Number& number, bool grouped, NumberFault& fault) {
    const std::size_t start = cursor.at();
    Cursor ahead{cursor.line(), start + 1};
    const bool negative = ahead.peek() == '-';
    if (ahead.take('-') || ahead.take('+')) {
        ahead.skip_spaces();
    }
    if (!is_digit(ahead.peek())) {
        return true;  // the first letter of a commodity: "1 EUR" without the space
    }
    if (grouped) {
        fault = {.reason = "a number has either group marks or an exponent, not both", .at = start};
        return false;
    }
    constexpr int kLargest = 100;
    int exponent = 0;
    while (is_digit(ahead.peek())) {
        exponent = exponent > kLargest ? exponent : exponent * 10 + (ahead.peek() - '0');
        ahead.move_to(ahead.at() + 1);
    }
    cursor.move_to(ahead.at());
    number.has_exponent = true;
    int places = number.value.places() + (negative ? exponent : -exponent);
    Mantissa mantissa = number.value.mantissa();
    for (; places < 0 && mantissa != 0; ++places) {
        if (__builtin_mul_overflow(mantissa, Mantissa{10}, &mantissa)) {
            break;
        }
    }
    if (mantissa == 0) {
        places = 0;
    }
    if (places < 0 || places > static_cast<int>(JournalLimits::kNumberDigits)) {
        fault = {
            .reason = "the exponent makes a number of more than 36 digits",
            .at = start,
            .too_long = true
        };
        return false;
    }
    number.value = base::Decimal{mantissa, static_cast<std::uint8_t>(places)};
    return true;
}

}  // namespace

void read_as_groups(Number& number) {
    number.value = base::Decimal{number.value.mantissa(), 0};
    number.group_mark = number.separator;
    number.decimal_mark = '\0';
    number.ambiguous = false;
}

bool read_number(Cursor& cursor, Number& number, NumberFault& fault) {
    number = Number{};
    const std::size_t start = cursor.at();
    Digits digits;
    std::uint32_t groups = 0;
    std::uint32_t places = 0;
    if (is_digit(cursor.peek()) && !read_groups(cursor, number, digits, groups, fault)) {
        return false;
    }
    if (groups == 2 && is_decimal_mark(number.group_mark) && !is_decimal_mark(cursor.peek())) {
        number.ambiguous = true;
        number.separator = number.group_mark;
        number.group_mark = '\0';
        places = number.after;
    } else if (is_decimal_mark(cursor.peek()) &&
               (groups < 2 || cursor.peek() != number.group_mark)) {
        number.decimal_mark = cursor.peek();
        cursor.move_to(cursor.at() + 1);
        const std::uint32_t before = digits.count;
        if (!read_digits(cursor, digits)) {
            return too_long(cursor, fault);
        }
        places = digits.count - before;
    }
    if (digits.count == 0) {
        fault = {.reason = "there is no digit in the number", .at = start};
        return false;
    }
    if (is_decimal_mark(cursor.peek())) {
        fault = {
            .reason = "the number has a separator too many, or marks in a wrong order",
            .at = cursor.at()
        };
        return false;
    }
    if (cursor.peek() == ' ' && is_digit(cursor.peek(1))) {
        fault = {.reason = "there are digits behind the number", .at = cursor.at() + 1};
        return false;
    }
    number.text = cursor.line().substr(start, cursor.at() - start);
    number.value = base::Decimal{digits.mantissa, static_cast<std::uint8_t>(places)};
    if (cursor.peek() == 'e' || cursor.peek() == 'E') {
        return read_exponent(cursor, number, number.group_mark != '\0', fault);
    }
    return true;
}

}  // namespace accubooks::interchange
