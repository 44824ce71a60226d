#pragma once

#include <vector>

#include "base/task.h"
#include "identity/directory.h"
#include "launch/payload.h"
#include "launch/roles.h"

namespace accubooks::launch {

/// Everybody who has a role in the launch now, by role, as a request names them. Throws
/// pg::Failure.
base::Task<std::vector<Stakeholder>> stakeholders(
    Roles& roles, identity::Directory& directory, base::Deadline deadline
);

}  // namespace accubooks::launch
