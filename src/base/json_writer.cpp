#include "base/json_writer.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/error.h"

namespace accubooks::base {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kHex = "0123456789abcdef";

struct CodePoint {
    std::size_t length = 0;  // bytes; 0: not UTF-8
    std::uint32_t value = 0;
};

bool continues(char byte) {
    return (static_cast<std::uint8_t>(byte) & 0xC0U) == 0x80U;
}

// The code point at the front of a text whose first byte isn't ASCII (RFC 3629).
CodePoint decode_front(std::string_view text) {
    const auto lead = static_cast<std::uint8_t>(text[0]);
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) {
        return {};
    }
    std::uint32_t value = lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if (!continues(text[i])) {
            return {};
        }
        value = (value << 6U) | (static_cast<std::uint8_t>(text[i]) & 0x3FU);
    }
    const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (overlong || surrogate || value > 0x10FFFF) {
        return {};
    }
    return {.length = length, .value = value};
}

void append_escape(std::string& out, std::uint32_t unit) {
    const std::array<char, 6> escape{
        '\\',
        'u',
        kHex[(unit >> 12U) & 0xFU],
        kHex[(unit >> 8U) & 0xFU],
        kHex[(unit >> 4U) & 0xFU],
        kHex[unit & 0xFU],
    };
    out.append(escape.data(), escape.size());
}

void append_ascii_escape(std::string& out, char byte) {
    switch (byte) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            append_escape(out, static_cast<std::uint8_t>(byte));
    }
}

bool is_harmless(char byte) {
    const auto code = static_cast<std::uint8_t>(byte);
    return code >= 0x20 && code < 0x7F && byte != '"' && byte != '\\';
}

bool is_dangerous(std::uint32_t code_point) {
    return code_point <= 0x9F || code_point == 0x2028 || code_point == 0x2029;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t kept = 0;  // everything before it is already in `out`
    std::size_t at = 0;
    const auto flush = [&] { out.append(text.substr(kept, at - kept)); };
    while (at < text.size()) {
        if (is_harmless(text[at])) {
            ++at;
            continue;
        }
        if (static_cast<std::uint8_t>(text[at]) < 0x80) {
            flush();
            append_ascii_escape(out, text[at]);
            kept = ++at;
            continue;
        }
        const CodePoint code_point = decode_front(text.substr(at));
        if (code_point.length != 0 && !is_dangerous(code_point.value)) {
            at += code_point.length;
            continue;
        }
        flush();
        if (code_point.length == 0) {
            out += kReplacement;
            ++at;
        } else {
            append_escape(out, code_point.value);
            at += code_point.length;
        }
        kept = at;
    }
    flush();
    out += '"';
}

JsonWriter& JsonWriter::begin_object() {
    return open('{');
}
JsonWriter& JsonWriter::end_object() {
    return close('{', '}');
}
JsonWriter& JsonWriter::begin_array() {
    return open('[');
}
JsonWriter& JsonWriter::end_array() {
    return close('[', ']');
}

JsonWriter& JsonWriter::key(std::string_view name) {
    ensure(!open_.empty() && open_.back() == '{', "only an object has members");
    ensure(out_.back() != ':', "the member before it has its value");
    if (out_.back() != '{') {
        out_ += ',';
    }
    append_json_string(out_, name);
    out_ += ':';
    return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
    before_value();
    append_json_string(out_, text);
    return *this;
}

JsonWriter& JsonWriter::value(std::nullptr_t) {
    return literal("null");
}

std::string JsonWriter::take() && {
    ensure(open_.empty() && !out_.empty(), "a value is taken when it is complete");
    return std::move(out_);
}

void JsonWriter::before_value() {
    if (open_.empty()) {
        ensure(out_.empty(), "a text is one value");
    } else if (open_.back() == '{') {
        ensure(out_.back() == ':', "a member's value follows its key");
    } else if (out_.back() != '[') {
        out_ += ',';
    }
}

JsonWriter& JsonWriter::open(char bracket) {
    before_value();
    open_ += bracket;
    out_ += bracket;
    return *this;
}

JsonWriter& JsonWriter::close(char opened, char bracket) {
    ensure(!open_.empty() && open_.back() == opened, "brackets match");
    ensure(out_.back() != ':', "every member has its value");
    open_.pop_back();
    out_ += bracket;
    return *this;
}

JsonWriter& JsonWriter::literal(std::string_view text) {
    before_value();
    out_ += text;
    return *this;
}

namespace {

template <class T>
void append_number(std::string& out, T number) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

}  // namespace

JsonWriter& JsonWriter::signed_number(std::int64_t number) {
    before_value();
    append_number(out_, number);
    return *this;
}

JsonWriter& JsonWriter::unsigned_number(std::uint64_t number) {
    before_value();
    append_number(out_, number);
    return *this;
}

}  // namespace accubooks::base
