#pragma once

#include "identity/authenticator.h"
#include "net/router.h"
#include "pg/pool.h"

namespace accubooks::reports {

/// …/reports/trial-balance?from=D&to=D, as JSON or, where Accept asks for text/csv, as CSV. What it
/// is given outlives the router.
void mount_reports(net::Router& router, identity::Authenticator& authenticator, pg::Pool& pool);

}  // namespace accubooks::reports
