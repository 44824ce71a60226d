#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace accubooks::net {

constexpr std::size_t kQueryParametersMax = 64;

/// Percent-decodes one piece of a request target (RFC 3986 §2.1). Errors: `http.bad_target` for '%'
/// without two hexadecimal digits, and for what isn't plain UTF-8 text then: a NUL or an escape has
/// no business in an address.
base::Result<std::string> percent_decode(std::string_view encoded);

/// "a=1&b=x+y" as names and values, decoded, '+' as a space; a name alone has an empty value.
/// Errors: `http.bad_target`, also for more than kQueryParametersMax of them.
base::Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);

/// A request target (RFC 9112 §3.2) taken apart, still encoded; views into what was given.
struct Target {
    std::string_view authority;  // of the absolute form, else empty
    std::string_view path;       // starts with '/'
    std::string_view query;      // without the '?'
};

/// Reads origin form ("/path?query") and absolute form ("http://host/path"). Errors:
/// `http.bad_target`, also for a fragment, for "*" and for what CONNECT sends.
base::Result<Target> parse_target(std::string_view target);

}  // namespace accubooks::net
