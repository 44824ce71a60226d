#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "launch/assessment.h"
#include "launch/execution.h"
#include "launch/measurement.h"
#include "launch/verdict.h"

namespace accubooks::launch {

// The files of an execution's evidence from which its verdicts can be made again by anybody:
//
//   analysis-plan.json  the canonical plan; of a rehearsal the unscaled one
//   execution.jsonl     one ExecutionEvent a line, in order (launch/execution.h)
//   measurements.jsonl  one Measurement a line, as they were taken (launch/measurement.h)
//   verdicts.jsonl      one VerdictRecord a line, as they were reached
//
// Each line is canonical JSON and ends with a newline.

/// What was judged: a stage at its end, or triggers at a moment.
enum class VerdictKind : std::uint8_t { stage, triggers };

struct VerdictRecord {
    base::Instant at;
    VerdictKind kind{};
    ExecutionState state{};
    TimeSpan window;  // of triggers: from the stage's beginning to the moment
    std::optional<TimeSpan> baseline{};
    base::Instant applied_at;
    /// How many lines of measurements.jsonl were there.
    std::int64_t measurements = 0;
    std::vector<Verdict> verdicts;
};

std::string to_json(const VerdictRecord& record);
/// Errors: `plan.bad_yaml`, `plan.bad_value`, `plan.unknown_key`.
base::Result<VerdictRecord> parse_verdict_record(std::string_view json);

/// Makes the verdicts of a record anew.
std::vector<Verdict> judge_again(
    const Plan& plan,
    const std::vector<std::string>& instances,
    const Measurements& measured,
    const VerdictRecord& record
);

/// The folder itself where it holds one attempt's evidence, or those in it that do, by name.
std::vector<std::filesystem::path> attempts_in(const std::filesystem::path& folder);

/// The events of one attempt, at least one. Errors: `replay.no_file`, `replay.bad_line`.
base::Result<std::vector<ExecutionEvent>> read_history(const std::filesystem::path& folder);

/// What was recorded of an execution, as its files have it.
struct Recorded {
    std::vector<ExecutionEvent> history;
    Measurements measured;
};
/// Errors: `replay.no_file`, `replay.bad_line`.
base::Result<Recorded> read_recorded(const std::filesystem::path& folder);

struct Replayed {
    std::int64_t verdicts = 0;  // records that agree
    std::int64_t measurements = 0;
    ExecutionState state{};  // in which the execution ended
    bool is_rehearsal = false;
};

/// Reads the files of one attempt and makes everything again: the history leads from state to
/// state, the audit log's leaves tell the same history, each recorded verdict comes out as it was
/// recorded, byte for byte, and each stage that the history judged has its record, one that passed
/// a record of as much covered time as it needed; one snapshot is from before the first order and
/// one from behind it, and the manifest tells the time that the measurements cover. Errors:
/// `replay.no_file`, `replay.bad_line` (file and line), `replay.differs` (what, and where),
/// `launch.bad_history`.
base::Result<Replayed> replay_evidence(const std::filesystem::path& folder);

}  // namespace accubooks::launch
