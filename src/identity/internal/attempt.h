#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "base/task.h"
#include "identity/attempt_limiter.h"

namespace accubooks::identity {

/// Takes one attempt at a password and waits as long as it must. `account` and `peer` outlive the
/// call. Errors: `identity.too_many_attempts`, with when the next attempt is free.
base::Task<base::Result<void>> take_attempt(
    AttemptLimiter& limiter,
    std::string_view account,
    std::string_view peer,
    const base::Clock& clock,
    base::Deadline deadline
);

}  // namespace accubooks::identity
