#include "base/utf8.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

namespace accubooks::base {

namespace {

/// Length of the well-formed sequence at the front of `text` (Unicode 15, table 3-7), 0 when there
/// is none.
std::size_t sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const auto continues = [&](std::size_t i) {
        return i < text.size() && (byte(i) & 0xC0U) == 0x80U;
    };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return continues(1) ? 2 : 0;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        if (!continues(1) || !continues(2)) {
            return 0;
        }
        const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
        return overlong || surrogate ? 0 : 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (!continues(1) || !continues(2) || !continues(3)) {
            return 0;
        }
        const bool overlong = lead == 0xF0 && byte(1) < 0x90;
        const bool past_the_end = lead == 0xF4 && byte(1) >= 0x90;
        return overlong || past_the_end ? 0 : 4;
    }
    return 0;
}

bool is_control(std::string_view sequence) {
    const auto first = static_cast<std::uint8_t>(sequence[0]);
    if (sequence.size() == 1) {
        return first < 0x20 || first == 0x7F;
    }
    return first == 0xC2 && static_cast<std::uint8_t>(sequence[1]) < 0xA0;  // U+0080 to U+009F
}

/// The code point of a well-formed sequence.
std::uint32_t code_point(std::string_view sequence) {
    constexpr std::uint8_t kLeadBits[] = {0x7F, 0x1F, 0x0F, 0x07};
    std::uint32_t point =
        static_cast<std::uint8_t>(sequence[0]) & unsigned{kLeadBits[sequence.size() - 1]};
    for (const char byte : sequence.substr(1)) {
        point = (point << 6U) | (static_cast<std::uint8_t>(byte) & 0x3FU);
    }
    return point;
}

/// What turns the direction of writing for whatever follows (UAX #9: embeddings, overrides,
/// isolates), and the two separators that some terminals take for the end of a line.
bool turns_or_breaks(std::uint32_t point) {
    return (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

/// Marks that have a direction and no shape.
bool is_direction_mark(std::uint32_t point) {
    return point == 0x061C || point == 0x200E || point == 0x200F;
}

/// Bytes at the front of `text` that are well-formed and nothing that `refuses`.
template <class Refuses>
std::size_t accepted_prefix(std::string_view text, Refuses refuses) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t length = sequence_length(text.substr(at));
        if (length == 0 || refuses(text.substr(at, length))) {
            break;
        }
        at += length;
    }
    return at;
}

}  // namespace

bool is_utf8(std::string_view text) {
    return utf8_prefix(text) == text.size();
}

bool is_plain_text(std::string_view text) {
    const auto refuses = [](std::string_view sequence) {
        return is_control(sequence) || turns_or_breaks(code_point(sequence));
    };
    return accepted_prefix(text, refuses) == text.size();
}

std::size_t characters_in(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
        return (static_cast<std::uint8_t>(c) & 0xC0U) != 0x80U;  // continuation bytes begin none
    }));
}

std::size_t utf8_prefix(std::string_view text) {
    return accepted_prefix(text, [](std::string_view) { return false; });
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        if (length == 0) {
            out += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text[0]));
            text.remove_prefix(1);
            continue;
        }
        const std::string_view sequence = text.substr(0, length);
        const std::uint32_t point = code_point(sequence);
        if (is_control(sequence)) {
            out += length == 1 ? fmt::format("\\x{:02x}", point) : fmt::format("\\u{:04x}", point);
        } else if (turns_or_breaks(point) || is_direction_mark(point)) {
            out += fmt::format("\\u{:04x}", point);
        } else {
            out += sequence;
        }
        text.remove_prefix(length);
    }
    return out;
}

}  // namespace accubooks::base
