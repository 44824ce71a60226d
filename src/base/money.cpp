#include "base/money.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include <fmt/format.h>

namespace accubooks::base {

namespace {

std::unexpected<Error> out_of_range() {
    return refuse(
        ErrorKind::invalid,
        "money.out_of_range",
        "The amount is too large: amounts have at most 18 digits, those after the point included."
    );
}

}  // namespace

Result<Money> add(Money left, Money right) {
    if (left.commodity() != right.commodity()) {
        return refuse(
            ErrorKind::invalid,
            "money.commodity_mismatch",
            fmt::format(
                "{} and {} don't add; convert one of them first.",
                left.commodity().code,
                right.commodity().code
            )
        );
    }
    AB_TRY(units, add_units(left.units(), right.units()));
    return Money{units, left.commodity()};
}

Result<Money> negate(Money amount) {
    if (amount.units() == std::numeric_limits<std::int64_t>::min()) {
        return out_of_range();
    }
    return Money{-amount.units(), amount.commodity()};
}

Result<Money> parse_money(std::string_view text, const Commodity& commodity) {
    const auto value = Decimal::parse(text);
    if (!value) {
        if (value.error().code == "base.decimal_overflow") {
            return out_of_range();
        }
        return std::unexpected(value.error());
    }
    const auto units = value->units_at(commodity.scale);
    if (!units) {
        if (units.error().code == "base.decimal_overflow") {
            return out_of_range();
        }
        return refuse(
            ErrorKind::invalid,
            "money.too_fine",
            fmt::format(
                "Amounts of {} have at most {} digits after the point.",
                commodity.code.empty() ? "no commodity" : commodity.code,
                commodity.scale
            )
        );
    }
    return Money{*units, commodity};
}

std::string to_string(Money amount) {
    return units_to_string(amount.units(), amount.commodity().scale);
}

Result<std::int64_t> add_units(std::int64_t left, std::int64_t right) {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(left, right, &sum)) {
        return out_of_range();
    }
    return sum;
}

Result<std::int64_t> sum_units(std::span<const std::int64_t> units) {
    // 128 bits can't overflow for any span that fits memory, so only the total has to fit, not
    // every step.
    __int128 sum = 0;
    for (const std::int64_t unit : units) {
        sum += unit;
    }
    if (sum < std::numeric_limits<std::int64_t>::min() ||
        sum > std::numeric_limits<std::int64_t>::max()) {
        return out_of_range();
    }
    return static_cast<std::int64_t>(sum);
}

std::vector<std::int64_t> allocate(std::int64_t total, std::span<const std::int64_t> weights) {
    using Magnitude = unsigned __int128;
    Magnitude whole = 0;
    for (const std::int64_t weight : weights) {
        ensure(weight >= 0, "a part of a whole has no negative share");
        whole += static_cast<Magnitude>(weight);
    }
    ensure(whole > 0, "a whole is split by at least one share");

    const auto bits = static_cast<std::uint64_t>(total);
    const std::uint64_t magnitude =
        total < 0 ? 0 - bits : bits;  // also right for the least integer
    std::vector<std::uint64_t> parts;
    std::vector<Magnitude> remainders;
    parts.reserve(weights.size());
    remainders.reserve(weights.size());
    std::uint64_t missing = magnitude;
    for (const std::int64_t weight : weights) {
        const Magnitude share = Magnitude{magnitude} * static_cast<Magnitude>(weight);
        parts.push_back(static_cast<std::uint64_t>(share / whole));
        remainders.push_back(share % whole);
        missing -= parts.back();
    }

    std::vector<std::size_t> order(weights.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t left, std::size_t right) {
        return remainders[left] != remainders[right] ? remainders[left] > remainders[right]
                                                     : left < right;
    });
    // Each remainder is below one unit, so fewer units are missing than parts have a remainder.
    for (std::size_t i = 0; i < missing; ++i) {
        ++parts[order[i]];
    }

    std::vector<std::int64_t> result;
    result.reserve(parts.size());
    for (const std::uint64_t part : parts) {
        result.push_back(static_cast<std::int64_t>(total < 0 ? 0 - part : part));
    }
    return result;
}

}  // namespace accubooks::base
