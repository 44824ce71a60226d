#pragma once

#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "base/error.h"

namespace accubooks::base {

/// The one byte string of a JSON value, for hashing and signing (RFC 8785, JSON Canonicalization
/// Scheme): members sorted by UTF-16 code units, shortest number form of ECMAScript, minimal
/// escapes. Errors: `base.json_not_canonical` for NaN, infinities and lone surrogates.
Result<std::string> canonical_json(const boost::json::value& value);

/// Parses and canonicalises. Errors: `base.bad_json` (also for duplicate member names, which RFC
/// 8785 forbids), `base.json_not_canonical`.
Result<std::string> canonicalise(std::string_view text);

}  // namespace accubooks::base
