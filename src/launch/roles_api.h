#pragma once

#include <functional>

#include "identity/authenticator.h"
#include "identity/directory.h"
#include "launch/roles.h"
#include "net/router.h"

namespace accubooks::launch {

/// What the routes work with; everything outlives the router.
struct RolesApi {
    identity::Authenticator& authenticator;
    identity::Directory& directory;
    Roles& roles;
    const base::Clock& clock;
    /// Called after every recorded statement, before it is answered.
    std::function<base::Task<void>(base::Deadline)> changed;
};

/// /api/v1/launch/roles: who holds which, and what awaits confirmation; and the signed statements
/// that change it. Only who holds a role may look.
void mount_roles(net::Router& router, const RolesApi& api);

}  // namespace accubooks::launch
