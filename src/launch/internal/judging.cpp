#include "launch/internal/judging.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace accubooks::launch {
namespace {

/// A baseline that is unclear when its window is over may be waiting for its last requests.
constexpr std::chrono::seconds kLastRequests{10};
/// Before the watch of a rollback is over: how it stands then is how it is judged.
constexpr std::chrono::seconds kLastLook{3};

}  // namespace

Judging::Judging(
    const Plan& plan, const Execution& execution, const Measurements& measured, base::Instant now
)
    : plan_{plan},
      execution_{execution},
      measured_{measured},
      now_{now},
      setting_{
          .instances = execution.terms.instances,
          .baseline = execution.baseline,
          .applied_at = execution.applied_at.value_or(execution.started_at),
      },
      assessment_{plan_, setting_, measured_} {}

std::optional<BaselineTaken> Judging::baseline(const TakeBaseline& effect) const {
    const TimeSpan span{.from = effect.since, .to = now_};
    if (assessment_.covered(span.from, span.to, {}) < effect.window) {
        return std::nullopt;
    }
    BaselineTaken taken = assessment_.baseline(span);
    const bool may_wait = span.to < span.from + effect.window + kLastRequests;
    if (may_wait && taken.outcome == Outcome::inconclusive) {
        return std::nullopt;
    }
    return taken;
}

std::optional<VerdictRecord> Judging::triggers(const Measure& effect) const {
    if (effect.state == ExecutionState::rollback_verify || !execution_.is_touched()) {
        return std::nullopt;
    }
    std::vector<Verdict> fired = assessment_.triggers(effect.state, effect.since, now_);
    if (fired.empty()) {
        return std::nullopt;
    }
    const TimeSpan since{.from = effect.since, .to = now_};
    return record(effect, VerdictKind::triggers, since, std::move(fired));
}

Milliseconds Judging::covered(const Measure& effect) const {
    const TimeSpan span = window(effect);
    return assessment_.covered(span.from, span.to, effect.pauses);
}

std::optional<VerdictRecord> Judging::verdicts(const Measure& effect) const {
    const bool goes_back = effect.state == ExecutionState::rollback_verify;
    const bool is_judged =
        goes_back || (effect.state != ExecutionState::paused && execution_.stage(plan_) != nullptr);
    const bool runs_smoke = effect.state == ExecutionState::synthetic &&
                            smoke_answered() < execution_.smoke_requests(plan_);
    if (!is_judged || runs_smoke || covered(effect) < effect.window) {
        return std::nullopt;
    }
    const TimeSpan span = window(effect);
    std::vector<Verdict> verdicts = assessment_.stage(effect.state, span);
    // Until there is no time left for another.
    const bool is_watched_on = goes_back && now_ + kLastLook < execution_.deadline &&
                               overall(plan_.phase1.rollback.passes, verdicts) != Outcome::pass;
    if (is_watched_on) {
        return std::nullopt;
    }
    return record(effect, VerdictKind::stage, span, std::move(verdicts));
}

std::int64_t Judging::smoke_answered() const {
    return measured_.smoke({.from = execution_.started_at, .to = now_}).requests;
}

TimeSpan Judging::window(const Measure& effect) const {
    TimeSpan span{.from = effect.since, .to = now_};
    if (effect.state == ExecutionState::rollback_verify) {
        // Any stretch of the watch counts in which all is well again.
        const auto stretch = effect.window + 2 * plan_.phase1.statistics.sampling.every;
        span.from = std::max(span.from, span.to + -stretch);
    }
    return span;
}

VerdictRecord Judging::record(
    const Measure& effect, VerdictKind kind, TimeSpan window, std::vector<Verdict> verdicts
) const {
    return {
        .at = now_,
        .kind = kind,
        .state = effect.state,
        .window = window,
        .baseline = setting_.baseline,
        .applied_at = setting_.applied_at,
        .verdicts = std::move(verdicts),
    };
}

}  // namespace accubooks::launch
