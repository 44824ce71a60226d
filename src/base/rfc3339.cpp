#include "base/rfc3339.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/date.h"

namespace accubooks::base {
namespace {

/// One to six decimal digits and nothing else.
std::optional<std::int64_t> number_of(std::string_view digits) {
    const bool good = !digits.empty() && digits.size() <= 6 &&
                      std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
    std::int64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return good ? std::optional{number} : std::nullopt;
}

std::optional<std::int64_t> number_up_to(std::int64_t most, std::string_view digits) {
    const auto number = number_of(digits);
    return number && *number <= most ? number : std::nullopt;
}

/// ".5" is 500 000, "" none.
std::optional<std::int64_t> micros_of(std::string_view fraction) {
    if (fraction.empty()) {
        return 0;
    }
    auto micros = fraction.front() == '.' ? number_of(fraction.substr(1)) : std::nullopt;
    for (std::size_t digits = fraction.size() - 1; micros && digits < 6; ++digits) {
        *micros *= 10;
    }
    return micros;
}

std::optional<Instant> read(std::string_view text) {
    if (text.size() < 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
        !text.ends_with('Z')) {
        return std::nullopt;
    }
    const auto date = Date::parse(text.substr(0, 10));
    const auto hour = number_up_to(23, text.substr(11, 2));
    const auto minute = number_up_to(59, text.substr(14, 2));
    const auto second = number_up_to(59, text.substr(17, 2));
    const auto micros = micros_of(text.substr(19, text.size() - 20));
    if (!date || !hour || !minute || !second || !micros) {
        return std::nullopt;
    }
    const std::int64_t hours = std::int64_t{date->unix_days()} * 24 + *hour;
    return Instant::from_unix_micros(((hours * 60 + *minute) * 60 + *second) * 1'000'000 + *micros);
}

}  // namespace

Result<Instant> parse_rfc3339(std::string_view text) {
    const auto at = read(text);
    if (!at) {
        return refuse(
            ErrorKind::invalid,
            "base.bad_time",
            "Expected a time in UTC such as 2026-01-31T09:30:00Z."
        );
    }
    return *at;
}

}  // namespace accubooks::base
