#pragma once

#include <string>
#include <vector>

#include "base/task.h"
#include "ops/setting.h"
#include "ops/sources.h"
#include "pg/connection.h"

namespace accubooks::ops {

/// A setting that a launch plan names. It changes by an approved execution and by nothing else.
struct GovernedSetting {
    std::string key;
    std::string change;  // what to request so that it changes, "phase1"

    friend bool operator==(const GovernedSetting&, const GovernedSetting&) = default;
};

/// Refuses governed settings among `changes`, which are those from the last confirmed values: back
/// to them is always open. Errors: `settings.governed`, saying what to request.
base::Result<void> check_governed(
    const std::vector<GovernedSetting>& governed, const std::vector<Difference>& changes
);

// What follows works as accubooks_ops and throws pg::Failure.

/// Those of the database; none: it is ungoverned.
base::Task<std::vector<GovernedSetting>> governed_settings(
    pg::Connection& connection, base::Deadline deadline
);

/// Takes settings under governance, in place of those before; beside them once somebody may
/// approve here or has. Expects at least one.
base::Task<void> govern(
    pg::Connection& connection, std::vector<GovernedSetting> settings, base::Deadline deadline
);

/// Sets all settings free, for tests and benches. Errors: `settings.stays_governed` once the
/// database holds an approver's key or an approved change.
base::Task<base::Result<void>> lift_governance(pg::Connection& connection, base::Deadline deadline);

}  // namespace accubooks::ops
