#pragma once

#include <optional>
#include <vector>

#include "base/task.h"
#include "identity/directory.h"
#include "launch/payload.h"
#include "launch/roles.h"
#include "pg/connection.h"

namespace accubooks::launch {

/// Everybody who has a role in the launch now, by role, as a request names them. Throws
/// pg::Failure.
base::Task<std::vector<Stakeholder>> stakeholders(
    Roles& roles, identity::Directory& directory, base::Deadline deadline
);

/// The revision that an event is about.
struct RevisionName {
    std::int64_t change = 0;
    std::int64_t revision = 0;
};
/// Whom of these roles something is told: whom the revision names, since a start asks for their
/// receipts, and who holds a role by now. Without names. Works as accubooks_ops in the caller's
/// transaction and throws pg::Failure.
base::Task<std::vector<Stakeholder>> recipients_of(
    pg::Connection& connection,
    std::optional<RevisionName> about,
    std::vector<RoleName> roles,
    base::Deadline deadline
);

}  // namespace accubooks::launch
