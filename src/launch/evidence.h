#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/disk.h"
#include "audit/log.h"
#include "base/clock.h"
#include "base/task.h"
#include "launch/assessment.h"
#include "launch/execution.h"
#include "launch/payload.h"
#include "launch/snapshot.h"
#include "pg/pool.h"

namespace accubooks::launch {

/// "CHG-0001/rev/2/attempt/1": the object of every act of the audit log that is of an execution.
/// Those of the change itself are of "CHG-0001/rev/2".
std::string execution_object(const Terms& terms);

/// Where an attempt's evidence lies, below the setting `launch.directory`:
/// "evidence/phase1_pool_scaling/CHG-0001-2-1-rehearsal".
std::filesystem::path evidence_folder(const Plan& plan, PhaseName phase, const Terms& terms);

/// What grows as it happens, a canonical JSON object a line (launch/replay.h). Each line is in the
/// database before it is in a file, under the same number from 1, so that whoever takes the
/// execution over goes on with the file, or makes it anew on another machine.
enum class Lines : std::uint8_t { events, measurements, verdicts };

/// The evidence of one attempt, written as it happens (docs/evidence-format.md). One driver at a
/// time has it; one that was slow to notice that it is no longer the driver does no harm.
///
/// Files are written on the thread of `disk`; one call at a time. What can't be written, on a full
/// disk first of all, is `launch.evidence_not_written`: the execution must not go on as if it were,
/// and the call can be made again once there is room. Every call may also refuse as
/// audit::BundleWriter does.
class Evidence {
public:
    struct Parts {
        audit::Disk& disk;
        std::filesystem::path directory;  // the setting launch.directory
        std::string writer;               // "a, boot 0195…, build 1.0.0": who captured a file
    };
    /// Makes the folder with plan and payload in it, or goes on with what is there, also when it is
    /// finished. `payload` are the approved bytes, whose digest the terms have. Errors also:
    /// `launch.bad_payload`.
    static base::Task<base::Result<Evidence>> open(
        Parts parts, Terms terms, std::string payload, base::Instant now
    );
    ~Evidence();
    Evidence(Evidence&&) noexcept;
    Evidence& operator=(Evidence&&) noexcept;

    const std::filesystem::path& folder() const;

    /// Nothing is missing any more but perhaps the seal; what is added then is passed over.
    bool is_finished() const;
    /// Nothing is left to be done.
    bool is_sealed() const;

    /// How many lines are there.
    std::int64_t lines(Lines of) const;
    /// Adds lines from number `first` on, at most lines(of) + 1; those that are there are passed
    /// over.
    base::Task<base::Result<void>> append(
        Lines of, std::int64_t first, std::vector<std::string> lines
    );

    /// `moment` is "before", taken before the first order, or "after". The first one stays.
    base::Task<base::Result<void>> add_snapshot(
        std::string moment, Snapshot snapshot, base::Instant now
    );

    /// What is due of launch/captures.h and isn't there yet. `plan` is the scaled one of a
    /// rehearsal, `assessment` is made of all that was measured by `now`.
    base::Task<base::Result<void>> add_captures(
        const Plan& plan,
        const Execution& execution,
        const Assessment& assessment,
        base::Instant now
    );

    /// What should be there and isn't, for the manifest.
    void add_missing(std::string what, std::string reason);

    /// What closing needs, besides the files.
    struct Closing {
        pg::Pool& ops;
        audit::Log& log;
        std::string producer;  // the program's version
        std::string actor;     // of the sealing act
    };
    /// After the last event, whatever the end was: adds what the database holds about the attempt
    /// (decisions, incidents, notices, the acts of the log with their proofs), the post-change
    /// report and the manifest, and seals it in the log. May be called until it succeeds, by any
    /// instance that has all lines. Errors besides: `audit.not_in_time` while something isn't
    /// signed yet, those of audit::Log; `launch.log_reopened` for good, with the report made but
    /// nothing sealed, where no one log tells of the whole attempt. Throws pg::Failure.
    base::Task<base::Result<void>> close(
        const Closing& closing, base::Instant now, base::Deadline deadline
    );

    struct State;  // of the files that implement it

private:
    base::Task<base::Result<void>> finish(
        const Closing& closing, base::Instant now, base::Deadline deadline
    );
    base::Task<base::Result<void>> seal(
        const Closing& closing, base::Instant now, base::Deadline deadline
    );
    explicit Evidence(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace accubooks::launch
