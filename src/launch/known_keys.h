#pragma once

#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/personal_keys.h"
#include "launch/signed_statement.h"

namespace accubooks::launch {

/// All keys that a person ever enrolled, in that order. Throws pg::Failure.
base::Task<std::vector<KnownKey>> known_keys(
    identity::PersonalKeys& keys, base::Uuid person, base::Deadline deadline
);

}  // namespace accubooks::launch
