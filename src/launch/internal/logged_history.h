#pragma once

#include <filesystem>
#include <vector>

#include "base/error.h"
#include "launch/execution.h"

namespace accubooks::launch {

/// Whether the audit log, as the evidence has it (log/leaves.jsonl), tells the same history: each
/// event is a leaf of its own, in order, and no leaf tells of another. Nothing to compare while the
/// evidence isn't finished. Errors: `replay.bad_line`, `replay.differs`.
base::Result<void> check_logged(
    const std::filesystem::path& folder, const std::vector<ExecutionEvent>& history
);

}  // namespace accubooks::launch
