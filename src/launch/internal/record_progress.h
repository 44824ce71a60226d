#pragma once

#include <cstdint>
#include <vector>

#include "base/task.h"
#include "launch/record.h"
#include "pg/connection.h"

namespace accubooks::launch {

/// Where a change's executions stand, and their reports, for its record. Works as accubooks_ops and
/// throws pg::Failure.
base::Task<std::vector<RecordSources::Progress>> progress_of(
    pg::Connection& connection, std::int64_t change, base::Deadline deadline
);

}  // namespace accubooks::launch
