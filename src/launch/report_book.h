#pragma once

#include <string>

#include "base/clock.h"
#include "base/task.h"
#include "launch/change_book.h"
#include "launch/report_store.h"
#include "pg/pool.h"

namespace accubooks::launch {

/// Post-change reports, as people read and sign them. A signed one closes the revision, and with a
/// success opens the gate of the next phase. Works on a pool whose connections are accubooks_ops.
/// Calls throw pg::Failure.
class ReportBook {
public:
    ReportBook(pg::Pool& ops, const base::Clock& clock) : ops_{ops}, clock_{clock} {}

    /// Of the change's newest execution that has one. Errors: `launch.no_report`.
    base::Task<base::Result<StoredReport>> find(std::int64_t change, base::Deadline deadline);

    /// Takes in the lead's signature under the report of the change's newest execution. Errors:
    /// those of open_statement, report_statement_of and decide(SignReport);
    /// `launch.no_report`, `launch.other_report` for another one than that,
    /// `launch.rehearsal_report`, `launch.change_not_found`, `identity.idempotency_conflict`.
    base::Task<base::Result<Written>> sign(
        Actor by, std::int64_t change, std::string envelope, base::Deadline deadline
    );

    base::Instant now() const { return clock_.now(); }

private:
    pg::Pool& ops_;
    const base::Clock& clock_;
};

/// What is known about a report besides its bytes: one JSON object.
std::string report_json(const StoredReport& report, base::Instant now);

}  // namespace accubooks::launch
