#pragma once

#include "base/clock.h"
#include "identity/authenticator.h"
#include "net/router.h"
#include "pg/pool.h"

namespace accubooks::interchange {

/// GET …/export?format=hledger|jsonl: the whole of a tenant's books, streamed. Each export under
/// way keeps a connection and its snapshot, so an instance has few at a time. The references
/// outlive the router.
void mount_export(
    net::Router& router,
    identity::Authenticator& authenticator,
    pg::Pool& pool,
    const base::Clock& clock
);

}  // namespace accubooks::interchange
