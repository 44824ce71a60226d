#pragma once

#include <functional>

#include "net/router.h"
#include "ops/follower.h"
#include "pg/pool.h"

namespace accubooks::ops {

/// GET /api/health/pool-config, on the operators' listener: what the tenants' pool is set to
/// (`pool`), what the newest revision this instance has seen asks for (`requested`), the limits
/// that hold in fact, which after a shrink or on a full server aren't those yet (`effective`), and
/// since when which revision is in force. All arguments must outlive the router.
void mount_pool_config(net::Router& router, const Follower& follower, const pg::Pool& pool);

}  // namespace accubooks::ops
