#include "interchange/internal/exact.h"

#include <array>
#include <limits>

namespace accubooks::interchange {

namespace {

using Mantissa = base::Decimal::Mantissa;

constexpr std::size_t kPowers = 39;

constexpr std::array<Mantissa, kPowers> powers_of_ten() {
    std::array<Mantissa, kPowers> powers{};
    Mantissa power = 1;
    for (std::size_t i = 0; i < kPowers; ++i) {
        powers[i] = power;
        power = i + 1 < kPowers ? power * 10 : power;
    }
    return powers;
}

constexpr auto kPowersOfTen = powers_of_ten();
constexpr Mantissa kMax = kPowersOfTen[kPowers - 1] - 1;  // 38 digits

bool fits(Mantissa value) {
    return value <= kMax && value >= -kMax;
}

/// Mantissa of `value` at `places`, which are not fewer than its own.
bool widen(Mantissa& mantissa, const base::Decimal& value, unsigned places) {
    const unsigned by = places - value.places();
    if (by >= kPowers) {
        mantissa = 0;
        return value.is_zero();
    }
    return !__builtin_mul_overflow(value.mantissa(), kPowersOfTen[by], &mantissa) && fits(mantissa);
}

/// Half away from zero. `divisor` is positive.
Mantissa divide_rounded(Mantissa dividend, Mantissa divisor) {
    const Mantissa quotient = dividend / divisor;
    const Mantissa rest = dividend % divisor;
    const Mantissa size = rest < 0 ? -rest : rest;
    if (size < divisor - size) {
        return quotient;
    }
    return dividend < 0 ? quotient - 1 : quotient + 1;
}

bool to_units(std::int64_t& units, Mantissa value) {
    // Room is left at the end for the rest of an entry that one of its costs takes.
    constexpr Mantissa kRoom = Mantissa{1} << 42U;
    constexpr Mantissa kLargest = std::numeric_limits<std::int64_t>::max() - kRoom;
    if (value > kLargest || value < -kLargest) {
        return false;
    }
    units = static_cast<std::int64_t>(value);
    return true;
}

}  // namespace

bool add_to(base::Decimal& sum, const base::Decimal& value) {
    if (value.is_zero()) {
        return true;
    }
    if (sum.is_zero()) {
        sum = value;
        return true;
    }
    const unsigned places = sum.places() > value.places() ? sum.places() : value.places();
    Mantissa left = 0;
    Mantissa right = 0;
    if (!widen(left, sum, places) || !widen(right, value, places)) {
        return false;
    }
    Mantissa total = 0;
    if (__builtin_add_overflow(left, right, &total) || !fits(total)) {
        return false;
    }
    sum = base::Decimal{total, static_cast<std::uint8_t>(places)};
    return true;
}

bool multiply_into(base::Decimal& product, const base::Decimal& left, const base::Decimal& right) {
    const base::Decimal a = normalised(left);
    const base::Decimal b = normalised(right);
    const unsigned places = unsigned{a.places()} + b.places();
    Mantissa mantissa = 0;
    if (places > base::Decimal::kMaxPlaces ||
        __builtin_mul_overflow(a.mantissa(), b.mantissa(), &mantissa) || !fits(mantissa)) {
        return false;
    }
    product = base::Decimal{mantissa, static_cast<std::uint8_t>(places)};
    return true;
}

bool multiply_rounded(
    base::Decimal& product, const base::Decimal& left, const base::Decimal& right
) {
    base::Decimal shorter = normalised(right);
    while (!multiply_into(product, left, shorter)) {
        if (shorter.places() == 0) {
            return false;
        }
        shorter = base::Decimal{
            divide_rounded(shorter.mantissa(), 10), static_cast<std::uint8_t>(shorter.places() - 1)
        };
    }
    return true;
}

base::Decimal normalised(const base::Decimal& value) {
    std::uint8_t places = value.places();
    Mantissa mantissa = value.mantissa();
    if (mantissa == 0) {
        return base::Decimal{};
    }
    // 64-bit division is many times faster, and nearly every amount fits.
    if (mantissa <= std::numeric_limits<std::int64_t>::max() &&
        mantissa >= std::numeric_limits<std::int64_t>::min()) {
        auto small = static_cast<std::int64_t>(mantissa);
        while (places > 0 && small % 10 == 0) {
            small /= 10;
            --places;
        }
        return base::Decimal{small, places};
    }
    while (places > 0 && mantissa % 10 == 0) {
        mantissa /= 10;
        --places;
    }
    return base::Decimal{mantissa, places};
}

bool rounds_to_zero(const base::Decimal& value, unsigned places) {
    if (value.is_zero()) {
        return true;
    }
    if (value.places() <= places) {
        return false;
    }
    const Mantissa size = value.is_negative() ? -value.mantissa() : value.mantissa();
    return size <= 5 * kPowersOfTen[value.places() - places - 1];
}

bool round_to_units(std::int64_t& units, const base::Decimal& value, std::uint8_t scale) {
    if (value.places() <= scale) {
        Mantissa mantissa = 0;
        return widen(mantissa, value, scale) && to_units(units, mantissa);
    }
    return to_units(units, divide_rounded(value.mantissa(), kPowersOfTen[value.places() - scale]));
}

bool share_to_units(
    std::int64_t& units,
    const base::Decimal& quantity,
    const base::Decimal& to,
    const base::Decimal& from,
    std::uint8_t scale
) {
    // (q·10^-a)(t·10^-b) / (f·10^-c) at `scale` digits is q·t·10^(scale+c-a-b) / f.
    base::Decimal product;
    if (!multiply_into(product, quantity, to)) {
        return false;
    }
    const int shift = int{scale} + from.places() - product.places();
    Mantissa dividend = product.mantissa();
    Mantissa divisor = from.mantissa();
    if (shift >= int{kPowers} || shift <= -int{kPowers}) {
        return false;
    }
    if (shift >= 0 ? __builtin_mul_overflow(
                         dividend, kPowersOfTen[static_cast<unsigned>(shift)], &dividend
                     )
                   : __builtin_mul_overflow(
                         divisor, kPowersOfTen[static_cast<unsigned>(-shift)], &divisor
                     )) {
        return false;
    }
    if (divisor < 0) {
        divisor = -divisor;
        dividend = -dividend;
    }
    return to_units(units, divide_rounded(dividend, divisor));
}

}  // namespace accubooks::interchange
