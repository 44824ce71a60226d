#include "base/decimal.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace accubooks::base {

namespace {

using Mantissa = Decimal::Mantissa;
using Magnitude = unsigned __int128;

constexpr Magnitude power_of_ten(unsigned exponent) {
    Magnitude power = 1;
    for (unsigned i = 0; i < exponent; ++i) {
        power *= 10;
    }
    return power;
}

// 38 digits, although 128 bits would hold some numbers of 39: a limit that can be said in one word,
// and twice of which still fits an unsigned 128-bit number.
constexpr Magnitude kMaxMagnitude = power_of_ten(Decimal::kMaxPlaces) - 1;

std::unexpected<Error> overflow() {
    return refuse(
        ErrorKind::invalid, "base.decimal_overflow", "The number is too large: 38 digits at most."
    );
}

constexpr Magnitude magnitude_of(Mantissa mantissa) {
    const auto bits = static_cast<Magnitude>(mantissa);
    return mantissa < 0 ? 0 - bits : bits;
}

std::optional<Magnitude> times(Magnitude left, Magnitude right) {
    Magnitude product = 0;
    if (__builtin_mul_overflow(left, right, &product)) {
        return std::nullopt;
    }
    return product;
}

Result<Decimal> signed_decimal(Magnitude magnitude, bool negative, std::uint8_t places) {
    if (magnitude > kMaxMagnitude) {
        return overflow();
    }
    const auto mantissa = static_cast<Mantissa>(magnitude);
    return Decimal{negative ? -mantissa : mantissa, places};
}

/// Whether a quotient with this remainder goes up to the next integer; `remainder` < `divisor`.
bool rounds_up(Magnitude quotient, Magnitude remainder, Magnitude divisor, Rounding rounding) {
    const Magnitude rest = divisor - remainder;
    if (remainder != rest) {
        return remainder > rest;
    }
    switch (rounding) {
        case Rounding::half_away_from_zero:
            return true;
        case Rounding::half_even:
            return quotient % 2 == 1;
    }
    ensure(false, "every way of rounding has its rule above");
    return false;
}

Magnitude rounded_quotient(Magnitude dividend, Magnitude divisor, Rounding rounding) {
    const Magnitude quotient = dividend / divisor;
    return quotient + (rounds_up(quotient, dividend % divisor, divisor, rounding) ? 1 : 0);
}

/// dividend × 10^digits / divisor by long division, so that only the quotient has to fit; none when
/// it doesn't.
std::optional<Magnitude> long_quotient(
    Magnitude dividend, Magnitude divisor, unsigned digits, Rounding rounding
) {
    Magnitude quotient = dividend / divisor;
    Magnitude remainder = dividend % divisor;
    for (unsigned i = 0; i < digits; ++i) {
        // Ten times the remainder may not fit 128 bits; ten additions below twice the divisor do.
        unsigned digit = 0;
        Magnitude rest = 0;
        for (int tenth = 0; tenth < 10; ++tenth) {
            rest += remainder;
            if (rest >= divisor) {
                rest -= divisor;
                ++digit;
            }
        }
        remainder = rest;
        if (quotient > kMaxMagnitude / 10) {
            return std::nullopt;
        }
        quotient = quotient * 10 + digit;
    }
    return quotient + (rounds_up(quotient, remainder, divisor, rounding) ? 1 : 0);
}

std::string digits_of(Magnitude magnitude) {
    std::string digits;
    do {
        digits.push_back(static_cast<char>('0' + static_cast<int>(magnitude % 10)));
        magnitude /= 10;
    } while (magnitude != 0);
    std::ranges::reverse(digits);
    return digits;
}

std::string plain_text(Magnitude magnitude, bool negative, std::uint8_t places) {
    std::string digits = digits_of(magnitude);
    if (digits.size() <= places) {
        digits.insert(0, places + 1 - digits.size(), '0');
    }
    if (places > 0) {
        digits.insert(digits.size() - places, 1, '.');
    }
    if (negative) {
        digits.insert(0, 1, '-');
    }
    return digits;
}

}  // namespace

Result<Decimal> Decimal::parse(std::string_view text) {
    const bool negative = text.starts_with('-');
    std::string_view rest = text;
    if (negative || rest.starts_with('+')) {
        rest.remove_prefix(1);
    }
    Magnitude magnitude = 0;
    unsigned places = 0;
    bool point = false;
    bool digit = false;
    for (const char c : rest) {
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9') {
            return refuse(
                ErrorKind::invalid,
                "base.bad_decimal",
                "A number is written with digits and at most one point, for example -1250.75."
            );
        }
        digit = true;
        places += point ? 1 : 0;
        const auto value = static_cast<unsigned>(c - '0');
        if (places > kMaxPlaces || magnitude > (kMaxMagnitude - value) / 10) {
            return overflow();
        }
        magnitude = magnitude * 10 + value;
    }
    if (!digit) {
        return refuse(
            ErrorKind::invalid,
            "base.bad_decimal",
            "A number has at least one digit, for example 0."
        );
    }
    return signed_decimal(magnitude, negative, static_cast<std::uint8_t>(places));
}

Decimal Decimal::normalised() const {
    Decimal value = *this;
    while (value.places_ > 0 && value.mantissa_ % 10 == 0) {
        value.mantissa_ /= 10;
        --value.places_;
    }
    return value;
}

Decimal Decimal::negated() const {
    return Decimal{-mantissa_, places_};
}

Decimal Decimal::abs() const {
    return mantissa_ < 0 ? negated() : *this;
}

Result<Decimal> Decimal::rescaled(std::uint8_t places, Rounding rounding) const {
    if (places > kMaxPlaces) {
        return overflow();
    }
    const Magnitude magnitude = magnitude_of(mantissa_);
    if (places < places_) {
        const Magnitude divisor = power_of_ten(static_cast<unsigned>(places_ - places));
        return signed_decimal(
            rounded_quotient(magnitude, divisor, rounding), is_negative(), places
        );
    }
    const auto more = times(magnitude, power_of_ten(static_cast<unsigned>(places - places_)));
    if (!more) {
        return overflow();
    }
    return signed_decimal(*more, is_negative(), places);
}

Result<std::int64_t> Decimal::units_at(std::uint8_t places) const {
    AB_TRY(scaled, rescaled(places, Rounding::half_even));
    if (scaled != *this) {
        return refuse(
            ErrorKind::invalid,
            "base.decimal_inexact",
            "The number has more digits after the point than are kept; round it first."
        );
    }
    if (scaled.mantissa() < std::numeric_limits<std::int64_t>::min() ||
        scaled.mantissa() > std::numeric_limits<std::int64_t>::max()) {
        return overflow();
    }
    return static_cast<std::int64_t>(scaled.mantissa());
}

bool operator==(const Decimal& left, const Decimal& right) {
    return (left <=> right) == std::strong_ordering::equal;
}

std::strong_ordering operator<=>(const Decimal& left, const Decimal& right) {
    // Whole parts first, then the fractions at a common scale: scaling a whole number could
    // overflow, and a fraction at 38 places at most can't.
    const auto left_one = static_cast<Mantissa>(power_of_ten(left.places()));
    const auto right_one = static_cast<Mantissa>(power_of_ten(right.places()));
    if (const auto order = left.mantissa() / left_one <=> right.mantissa() / right_one;
        order != std::strong_ordering::equal) {
        return order;
    }
    const unsigned places = std::max(left.places(), right.places());
    const auto fraction = [places](const Decimal& value, Mantissa one) {
        const auto factor = power_of_ten(places - value.places());
        return value.mantissa() % one * static_cast<Mantissa>(factor);
    };
    return fraction(left, left_one) <=> fraction(right, right_one);
}

Result<Decimal> add(const Decimal& left, const Decimal& right) {
    const std::uint8_t places = std::max(left.places(), right.places());
    // Nothing is lost upwards, so the rounding named here never acts.
    AB_TRY(a, left.rescaled(places, Rounding::half_even));
    AB_TRY(b, right.rescaled(places, Rounding::half_even));
    // Two magnitudes below 10^38 sum to less than 2^127.
    const Mantissa sum = a.mantissa() + b.mantissa();
    return signed_decimal(magnitude_of(sum), sum < 0, places);
}

Result<Decimal> subtract(const Decimal& left, const Decimal& right) {
    return add(left, right.negated());
}

Result<Decimal> multiply(const Decimal& left, const Decimal& right) {
    const Decimal a = left.normalised();
    const Decimal b = right.normalised();
    const auto product = times(magnitude_of(a.mantissa()), magnitude_of(b.mantissa()));
    const unsigned places = unsigned{a.places()} + b.places();
    if (!product || places > Decimal::kMaxPlaces) {
        return overflow();
    }
    return signed_decimal(
        *product, a.is_negative() != b.is_negative(), static_cast<std::uint8_t>(places)
    );
}

Result<Decimal> divide(
    const Decimal& dividend, const Decimal& divisor, std::uint8_t places, Rounding rounding
) {
    if (divisor.is_zero()) {
        return refuse(
            ErrorKind::invalid, "base.division_by_zero", "A number can't be divided by zero."
        );
    }
    if (places > Decimal::kMaxPlaces) {
        return overflow();
    }
    const bool negative = dividend.is_negative() != divisor.is_negative();
    const Magnitude top = magnitude_of(dividend.mantissa());
    const Magnitude bottom = magnitude_of(divisor.mantissa());
    const int digits = int{places} + divisor.places() - dividend.places();
    if (digits >= 0) {
        const auto quotient = long_quotient(top, bottom, static_cast<unsigned>(digits), rounding);
        if (!quotient) {
            return overflow();
        }
        return signed_decimal(*quotient, negative, places);
    }
    const auto larger = times(bottom, power_of_ten(static_cast<unsigned>(-digits)));
    if (!larger) {
        return Decimal{
            0, places
        };  // the divisor is past 2^128, the dividend below 10^38: under a half
    }
    return signed_decimal(rounded_quotient(top, *larger, rounding), negative, places);
}

std::string to_string(const Decimal& value) {
    return plain_text(magnitude_of(value.mantissa()), value.is_negative(), value.places());
}

std::string units_to_string(std::int64_t units, std::uint8_t scale) {
    return plain_text(magnitude_of(units), units < 0, scale);
}

}  // namespace accubooks::base
