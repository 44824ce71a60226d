#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace accubooks::base {

/// Reads a time in UTC as `to_rfc3339` writes it, or with fewer digits behind the point, or without
/// one: "2026-01-31T09:30:00Z". Errors: `base.bad_time`.
Result<Instant> parse_rfc3339(std::string_view text);

}  // namespace accubooks::base
