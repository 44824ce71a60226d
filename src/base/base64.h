#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace accubooks::base {

/// Base64 (RFC 4648 §4): the usual alphabet, padded, no line breaks.
std::string to_base64(std::span<const std::uint8_t> bytes);
std::string to_base64(std::string_view bytes);

/// The bytes of a base64 text. Strict, so that each byte string has one text: padding is required,
/// unused bits are zero, nothing else stands in between. Errors: `base.bad_base64`.
Result<std::string> from_base64(std::string_view text);

}  // namespace accubooks::base
