#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace accubooks::interchange {

/// Bytes of the white space character that starts at `at`, 0 where there is none. White space is
/// what hledger takes for it: ASCII's, and Unicode's category Zs (no-break space among them).
inline std::size_t space_length(std::string_view text, std::size_t at) {
    if (at >= text.size()) {
        return 0;
    }
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
    };
    const std::uint8_t first = byte(at);
    if (first < 0x80) {
        return first == ' ' || (first >= '\t' && first <= '\r') ? 1 : 0;
    }
    if (first == 0xC2) {
        return byte(at + 1) == 0xA0 ? 2 : 0;
    }
    if (first == 0xE1) {
        return byte(at + 1) == 0x9A && byte(at + 2) == 0x80 ? 3 : 0;
    }
    if (first == 0xE2) {
        const std::uint8_t second = byte(at + 1);
        const std::uint8_t third = byte(at + 2);
        if (second == 0x80) {
            return (third >= 0x80 && third <= 0x8A) || third == 0xAF ? 3 : 0;
        }
        return second == 0x81 && third == 0x9F ? 3 : 0;
    }
    return first == 0xE3 && byte(at + 1) == 0x80 && byte(at + 2) == 0x80 ? 3 : 0;
}

inline bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Without the white space at both ends.
std::string_view stripped(std::string_view text);

/// A text of an entry stands on one line; one that a file has may not.
std::string on_one_line(std::string_view text);

/// Characters (code points) of `line` before byte `at`, plus one.
std::uint32_t column_of(std::string_view line, std::size_t at);

/// A place in one line, moving forward.
class Cursor {
public:
    explicit Cursor(std::string_view line, std::size_t at = 0) : line_{line}, at_{at} {}

    std::string_view line() const { return line_; }
    std::size_t at() const { return at_; }
    void move_to(std::size_t at) { at_ = at; }
    bool ended() const { return at_ >= line_.size(); }
    /// '\0' at the end: a line holds no NUL, the reader refuses them.
    char peek(std::size_t ahead = 0) const {
        return at_ + ahead < line_.size() ? line_[at_ + ahead] : '\0';
    }
    std::string_view rest() const { return line_.substr(at_); }

    bool take(char c) {
        if (peek() != c) {
            return false;
        }
        ++at_;
        return true;
    }
    bool take(std::string_view word) {
        if (!rest().starts_with(word)) {
            return false;
        }
        at_ += word.size();
        return true;
    }
    /// Whether there was any.
    bool skip_spaces() {
        const std::size_t start = at_;
        while (const std::size_t length = space_length(line_, at_)) {
            at_ += length;
        }
        return at_ != start;
    }

private:
    std::string_view line_;
    std::size_t at_;
};

}  // namespace accubooks::interchange
