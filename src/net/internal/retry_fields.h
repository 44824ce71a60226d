#pragma once

#include <string_view>

namespace accubooks::net {

/// How net::throttled says until when, in an error's fields; no JSON pointer and no parameter has
/// such a name.
inline constexpr std::string_view kRetryAt = "retry_at";
inline constexpr std::string_view kRetryAfter = "retry_after";

}  // namespace accubooks::net
