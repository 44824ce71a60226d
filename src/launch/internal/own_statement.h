#pragma once

#include <string>

#include "base/clock.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/personal_keys.h"
#include "launch/signed_statement.h"

namespace accubooks::launch {

/// What one of the person's enrolled keys signed. Errors: those of open_statement.
base::Task<base::Result<SignedStatement>> open_own_statement(
    identity::PersonalKeys& keys, base::Uuid person, std::string envelope, base::Deadline deadline
);

/// Whether it was signed just now, give or take ten minutes for a clock that is wrong. Errors:
/// `launch.signed_too_long_ago`.
base::Result<void> check_signed_lately(base::Instant signed_at, base::Instant now);

}  // namespace accubooks::launch
