#pragma once

#include <cstddef>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "base/error.h"

namespace accubooks::base {

/// How deep arrays and objects may nest in JSON from outside.
inline constexpr std::size_t kMaxJsonDepth = 32;

/// Reads one JSON text (RFC 8259) strictly: UTF-8, no comments, no trailing commas, nothing behind
/// the value, no member name twice in one object, numbers correctly rounded to the nearest double.
/// Bound the length before the call; memory is a small multiple of it. Errors: `base.bad_json`,
/// naming the byte where the reader gave up.
Result<boost::json::value> parse_json(std::string_view text);

}  // namespace accubooks::base
