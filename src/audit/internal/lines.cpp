#include "audit/internal/lines.h"

#include <algorithm>
#include <charconv>

#include "base/base64.h"

namespace accubooks::audit {

std::optional<std::string_view> take_line(std::string_view& text) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

std::optional<std::int64_t> parse_count(std::string_view text) {
    constexpr std::int64_t kMax = (std::int64_t{1} << 53) - 1;  // what JSON carries exactly
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    const bool plain = !text.starts_with('-') && (text == "0" || !text.starts_with('0'));
    return whole && plain && number <= kMax ? std::optional{number} : std::nullopt;
}

std::optional<base::Digest> parse_hash(std::string_view text) {
    base::Digest hash{};
    const auto bytes = base::from_base64(text);
    if (!bytes || bytes->size() != hash.size()) {
        return std::nullopt;
    }
    std::ranges::copy(*bytes, hash.begin());
    return hash;
}

}  // namespace accubooks::audit
