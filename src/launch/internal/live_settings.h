#pragma once

#include <cstdint>

#include "base/task.h"
#include "ops/setting.h"
#include "pg/connection.h"

namespace accubooks::launch {

/// The live settings and the revision of theirs that is newest.
struct LiveSettings {
    std::int64_t revision = 0;
    ops::Values values;
};
/// As accubooks_ops, on a database that a program serves from. Throws pg::Failure.
base::Task<LiveSettings> live_settings(pg::Connection& connection, base::Deadline deadline);

}  // namespace accubooks::launch
