#pragma once

#include <string_view>

namespace accubooks::base {

/// Whether `text` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing past
/// U+10FFFF).
bool is_utf8(std::string_view text);

/// Whether `text` is well-formed UTF-8 without control characters (C0, DEL, C1), so that it may be
/// stored in a column, shown on a terminal and written to a log line as it is.
bool is_plain_text(std::string_view text);

}  // namespace accubooks::base
