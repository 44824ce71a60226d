#pragma once

#include "base/task.h"
#include "launch/internal/observing.h"
#include "launch/internal/processor_time.h"

namespace accubooks::launch {

/// Facts of the database and of the launch that one look at the database shows:
/// `longest_lock_wait`, `replication_lag`, `database_cpu`, `backup_age`, `acknowledgement_age`,
/// `open_p0`, `instance_divergence`. Each is looked at by itself: what fails is that fact's
/// provider_error.
base::Task<void> look_at_database(
    Observing& observing, DatabaseProcessor& processor, base::Deadline deadline
);

}  // namespace accubooks::launch
