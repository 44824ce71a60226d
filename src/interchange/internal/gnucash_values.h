#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/date.h"
#include "base/decimal.h"
#include "base/error.h"

namespace accubooks::interchange {

/// A refusal of what a file holds.
std::unexpected<base::Error> invalid(std::string_view code, std::string reason);

/// A number as GnuCash writes it, "-12345/100": 64 bits above, 64 below.
struct Fraction {
    std::int64_t numerator = 0;
    std::int64_t denominator = 1;  // positive
};

/// Errors: `interchange.bad_gnucash`, `interchange.out_of_range`.
base::Result<Fraction> parse_fraction(std::string_view text);

/// The number with as few digits behind the point as it needs. Errors: `interchange.not_decimal`
/// where no digits are enough (1/3), `interchange.too_fine` where base::Commodity::kMaxScale are
/// not.
base::Result<base::Decimal> exact_decimal(Fraction fraction);

/// The number with at most base::Commodity::kMaxScale digits, rounded half away from zero.
base::Decimal rounded_decimal(Fraction fraction);

/// The day of "2016-09-18 10:59:00 +0000", as it is written: GnuCash means the day, and puts it at
/// a time that is on it in nearly every time zone. None where it isn't one.
std::optional<base::Date> calendar_part(std::string_view timestamp);

}  // namespace accubooks::interchange
