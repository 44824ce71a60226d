#pragma once

#include "console/console.h"
#include "identity/authenticator.h"
#include "identity/operators.h"
#include "launch/roles.h"
#include "net/event_stream.h"
#include "net/router.h"

namespace accubooks::console {

/// What the routes work with; everything outlives the router.
struct ConsoleApi {
    identity::Authenticator& authenticator;
    identity::Operators& operators;
    launch::Roles& launch_roles;
    const base::Clock& clock;
    net::StreamCap& streams;
    const Console& console;
};

/// /api/v1/ops: how this instance does and what it knows of the others; …/ops/events: the same each
/// second, server-sent. For operators and for who holds a role in the launch; no role in a tenant
/// opens it. Errors besides those of Authenticator::person: `console.no_operator`,
/// `console.no_sample_yet`.
void mount_console(net::Router& router, const ConsoleApi& api);

}  // namespace accubooks::console
