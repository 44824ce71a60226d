#pragma once

#include "base/clock.h"
#include "base/task.h"
#include "pg/connection.h"

namespace accubooks::pg {

/// Opens a transaction on what belongs to no tenant, for several statements that count together.
/// Connection::commit ends it; a pool rolls back what comes home without. Throws Failure.
base::Task<void> begin(Connection& connection, base::Deadline deadline);

}  // namespace accubooks::pg
