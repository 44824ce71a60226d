#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace accubooks::net {

/// A refusal that says until when: net::problem tells `retry_at` as a member of its own and the
/// seconds from `now` to there, at least one, as Retry-After. The command line shows it as a field.
base::Error throttled(
    std::string_view code, std::string detail, base::Instant retry_at, base::Instant now
);

}  // namespace accubooks::net
