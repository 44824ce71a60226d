#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace accubooks::base {

/// How a division or a loss of digits is settled; named at every place that rounds.
enum class Rounding : std::uint8_t {
    half_away_from_zero,  // 0.5 -> 1, -0.5 -> -1: a credit mirrors its invoice
    half_even,            // banker's rounding: 0.5 -> 0, 1.5 -> 2
};

/// An exact decimal number: `mantissa` × 10^-`places`, for rates, quantities and amounts whose
/// commodity isn't known yet. 128 bits hold 38 digits; anything past that is
/// `base.decimal_overflow`, never a wrapped or rounded number. Two decimals are equal when their
/// values are: 1.5 == 1.50.
class Decimal {
public:
    using Mantissa = __int128;
    static constexpr unsigned kMaxPlaces = 38;

    constexpr Decimal() = default;
    constexpr Decimal(Mantissa mantissa, std::uint8_t places)
        : mantissa_{mantissa}, places_{places} {}

    /// Reads "-12.50", "+3", ".5", "5."; digits and one point only, no groups, no exponent.
    /// Errors: `base.bad_decimal`, `base.decimal_overflow`.
    static Result<Decimal> parse(std::string_view text);

    constexpr Mantissa mantissa() const { return mantissa_; }
    constexpr std::uint8_t places() const { return places_; }
    constexpr bool is_zero() const { return mantissa_ == 0; }
    constexpr bool is_negative() const { return mantissa_ < 0; }

    /// The same value without trailing zeros after the point.
    Decimal normalised() const;
    Decimal negated() const;
    Decimal abs() const;

    /// The value with exactly `places` digits after the point, rounded as named where digits are
    /// lost.
    Result<Decimal> rescaled(std::uint8_t places, Rounding rounding) const;

    /// Whole units at `places` digits, e.g. 12.50 at 2 is 1250. Errors: `base.decimal_inexact` when
    /// digits would be lost, `base.decimal_overflow` when it doesn't fit 64 bits.
    Result<std::int64_t> units_at(std::uint8_t places) const;

    friend bool operator==(const Decimal& left, const Decimal& right);
    friend std::strong_ordering operator<=>(const Decimal& left, const Decimal& right);

private:
    Mantissa mantissa_ = 0;
    std::uint8_t places_ = 0;
};

/// Exact sum, difference and product. Sums keep the places of the finer number; a product has those
/// of its factors without their trailing zeros. Errors: `base.decimal_overflow`.
Result<Decimal> add(const Decimal& left, const Decimal& right);
Result<Decimal> subtract(const Decimal& left, const Decimal& right);
Result<Decimal> multiply(const Decimal& left, const Decimal& right);

/// Quotient with `places` digits, rounded as named. Errors: `base.division_by_zero`,
/// `base.decimal_overflow`.
Result<Decimal> divide(
    const Decimal& dividend, const Decimal& divisor, std::uint8_t places, Rounding rounding
);

/// Plain digits with all its places: "-12.50". Zero never has a sign.
std::string to_string(const Decimal& value);

/// Whole units of a commodity with `scale` digits as plain text: (1250, 2) is "12.50", (-5, 2) is
/// "-0.05".
std::string units_to_string(std::int64_t units, std::uint8_t scale);

}  // namespace accubooks::base
