#include "interchange/internal/gnucash_values.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <system_error>

#include <fmt/format.h>

#include "base/error.h"
#include "base/money.h"
#include "interchange/internal/cursor.h"
#include "interchange/internal/exact.h"
#include "interchange/internal/refusal.h"

namespace accubooks::interchange {
namespace {

constexpr unsigned kMaxScale = base::Commodity::kMaxScale;

/// Takes `factor` out of `number` as often as it is in it.
unsigned take_out(std::uint64_t& number, std::uint64_t factor) {
    unsigned times = 0;
    for (; number % factor == 0; number /= factor) {
        ++times;
    }
    return times;
}

/// Without what is in both; the numerator's magnitude, so that the smallest one has one too.
struct Reduced {
    std::uint64_t numerator = 0;
    std::uint64_t denominator = 1;
    bool negative = false;
};

Reduced reduced(Fraction fraction) {
    Reduced out{
        .numerator = static_cast<std::uint64_t>(fraction.numerator),
        .denominator = static_cast<std::uint64_t>(fraction.denominator),
        .negative = fraction.numerator < 0,
    };
    if (out.negative) {
        out.numerator = 0 - out.numerator;
    }
    const std::uint64_t divisor = std::gcd(out.numerator, out.denominator);
    out.numerator /= divisor;
    out.denominator /= divisor;
    return out;
}

base::Decimal::Mantissa power(unsigned base, unsigned exponent) {
    base::Decimal::Mantissa result = 1;
    for (; exponent > 0; --exponent) {
        result *= base;
    }
    return result;
}

std::string written(Fraction fraction) {
    return fmt::format("{}/{}", fraction.numerator, fraction.denominator);
}

}  // namespace

std::unexpected<base::Error> invalid(std::string_view code, std::string reason) {
    return base::refuse(base::ErrorKind::invalid, code, std::move(reason));
}

base::Result<Fraction> parse_fraction(std::string_view text) {
    const std::string_view plain = stripped(text);
    const char* const end = plain.data() + plain.size();
    Fraction fraction;
    const auto above =
        std::from_chars(plain.data(), plain.data() + plain.size(), fraction.numerator);
    const bool is_fraction = above.ptr != end && *above.ptr == '/';
    const auto below = is_fraction ? std::from_chars(above.ptr + 1, end, fraction.denominator)
                                   : std::from_chars_result{above.ptr, std::errc::invalid_argument};
    if (above.ec == std::errc::result_out_of_range || below.ec == std::errc::result_out_of_range) {
        return invalid(
            "interchange.out_of_range", fmt::format("{} doesn't fit 64 bits", shown(plain))
        );
    }
    if (above.ec != std::errc{} || below.ec != std::errc{} || below.ptr != end ||
        fraction.denominator <= 0) {
        return invalid(
            "interchange.bad_gnucash",
            fmt::format("{} is no fraction as 12345/100 is one", shown(plain))
        );
    }
    return fraction;
}

base::Result<base::Decimal> exact_decimal(Fraction fraction) {
    const Reduced plain = reduced(fraction);
    std::uint64_t rest = plain.denominator;
    const unsigned twos = take_out(rest, 2);
    const unsigned fives = take_out(rest, 5);
    if (rest != 1) {
        return invalid(
            "interchange.not_decimal",
            fmt::format("{} has no end as a decimal number", written(fraction))
        );
    }
    const unsigned places = std::max(twos, fives);
    if (places > kMaxScale) {
        return invalid(
            "interchange.too_fine",
            fmt::format(
                "{} has more than {} digits after the decimal mark, the most there can be",
                written(fraction),
                kMaxScale
            )
        );
    }
    // n / (2^a 5^b) is n 2^(p-a) 5^(p-b) / 10^p.
    const base::Decimal::Mantissa mantissa = static_cast<base::Decimal::Mantissa>(plain.numerator) *
                                             power(2, places - twos) * power(5, places - fives);
    return base::Decimal{plain.negative ? -mantissa : mantissa, static_cast<std::uint8_t>(places)};
}

base::Decimal rounded_decimal(Fraction fraction) {
    const auto quotient = base::divide(
        {fraction.numerator, 0},
        {fraction.denominator, 0},
        kMaxScale,
        base::Rounding::half_away_from_zero
    );
    base::ensure(quotient.has_value(), "64 bits by 64 bits, and 12 digits more, fit 128 bits");
    return normalised(*quotient);
}

std::optional<base::Date> calendar_part(std::string_view timestamp) {
    constexpr std::size_t kDay = 10;  // of "2016-09-18"
    const std::string_view text = stripped(timestamp);
    if (text.size() > kDay && text[kDay] != ' ' && text[kDay] != 'T') {
        return std::nullopt;
    }
    const auto date = base::Date::parse(text.substr(0, kDay));
    return date ? std::optional{*date} : std::nullopt;
}

}  // namespace accubooks::interchange
