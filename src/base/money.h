#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/error.h"

namespace accubooks::base {

/// A currency or anything counted (shares, hours). `code` is written as the books write it ("USD",
/// "$", "" for none); `scale` is the number of digits after the point that one unit stands for,
/// fixed when the commodity is made, 0 to 12.
struct Commodity {
    static constexpr std::uint8_t kMaxScale = 12;

    std::string code;
    std::uint8_t scale = 0;

    friend bool operator==(const Commodity&, const Commodity&) = default;
};

/// Digits after the point of an ISO 4217 currency code, e.g. 2 for USD, 0 for JPY; none when the
/// code isn't one. Source: ISO 4217:2015, table A.1 (list one).
std::optional<std::uint8_t> iso4217_scale(std::string_view code);

/// An amount in whole units of a commodity (cents for USD). Debit is positive, credit negative.
///
/// Arithmetic never wraps and never mixes commodities: sums are `add`, which refuses. The commodity
/// is named, not owned: `commodity` must outlive the amount.
class Money {
public:
    Money(std::int64_t units, const Commodity& commodity) : units_{units}, commodity_{&commodity} {}

    std::int64_t units() const { return units_; }
    const Commodity& commodity() const { return *commodity_; }

    friend bool operator==(const Money& left, const Money& right) {
        return left.units_ == right.units_ && *left.commodity_ == *right.commodity_;
    }

private:
    std::int64_t units_;
    const Commodity* commodity_;
};

/// Errors: `money.commodity_mismatch`, `money.out_of_range`.
Result<Money> add(Money left, Money right);
Result<Money> negate(Money amount);

/// Reads "-12.50" as an amount of `commodity`. Errors: `base.bad_decimal`, `money.too_fine` when
/// digits other than zero stand past the commodity's scale, `money.out_of_range`.
Result<Money> parse_money(std::string_view text, const Commodity& commodity);
std::string to_string(Money amount);

/// Checked 64-bit sums for hot paths. Errors: `money.out_of_range`.
Result<std::int64_t> add_units(std::int64_t left, std::int64_t right);
Result<std::int64_t> sum_units(std::span<const std::int64_t> units);

/// Splits `total` units by `weights` so that the parts sum to `total` exactly: each part is the
/// floor of its share's magnitude, then the largest remainders get the missing units, ties to the
/// earlier part, sign last. Expects at least one weight, none negative, not all zero.
std::vector<std::int64_t> allocate(std::int64_t total, std::span<const std::int64_t> weights);

}  // namespace accubooks::base
