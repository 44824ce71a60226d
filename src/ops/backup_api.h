#pragma once

#include "net/router.h"
#include "pg/pool.h"

namespace accubooks::ops {

/// GET /api/health/backup, on the operators' listener: the last backup and the last check of one,
/// the last good ones, the last restore, whether every moment since can be restored, and how the
/// server's archiver does; null is unknown. The pool must outlive the router.
void mount_backup_state(net::Router& router, pg::Pool& operations);

}  // namespace accubooks::ops
