#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/log.h"
#include "launch/assessment.h"
#include "launch/effects.h"
#include "launch/execution_log.h"
#include "launch/observer.h"
#include "launch/recording.h"

namespace accubooks::launch {

/// The effects of one driver on the real world: orders become revisions of the settings, the
/// observer's measurements are recorded and judged, evidence is written. Works on the observer's
/// lane.
class LiveEffects final : public Effects {
public:
    struct Parts {
        Observer::Parts observing;
        Evidence::Parts evidence;
        audit::Log& audit_log;
        std::string producer;  // the program's version, for the evidence's manifest
    };
    /// `attempt` is followed.
    LiveEffects(const Parts& parts, const Attempt& attempt);
    ~LiveEffects() override;

    base::Task<std::vector<Report>> perform(Effect effect, base::Deadline deadline) override;
    base::Task<void> close(base::Deadline deadline) override;

private:
    using Reports = std::vector<Report>;

    base::Task<Reports> perform_now(Effect effect, base::Deadline deadline);
    /// Begins to measure, behind whoever did so before.
    void begin();

    // Each as launch/effects.h says.
    base::Task<Reports> act(LookForP0 effect, base::Deadline deadline);
    base::Task<Reports> act(RunPrechecks effect, base::Deadline deadline);
    base::Task<Reports> act(TakeBaseline effect, base::Deadline deadline);
    base::Task<Reports> act(PlaceOrder effect, base::Deadline deadline);
    base::Task<Reports> act(AskInstances effect, base::Deadline deadline);
    base::Task<Reports> act(HoldRevision effect, base::Deadline deadline);
    base::Task<Reports> act(Measure effect, base::Deadline deadline);
    base::Task<Reports> act(RunSmoke effect, base::Deadline deadline);
    base::Task<Reports> act(ProbeBooks effect, base::Deadline deadline);
    base::Task<Reports> act(Finalise effect, base::Deadline deadline);

    base::Task<void> take_snapshot(std::string moment, Reports& reports, base::Deadline deadline);
    /// Waits for what is being recorded; whether it is. Reports what can't be, and a database that
    /// is away for longer than a moment.
    base::Task<bool> record(base::Task<base::Result<void>> writing, Reports& reports);
    /// What must hold again behind the baseline; none while something unclear is still waited for.
    base::Task<std::optional<std::vector<CheckOutcome>>> check_again(base::Deadline deadline);
    /// Whether what must stay as it is is recorded.
    base::Task<bool> freeze(Reports& reports, base::Deadline deadline);
    void take(Measurement measurement);
    base::Task<base::Result<void>> finish(base::Deadline deadline);
    void tell(std::string_view what, std::string_view why) const;
    base::Instant now() const { return parts_.observing.clock.now(); }

    Parts parts_;
    const Attempt& attempt_;
    Recording recording_;
    std::optional<Observer> observer_{};
    base::Deadline hold_at_{};                          // the next time
    base::Deadline judge_at_{};                         // likewise
    std::optional<base::Deadline> unrecorded_since_{};  // the database doesn't answer
    std::optional<base::Deadline> unclear_since_{};     // what must hold again
    bool is_dropping_ = false;                          // measurements; told once
    std::string unknown_{};                             // fingerprint, why; likewise
    std::optional<base::Instant> probed_in_{};  // the state in which the books were, by its entry
};

}  // namespace accubooks::launch
