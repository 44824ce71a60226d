#pragma once

#include <span>
#include <vector>

#include "base/clock.h"
#include "launch/execution.h"

namespace accubooks::launch {

// The clock of covered minutes: only time in which a source was heard counts, so a silence, a
// restart or a step of the wall clock lengthens a stage instead of shortening what was seen.

/// The times between two samples that follow each other within `gap`. `samples` are in the order in
/// which they were taken; one that isn't later than all before it (the clock was set back) counts
/// for nothing.
std::vector<TimeSpan> covered(std::span<const base::Instant> samples, Milliseconds gap);

/// The parts that are in both; spans of one list are in order and don't overlap.
std::vector<TimeSpan> in_both(std::span<const TimeSpan> left, std::span<const TimeSpan> right);

/// The parts of `of` that are in none of `except`.
std::vector<TimeSpan> without(std::span<const TimeSpan> of, std::span<const TimeSpan> except);

Milliseconds length(std::span<const TimeSpan> spans);

}  // namespace accubooks::launch
