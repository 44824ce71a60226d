#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace accubooks::base {

/// Whether `text` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing past
/// U+10FFFF).
bool is_utf8(std::string_view text);

/// Whether `text` is well-formed UTF-8 that shows what it holds: without control characters (C0,
/// DEL, C1), line and paragraph separators (U+2028, U+2029), and the marks that turn the direction
/// of writing for what follows (U+202A to U+202E, U+2066 to U+2069), with which "100.00" can be
/// made to look like another amount (Unicode UTS #55, "Trojan Source"). So it may be stored in a
/// column, shown on a terminal and written to a log line as it is. Letters of every script pass,
/// and so do the marks that stand for one letter's direction (U+200E, U+200F, U+061C), which
/// Hebrew and Arabic texts need.
bool is_plain_text(std::string_view text);

/// How many characters (code points) a well-formed text has: limits that people are told count
/// these.
std::size_t characters_in(std::string_view text);

/// How many bytes at the front of `text` are well-formed UTF-8.
std::size_t utf8_prefix(std::string_view text);

/// `text` fit for a terminal: what would act there instead of being seen is written out. These are
/// control characters (`\x1b`, `\u009b`), the marks that reorder text or break lines (`\u202e`,
/// `\u2028`), and bytes that aren't UTF-8 (`\xff`). For people alone: it can't be read back.
std::string printable(std::string_view text);

}  // namespace accubooks::base
