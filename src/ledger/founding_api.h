#pragma once

#include "identity/authenticator.h"
#include "identity/tenants.h"
#include "net/router.h"
#include "pg/pool.h"

namespace accubooks::ledger {

/// What the routes work with; everything outlives the router.
struct FoundingApi {
    identity::Authenticator& authenticator;
    identity::Tenants& tenants;
    pg::Pool& pool;
};

/// /api/v1/charts: the ready-made charts; /api/v1/me/tenants: a tenant of one's own that begins
/// with one of them.
void mount_founding(net::Router& router, FoundingApi api);

}  // namespace accubooks::ledger
