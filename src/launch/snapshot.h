#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "ops/instances.h"
#include "ops/revision.h"
#include "pg/connection.h"

namespace accubooks::launch {

/// The system as evidence shows it, before a change touched it and after.
struct Snapshot {
    base::Instant at;
    ops::Revision settings;   // the newest
    ops::Progress instances;  // how each one stands to it
    /// Of what must not change, by name; "not applicable" where there is none.
    std::vector<std::pair<std::string, std::string>> fingerprints{};
};

/// All but the fingerprints, as accubooks_ops. Throws pg::Failure.
base::Task<Snapshot> take_snapshot(
    pg::Connection& connection, base::Instant now, base::Deadline deadline
);

/// Canonical JSON.
std::string to_json(const Snapshot& snapshot);

}  // namespace accubooks::launch
