#pragma once

#include <functional>
#include <string>

#include "audit/log.h"
#include "base/clock.h"
#include "net/router.h"
#include "pg/pool.h"

namespace accubooks::audit {

/// What the routes of the audit log work with; all of it outlives the router.
struct LogApi {
    /// Who sends a request, as an actor, when they may see the log.
    using Admit = std::function<base::Task<base::Result<std::string>>(const net::Request&)>;
    /// Anchors the ledgers' heads for that actor.
    using Anchor =
        std::function<base::Task<base::Result<Included>>(std::string actor, base::Deadline)>;

    pg::Pool& ops;
    const base::Clock& clock;
    Admit admit;
    Anchor anchor;
};

/// /api/v1/launch/audit…
void mount_audit(net::Router& router, const LogApi& api);

}  // namespace accubooks::audit
