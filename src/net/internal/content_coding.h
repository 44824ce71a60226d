#pragma once

#include <string_view>

namespace accubooks::net {

/// How much a client wants `coding` ("gzip", "br", "identity"), in thousandths, 0 for not at all:
/// what Accept-Encoding says of it, or else of "*" (RFC 9110 §12.5.3). Unnamed, "identity" is 1,
/// since it is always allowed but never what a client that names others hopes for, and any other
/// is 0.
int weight_of(std::string_view coding, std::string_view accept_encoding);

}  // namespace accubooks::net
