#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "launch/change_book.h"
#include "launch/incident.h"
#include "pg/pool.h"

namespace accubooks::launch {

/// The incidents of the launch, as people work with them; each call is one transaction on a pool
/// whose connections are accubooks_ops. An open P0 pauses everything: it closes every gate. Calls
/// throw pg::Failure.
class IncidentBook {
public:
    IncidentBook(pg::Pool& ops, const base::Clock& clock, const Plan& plan)
        : ops_{ops}, clock_{clock}, plan_{plan} {}

    /// All of them, oldest first.
    base::Task<std::vector<Incident>> list(base::Deadline deadline);

    /// Errors: `launch.incident_not_found`.
    base::Task<base::Result<Incident>> find(std::int64_t number, base::Deadline deadline);

    /// What somebody has found; number, opener and time of opening are filled in here. Errors:
    /// those of check_opening, `launch.change_not_found`.
    base::Task<base::Result<Written>> open(Actor by, Incident incident, base::Deadline deadline);

    /// Errors: `launch.incident_not_found`, those of check_closing.
    base::Task<base::Result<Written>> close(
        Actor by,
        std::int64_t number,
        IncidentReport report,
        base::Instant resolved_at,
        base::Deadline deadline
    );

    base::Instant now() const { return clock_.now(); }

private:
    pg::Pool& ops_;
    const base::Clock& clock_;
    const Plan& plan_;
};

}  // namespace accubooks::launch
