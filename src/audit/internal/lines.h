#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/digest.h"

namespace accubooks::audit {

/// The next line of `text`, which it takes away with its LF; none when no line is whole any more.
std::optional<std::string_view> take_line(std::string_view& text);

/// A number as the formats of C2SP write it: decimal digits, no leading zero, at most 2^53 − 1.
std::optional<std::int64_t> parse_count(std::string_view text);

/// A SHA-256 value in base64.
std::optional<base::Digest> parse_hash(std::string_view text);

}  // namespace accubooks::audit
