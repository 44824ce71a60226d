#include "launch/markdown.h"

#include <algorithm>

#include "base/utf8.h"

namespace accubooks::launch {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// What may be part of an element wherever it stands.
bool is_special(char c) {
    return std::string_view{R"(\`*{}[]<#|~&!$^@)"}.contains(c);
}

/// Whether a "www" of any case ends `before`: with a dot, GitHub makes a link of it.
bool ends_in_www(std::string_view before) {
    return before.size() >= 3 && std::ranges::all_of(before.substr(before.size() - 3), [](char c) {
               return c == 'w' || c == 'W';
           });
}

bool needs_escape(std::string_view text, std::size_t at) {
    const char c = text[at];
    const std::string_view before = text.substr(0, at);
    const std::string_view behind = text.substr(at + 1);
    if (is_special(c)) {
        return true;
    }
    if (c == '_') {  // inside a word it is only a character
        return before.empty() || behind.empty() || !is_word(before.back()) ||
               !is_word(behind.front());
    }
    if (c == '-' || c == '+' || c == '=' || c == '>') {
        return before.empty();  // a list, a rule, the underline of a heading, a quotation
    }
    if (c == '.' || c == ')') {
        const bool numbers_an_item = !before.empty() && std::ranges::all_of(before, is_digit) &&
                                     (behind.empty() || behind.front() == ' ');
        return numbers_an_item || (c == '.' && ends_in_www(before));
    }
    return c == ':' && behind.starts_with("//");
}

}  // namespace

std::string markdown(std::string_view text) {
    std::string plain = base::printable(text);
    const auto first = plain.find_first_not_of(' ');  // four of them would start a block of code
    plain.erase(0, std::min(first, plain.size()));
    std::string escaped;
    escaped.reserve(plain.size() + plain.size() / 8);
    for (std::size_t at = 0; at < plain.size(); ++at) {
        if (needs_escape(plain, at)) {
            escaped += '\\';
        }
        escaped += plain[at];
    }
    return escaped;
}

std::string markdown_code(std::string_view text) {
    const std::string plain = base::printable(text);
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char c : plain) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const std::string fence(longest + 1, '`');
    // The spaces are taken off again by the reader; with them, backticks at the ends are content.
    const std::string pad = longest > 0 || plain.empty() ? " " : "";
    return fence + pad + plain + pad + fence;
}

}  // namespace accubooks::launch
