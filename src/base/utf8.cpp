#include "base/utf8.h"

#include <cstdint>

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

template <class Refuses>
bool every_sequence(std::string_view text, Refuses refuses) {
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        if (length == 0 || refuses(text.substr(0, length))) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

}  // namespace

bool is_utf8(std::string_view text) {
    return every_sequence(text, [](std::string_view) { return false; });
}

bool is_plain_text(std::string_view text) {
    return every_sequence(text, is_control);
}

}  // namespace accubooks::base
