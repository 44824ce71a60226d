#pragma once

#include <cstdint>
#include <optional>

#include "launch/assessment.h"
#include "launch/effects.h"
#include "launch/execution.h"
#include "launch/replay.h"

namespace accubooks::launch {

/// What is to be said by `now` of the state that an effect asks about, from what was measured and
/// nothing else. All references must outlive it.
class Judging {
public:
    Judging(
        const Plan& plan,
        const Execution& execution,
        const Measurements& measured,
        base::Instant now
    );
    Judging(const Judging&) = delete;
    Judging& operator=(const Judging&) = delete;

    const Assessment& assessment() const { return assessment_; }

    /// None while its window isn't covered, and a moment longer while it is unclear: it may be
    /// waiting for its last requests.
    std::optional<BaselineTaken> baseline(const TakeBaseline& effect) const;

    /// Those that fire; none when none does. Before the first step and behind the way back there
    /// are none.
    std::optional<VerdictRecord> triggers(const Measure& effect) const;

    Milliseconds covered(const Measure& effect) const;
    /// Of the state's conditions, once it can be judged: its window is covered and the smoke run
    /// answered. A rollback's that aren't good yet are told when there is no time for others.
    std::optional<VerdictRecord> verdicts(const Measure& effect) const;

    /// Requests of the smoke run of this execution.
    std::int64_t smoke_answered() const;

private:
    TimeSpan window(const Measure& effect) const;
    VerdictRecord record(
        const Measure& effect, VerdictKind kind, TimeSpan window, std::vector<Verdict> verdicts
    ) const;

    const Plan& plan_;
    const Execution& execution_;
    const Measurements& measured_;
    base::Instant now_;
    Setting setting_;
    Assessment assessment_;
};

}  // namespace accubooks::launch
