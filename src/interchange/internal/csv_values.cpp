#include "interchange/internal/csv_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "interchange/internal/cursor.h"

namespace accubooks::interchange {
namespace {

std::size_t digits_at(std::string_view text) {
    return std::min(text.find_first_not_of("0123456789"), text.size());
}

/// The three numbers of a day, as written.
std::optional<std::array<int, 3>> date_parts(std::string_view text) {
    std::array<int, 3> parts{};
    for (std::size_t at = 0; at < parts.size(); ++at) {
        const std::size_t digits = digits_at(text);
        if (digits == 0 || digits > 4) {
            return std::nullopt;
        }
        const std::string_view part = text.substr(0, digits);
        std::from_chars(part.data(), part.data() + part.size(), parts[at]);
        text.remove_prefix(digits);
        if (at + 1 < parts.size()) {
            if (text.empty() || !std::string_view{"./-"}.contains(text[0])) {
                return std::nullopt;
            }
            text.remove_prefix(1);
        }
    }
    return text.empty() || text[0] == ' ' || text[0] == 'T' ? std::optional{parts} : std::nullopt;
}

}  // namespace

std::optional<base::Date> date_of(std::string_view text, DateOrder order) {
    const auto parts = date_parts(text);
    constexpr std::size_t kDigitsOfYear = 4;
    if (!parts || (digits_at(text) == kDigitsOfYear) != (order == DateOrder::ymd)) {
        return std::nullopt;
    }
    const auto [first, second, third] = *parts;
    int year = order == DateOrder::ymd ? first : third;
    const int month = order == DateOrder::mdy ? first : second;
    const int day = order == DateOrder::ymd ? third : order == DateOrder::dmy ? first : second;
    year += year < 100 ? 2000 : 0;
    const auto date =
        base::Date::of(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
    return date ? std::optional{*date} : std::nullopt;
}

std::optional<base::Decimal> number_of(std::string_view text, char decimal_mark) {
    bool is_negative = false;
    if (text.ends_with('-') || text.ends_with('+')) {
        is_negative = text.back() == '-';
        text = stripped(text.substr(0, text.size() - 1));
    } else if (text.starts_with('-') || text.starts_with('+')) {
        is_negative = text.front() == '-';
        text = stripped(text.substr(1));
    }
    constexpr std::size_t kDigitsOfGroup = 3;
    const char group = decimal_mark == '.' ? ',' : '.';
    std::string plain;
    std::size_t since_group = 0;
    bool in_groups = false;
    bool in_decimals = false;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t space = space_length(text, at);
        const char c = text[at];
        const bool may_part = !in_decimals && (!in_groups || since_group == kDigitsOfGroup);
        if (is_digit(c)) {
            plain += c;
            ++since_group;
        } else if (c == decimal_mark && may_part) {
            plain += '.';
            in_decimals = true;
        } else if ((c == group || c == '\'' || space > 0) && may_part && !plain.empty()) {
            in_groups = true;
            since_group = 0;
        } else {
            return std::nullopt;
        }
        at += std::max<std::size_t>(space, 1);
    }
    if (in_groups && !in_decimals && since_group != kDigitsOfGroup) {
        return std::nullopt;
    }
    const auto number = base::Decimal::parse(plain);
    if (!number) {
        return std::nullopt;
    }
    return is_negative ? number->negated() : *number;
}

MarkShown mark_shown_by(std::string_view text) {
    const auto points = std::ranges::count(text, '.');
    const auto commas = std::ranges::count(text, ',');
    const auto shown = [](bool is_point) { return is_point ? MarkShown::point : MarkShown::comma; };
    if (points > 0 && commas > 0) {
        return shown(text.rfind('.') > text.rfind(','));
    }
    if (points > 1 || commas > 1) {
        return shown(commas > 1);  // those are groups: the other one parts decimals
    }
    if (points + commas == 0) {
        return MarkShown::nothing;
    }
    const std::size_t mark = text.find_first_of(".,");
    const std::size_t before = text.find_first_of("0123456789");
    const bool may_be_groups = digits_at(text.substr(mark + 1)) == 3 && before < mark &&
                               mark - before <= 3 && text[before] != '0';
    return may_be_groups ? MarkShown::either : shown(points == 1);
}

}  // namespace accubooks::interchange
