#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "launch/evidence.h"
#include "launch/execution_log.h"
#include "launch/fingerprint.h"
#include "launch/measurement.h"
#include "launch/replay.h"
#include "pg/pool.h"

namespace accubooks::launch {

/// What one driver writes down of an execution: each measurement and verdict is a line in the
/// database, under the driver's epoch, before it counts or is in a file of evidence. A driver that
/// takes over reads the lines and goes on with the next.
///
/// Errors of all calls: `launch.fenced` when another driver has taken the execution over; then
/// nothing was written. `launch.evidence_not_written` and as Evidence does when the files are
/// behind the database; the next call goes on there. Calls throw pg::Failure; what wasn't written
/// then is with the next call. One lane.
class Recording {
public:
    struct Parts {
        pg::Pool& ops;  // connections are accubooks_ops
        Evidence::Parts evidence;
    };
    /// `attempt` is followed.
    Recording(Parts parts, const Attempt& attempt);

    /// Keeps a measurement for the next `write`. One that is larger than a line of the record, or
    /// comes past a bound, is dropped, which leaves time uncovered; whether it was kept.
    bool take(Measurement measurement);

    /// Writes events of the attempt and what was taken.
    base::Task<base::Result<void>> write(base::Instant now, base::Deadline deadline);
    /// Writes a record of verdicts; its count of measurements is filled in here.
    base::Task<base::Result<void>> write(VerdictRecord record, base::Deadline deadline);
    base::Task<base::Result<void>> write(
        std::string moment, Snapshot snapshot, base::Deadline deadline
    );

    /// Records what must stay as it is before anything is touched; the first ones stay. Expects
    /// that they are known.
    base::Task<base::Result<void>> write(std::vector<Fingerprint> before, base::Deadline deadline);

    /// None while nothing was touched.
    const std::vector<Fingerprint>& fingerprints() const { return fingerprints_; }
    /// What is recorded, and no more: from it alone anything is judged.
    const Measurements& measured() const { return measured_; }
    /// None while its folder can't be opened.
    Evidence* evidence() { return evidence_ ? &*evidence_ : nullptr; }

private:
    base::Task<base::Result<void>> read_on(base::Deadline deadline);
    base::Result<void> take_in(EvidenceFile file, const std::string& line);
    base::Task<base::Result<void>> add(
        EvidenceFile file, std::vector<std::string> lines, base::Deadline deadline
    );
    base::Task<base::Result<void>> open_evidence(base::Instant now, base::Deadline deadline);
    base::Task<base::Result<void>> write_evidence(base::Instant now, base::Deadline deadline);
    std::int64_t& count_of(EvidenceFile file);

    Parts parts_;
    /// With its line.
    struct Taken {
        Measurement measurement;
        std::string line;
    };

    const Attempt& attempt_;
    std::deque<Taken> taken_;
    Measurements measured_;
    std::vector<Fingerprint> fingerprints_;
    std::array<std::int64_t, 3> counts_{};  // lines in the database, by file
    bool is_unsure_ = true;                 // of how many lines those are
    std::optional<Evidence> evidence_;
};

}  // namespace accubooks::launch
