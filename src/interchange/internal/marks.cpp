#include "interchange/internal/marks.h"

#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "base/utf8.h"
#include "interchange/internal/cursor.h"

namespace accubooks::interchange {
namespace {

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '.' ||
           c == '-' || c == '_';
}

void append_encoded(std::string& to, std::string_view text) {
    for (const char c : text) {
        if (is_plain(c)) {
            to += c;
        } else {
            fmt::format_to(std::back_inserter(to), "%{:02X}", static_cast<std::uint8_t>(c));
        }
    }
}

std::optional<int> digit_of(char c) {
    if (is_digit(c)) {
        return c - '0';
    }
    return c >= 'A' && c <= 'F' ? std::optional{c - 'A' + 10} : std::nullopt;
}

/// None where it isn't what append_encoded writes, of a text that a database can hold.
std::optional<std::string> decoded(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (is_plain(text[at])) {
            plain += text[at];
            continue;
        }
        if (text[at] != '%' || at + 2 >= text.size()) {
            return std::nullopt;
        }
        const auto high = digit_of(text[at + 1]);
        const auto low = digit_of(text[at + 2]);
        if (!high || !low || (*high == 0 && *low == 0)) {
            return std::nullopt;
        }
        plain += static_cast<char>(static_cast<std::uint8_t>(*high * 16 + *low));
        at += 2;
    }
    return base::is_utf8(plain) ? std::optional{std::move(plain)} : std::nullopt;
}

std::unexpected<base::Error> bad_mark(std::string_view text) {
    return base::refuse(
        base::ErrorKind::invalid,
        "interchange.bad_mark",
        fmt::format(
            "\"{}\" isn't what an export writes behind `accubooks:`; take the comment out",
            base::printable(text.substr(0, 100))
        )
    );
}

}  // namespace

std::string to_value(const Marks& marks) {
    std::string text;
    for (const auto& [name, value] : marks) {
        text += text.empty() ? "" : "&";
        append_encoded(text, name);
        text += '=';
        append_encoded(text, value);
    }
    return text;
}

std::string to_comment(const Marks& marks) {
    std::string comment{kMarksTag};
    if (!marks.empty()) {
        comment += ": ";
        comment += to_value(marks);
    }
    return comment;
}

base::Result<Marks> parse_marks(std::string_view value) {
    Marks marks;
    while (!value.empty()) {
        const auto pair = value.substr(0, value.find('&'));
        value.remove_prefix(std::min(pair.size() + 1, value.size()));
        const auto equals = std::min(pair.find('='), pair.size());
        const auto name = decoded(pair.substr(0, equals));
        const auto of = decoded(pair.substr(std::min(equals + 1, pair.size())));
        if (equals == pair.size() || !name || !of || !marks.emplace(*name, *of).second) {
            return bad_mark(pair);
        }
    }
    return marks;
}

bool holds_marks(std::string_view line) {
    return line.starts_with(kMarksTag) && line.substr(kMarksTag.size()).starts_with(':');
}

std::string mark_or(const Marks& marks, std::string_view name, std::string otherwise) {
    const auto found = marks.find(name);
    if (found == marks.end()) {
        return otherwise;
    }
    return found->second;
}

base::Result<MarkedComment> split_marks(std::string_view comment) {
    MarkedComment split;
    if (comment.find(kMarksTag) == std::string_view::npos) {
        split.text = comment;
        return split;
    }
    while (!comment.empty()) {
        const auto line = comment.substr(0, comment.find('\n'));
        comment.remove_prefix(std::min(line.size() + 1, comment.size()));
        if (!holds_marks(line)) {
            split.text += split.text.empty() ? "" : "\n";
            split.text += line;
            continue;
        }
        AB_TRY(marks, parse_marks(stripped(line.substr(kMarksTag.size() + 1))));
        split.marks.merge(marks);
    }
    return split;
}

}  // namespace accubooks::interchange
