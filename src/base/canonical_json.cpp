#include "base/canonical_json.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "base/json.h"
#include "base/utf8.h"

namespace accubooks::base {

namespace {

namespace json = boost::json;

// Integers up to here have a double of their own, so that no two of them share one text.
constexpr std::uint64_t kMaxExactInteger = std::uint64_t{1} << 53U;

std::unexpected<Error> not_canonical(std::string detail) {
    return refuse(ErrorKind::invalid, "base.json_not_canonical", std::move(detail));
}

/// Order of UTF-16 code units, told from UTF-8: it differs from byte order only where a character
/// past U+FFFF (lead byte F0 to F4, a surrogate in UTF-16) meets one of U+E000 to U+FFFF (lead byte
/// EE or EF).
bool precedes_in_utf16(std::string_view left, std::string_view right) {
    const auto [a, b] = std::ranges::mismatch(left, right);
    if (a == left.end() || b == right.end()) {
        return a == left.end() && b != right.end();
    }
    const auto rank = [](char c) {
        const auto byte = static_cast<std::uint8_t>(c);
        return byte == 0xEE || byte == 0xEF ? byte + 0x10 : int{byte};
    };
    return rank(*a) < rank(*b);
}

/// Number::toString of ECMAScript (ECMA-262 §6.1.6.1.20) for a finite number.
std::string number_text(double number) {
    if (number == 0) {
        return "0";  // also for minus zero
    }
    char buffer[32];
    const auto end =
        std::to_chars(std::begin(buffer), std::end(buffer), number, std::chars_format::scientific);
    // "-d.ddde±xx", the shortest digits that read back as the same double.
    std::string_view text{buffer, end.ptr};
    std::string result;
    if (text.starts_with('-')) {
        result = "-";
        text.remove_prefix(1);
    }
    const auto e = text.find('e');
    std::string digits{text.substr(0, 1)};
    if (e > 2) {
        digits += text.substr(2, e - 2);
    }
    std::string_view exponent_text = text.substr(e + 1);
    if (exponent_text.starts_with('+')) {
        exponent_text.remove_prefix(1);
    }
    int exponent = 0;
    std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);

    const int point = exponent + 1;  // of the value 0.digits × 10^point
    const auto count = static_cast<int>(digits.size());
    if (point > 21 || point < -5) {
        if (count > 1) {
            digits.insert(1, 1, '.');
        }
        return result + digits + (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
    }
    if (point <= 0) {
        return result + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
    }
    if (point >= count) {
        return result + digits + std::string(static_cast<std::size_t>(point - count), '0');
    }
    return result + digits.insert(static_cast<std::size_t>(point), 1, '.');
}

class Writer {
public:
    Result<void> value(const json::value& value) {
        switch (value.kind()) {
            case json::kind::null:
                out_ += "null";
                return {};
            case json::kind::bool_:
                out_ += value.get_bool() ? "true" : "false";
                return {};
            case json::kind::int64:
                return integer(value.get_int64());
            case json::kind::uint64:
                return integer(value.get_uint64());
            case json::kind::double_:
                return number(value.get_double());
            case json::kind::string:
                return string(value.get_string());
            case json::kind::array:
                return array(value.get_array());
            case json::kind::object:
                return object(value.get_object());
        }
        ensure(false, "a JSON value is one of the eight kinds above");
        return {};
    }

    std::string take() { return std::move(out_); }

private:
    template <class Integer>
    Result<void> integer(Integer value) {
        const auto bits = static_cast<std::uint64_t>(value);
        if ((value < 0 ? 0 - bits : bits) > kMaxExactInteger) {
            return not_canonical("Integers past 2^53 aren't exact in JSON; write them as strings.");
        }
        out_ += std::to_string(value);
        return {};
    }

    Result<void> number(double value) {
        if (!std::isfinite(value)) {
            return not_canonical("NaN and infinities have no JSON form.");
        }
        out_ += number_text(value);
        return {};
    }

    Result<void> string(std::string_view text) {
        if (!is_utf8(text)) {
            return not_canonical("A text isn't well-formed UTF-8.");
        }
        out_ += '"';
        for (const char c : text) {
            character(c);
        }
        out_ += '"';
        return {};
    }

    void character(char c) {
        switch (c) {
            case '"':
                out_ += "\\\"";
                return;
            case '\\':
                out_ += "\\\\";
                return;
            case '\b':
                out_ += "\\b";
                return;
            case '\f':
                out_ += "\\f";
                return;
            case '\n':
                out_ += "\\n";
                return;
            case '\r':
                out_ += "\\r";
                return;
            case '\t':
                out_ += "\\t";
                return;
            default:
                break;
        }
        const auto byte = static_cast<std::uint8_t>(c);
        if (byte < 0x20) {
            out_ += fmt::format("\\u{:04x}", byte);
        } else {
            out_ += c;
        }
    }

    Result<void> array(const json::array& items) {
        out_ += '[';
        for (const json::value& item : items) {
            if (&item != items.begin()) {
                out_ += ',';
            }
            AB_CHECK(value(item));
        }
        out_ += ']';
        return {};
    }

    Result<void> object(const json::object& members) {
        std::vector<const json::key_value_pair*> sorted;
        sorted.reserve(members.size());
        for (const auto& member : members) {
            sorted.push_back(&member);
        }
        std::ranges::sort(sorted, [](const auto* left, const auto* right) {
            return precedes_in_utf16(left->key(), right->key());
        });
        out_ += '{';
        for (const auto* member : sorted) {
            if (member != sorted.front()) {
                out_ += ',';
            }
            AB_CHECK(string(member->key()));
            out_ += ':';
            AB_CHECK(value(member->value()));
        }
        out_ += '}';
        return {};
    }

    std::string out_;
};

}  // namespace

Result<std::string> canonical_json(const boost::json::value& value) {
    Writer writer;
    AB_CHECK(writer.value(value));
    return writer.take();
}

Result<std::string> canonicalise(std::string_view text) {
    AB_TRY(value, parse_json(text));
    return canonical_json(value);
}

}  // namespace accubooks::base
