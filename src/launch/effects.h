#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "launch/execution.h"

namespace accubooks::launch {

// What an execution asks of the world. The driver's whole loop is: load the events, take the lease,
// and until the state is final
//
//     for (const Effect& effect : todo(plan, execution, now)) {
//         for (const Report& report : co_await effects.perform(effect, deadline)) {
//             // one transaction: lock the execution, read what others added, decide, append the
//             // events with their consequences, commit
//         }
//     }
//
// Each effect says what shall be, not what to do next, so doing it twice is harmless: a driver that
// died in between is replaced by one that asks `todo` again.

/// Evaluate every pre-check of the plan and every condition of the approval. Reports PrechecksDone.
struct RunPrechecks {};
/// Look whether a P0 is open. Reports P0Open when one is.
struct LookForP0 {};
/// Send the synthetic load and measure, from `since` until the window is covered. Reports
/// BaselineTaken once it can be judged, with what must still hold when it passed.
struct TakeBaseline {
    base::Instant since;
    Milliseconds window{};
};
/// Make the values the settings' newest revision, unless this execution's generation already is.
/// Without `confirm_within` they hold for good: the way back. Whoever places must carry the
/// driver's epoch; a database that has seen a higher one refuses. Reports OrderPlaced, or
/// OrderRefused.
struct PlaceOrder {
    Order order;
    std::optional<Milliseconds> confirm_within{};
};
/// Look who runs on the revision. Reports InstancesAnswered, each time.
struct AskInstances {
    std::int64_t generation = 0;
    std::int64_t revision = 0;
};
/// Renew the time after which instances go back by themselves, at least every third of it. Reports
/// HoldLost when that can't be done any more.
struct HoldRevision {
    std::int64_t revision = 0;
    Milliseconds confirm_within{};
};
/// Keep the synthetic load running, sample both sources, record what was measured, and evaluate
/// hard triggers and the state's own conditions that roll back, once something was ordered. Reports
/// TriggersFired when one holds, SourcesSilent, TimeCovered; and VerdictsReached once `window` of
/// covered time (launch/coverage.h, without `pauses`) has passed since `since`. In `paused` there
/// is no verdict; in `rollback_verify` one that isn't good is told at the deadline, since the last
/// `window` counts.
struct Measure {
    ExecutionState state{};
    base::Instant since;
    std::vector<TimeSpan> pauses{};
    Milliseconds window{};
};
/// Send synthetic requests until so many of this execution's are answered. What it found is part of
/// what Measure judges.
struct RunSmoke {
    std::int64_t requests = 0;
    std::int64_t concurrency = 0;
};
/// Check trial balances and that tenants can't see each other; recorded as measurements.
struct ProbeBooks {};
/// Compare fingerprints, confirm the revision for good, write the report and the manifest. Reports
/// FinaliseDone.
struct Finalise {
    std::int64_t revision = 0;
};

using Effect = std::variant<
    LookForP0,
    RunPrechecks,
    TakeBaseline,
    PlaceOrder,
    AskInstances,
    HoldRevision,
    Measure,
    RunSmoke,
    ProbeBooks,
    Finalise>;

/// The world for one driver of one execution.
class Effects {
public:
    /// Expects that it was closed.
    virtual ~Effects() = default;

    /// Does it, or sees that it is done, and tells what came of it; nothing when there is nothing
    /// to tell yet. What fails outside is part of a report or is left out of it, never thrown:
    /// silence runs into the execution's deadlines. Returns by `deadline`.
    virtual base::Task<std::vector<Report>> perform(Effect effect, base::Deadline deadline) = 0;

    /// Ends what is under way: somebody else drives from now on, or the execution has ended. Once.
    virtual base::Task<void> close(base::Deadline deadline) = 0;
};

/// What is to be done in this state; the same until an event says it was done.
std::vector<Effect> todo(const Plan& plan, const Execution& execution, base::Instant now);

/// To be told to the stakeholders; once, in the transaction that appends the event.
struct Announce {
    std::string what;
};
/// To be opened and linked to the execution, likewise.
struct OpenIncident {
    Severity severity{};
    std::string summary;
};
using Consequence = std::variant<Announce, OpenIncident>;

/// What else an event brings with it.
std::vector<Consequence> consequences(const Execution& before, const ExecutionEvent& event);

}  // namespace accubooks::launch
