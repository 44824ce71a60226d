#pragma once

#include <cstdint>

#include "base/decimal.h"

namespace accubooks::interchange {

/// Exact arithmetic for the hot path of the importer: like base::add and base::multiply, but a
/// number that doesn't fit 38 digits is a plain false, decided without making an error object.
bool add_to(base::Decimal& sum, const base::Decimal& value);
bool multiply_into(base::Decimal& product, const base::Decimal& left, const base::Decimal& right);

/// The product of numbers whose exact product doesn't fit: `left` × `right` with digits of `right`
/// rounded off until it does. False when even whole numbers are too large.
bool multiply_rounded(
    base::Decimal& product, const base::Decimal& left, const base::Decimal& right
);

/// Same value, no trailing zeros after the point.
base::Decimal normalised(const base::Decimal& value);

/// Whether `value` has at most half a unit at `places` digits: what a reader of rounded figures
/// calls zero.
bool rounds_to_zero(const base::Decimal& value, unsigned places);

/// Units at `scale` digits, rounded half away from zero; false when they don't fit 64 bits.
bool round_to_units(std::int64_t& units, const base::Decimal& value, std::uint8_t scale);

/// `quantity` × `to` / `from` in units at `scale`, rounded half away from zero; false when they
/// don't fit 64 bits or the way there doesn't fit 128. Expects `from` not zero.
bool share_to_units(
    std::int64_t& units,
    const base::Decimal& quantity,
    const base::Decimal& to,
    const base::Decimal& from,
    std::uint8_t scale
);

}  // namespace accubooks::interchange
