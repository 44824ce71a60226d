#pragma once

#include "identity/authenticator.h"
#include "ledger/integrity_watch.h"
#include "net/router.h"

namespace accubooks::ledger {

/// What the route works with; everything outlives the router.
struct IntegrityApi {
    identity::Authenticator& authenticator;
    IntegrityWatch& watch;
};

/// …/integrity: what the watch last saw of a tenant's books, or sees now. For whoever may read the
/// journal.
void mount_integrity(net::Router& router, IntegrityApi api);

}  // namespace accubooks::ledger
