#pragma once

#include "base/clock.h"
#include "base/digest.h"
#include "base/task.h"
#include "pg/connection.h"

namespace accubooks::launch {

// SHA-256 of what the database's catalogs say, a line a thing, sorted by bytes. Everybody may read
// them; who changes anything there changes the sum. Both throw pg::Failure.

/// Tables, columns, constraints, indexes, triggers, views and functions of our schemas.
base::Task<base::Digest> schema_fingerprint(pg::Connection& connection, base::Deadline deadline);

/// Who may do what: our roles with their attributes and members, owners, grants on schemas,
/// relations, columns, functions and the database, defaults of grants, row security and its
/// policies, and functions that work as their owner.
base::Task<base::Digest> security_fingerprint(pg::Connection& connection, base::Deadline deadline);

}  // namespace accubooks::launch
