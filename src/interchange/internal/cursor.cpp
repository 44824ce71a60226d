#include "interchange/internal/cursor.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/utf8.h"
#include "interchange/internal/refusal.h"

namespace accubooks::interchange {

std::string_view stripped(std::string_view text) {
    std::size_t start = 0;
    while (const std::size_t length = space_length(text, start)) {
        start += length;
    }
    std::size_t end = text.size();
    while (end > start) {
        // A white space character has one to three bytes; only a whole one counts.
        std::size_t cut = 0;
        for (std::size_t length = 1; length <= 3 && start + length <= end; ++length) {
            if (space_length(text.substr(0, end), end - length) == length) {
                cut = length;
                break;
            }
        }
        if (cut == 0) {
            break;
        }
        end -= cut;
    }
    return text.substr(start, end - start);
}

std::string on_one_line(std::string_view text) {
    std::string line;
    line.reserve(text.size());
    bool is_breaking = false;
    for (const char letter : text) {
        const bool is_break = letter == '\n' || letter == '\r' || letter == '\t';
        if (!is_break) {
            line += letter;
        } else if (!is_breaking) {
            line += ' ';
        }
        is_breaking = is_break;
    }
    return line;
}

std::uint32_t column_of(std::string_view line, std::size_t at) {
    const auto before = line.substr(0, std::min(at, line.size()));
    return static_cast<std::uint32_t>(base::characters_in(before)) + 1;
}

std::string shown(std::string_view text) {
    constexpr std::size_t kShown = 60;
    const bool cut = text.size() > kShown;
    if (cut) {
        std::size_t end = kShown;
        while (end > 0 && (static_cast<std::uint8_t>(text[end]) & 0xC0U) == 0x80U) {
            --end;
        }
        text = text.substr(0, end);
    }
    return fmt::format("\"{}{}\"", base::printable(text), cut ? "…" : "");
}

}  // namespace accubooks::interchange
