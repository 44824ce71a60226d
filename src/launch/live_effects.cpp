#include "launch/live_effects.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "launch/change_store.h"
#include "launch/incident_store.h"
#include "launch/internal/judging.h"
#include "launch/order.h"
#include "launch/prechecks.h"
#include "launch/snapshot.h"

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;

/// What was recorded is long when another driver has measured for an hour.
constexpr std::chrono::seconds kOpensWithin{8};
/// Judging reads all that was measured, so not each turn.
constexpr std::chrono::milliseconds kJudgesEvery{500};
/// A pre-check that is unclear when its window is over may be waiting for its last requests, and
/// one that is looked at again for the first samples of a driver that has just taken over.
constexpr std::chrono::seconds kLastRequests{10};
/// A database that doesn't take what is measured for so long holds the execution up.
constexpr std::chrono::seconds kUnrecordedMax{5};

/// What can't be recorded holds everything up but the way back. Who was taken over has nothing to
/// say any more.
void note(const Result<void>& written, std::vector<Report>& reports) {
    if (!written && written.error().code != "launch.fenced") {
        reports.emplace_back(RecordingFailed{written.error().detail});
    }
}

bool is_unclear(const CheckOutcome& check) {
    return check.outcome == Outcome::inconclusive;
}

bool is_open_p0(const Incident& incident) {
    return incident.severity == Severity::p0 && incident.is_open();
}

}  // namespace

LiveEffects::LiveEffects(const Parts& parts, const Attempt& attempt)
    : parts_{parts},
      attempt_{attempt},
      recording_{{.ops = parts.observing.ops, .evidence = parts.evidence}, attempt} {}

LiveEffects::~LiveEffects() = default;

Task<std::vector<Report>> LiveEffects::perform(Effect effect, base::Deadline deadline) {
    Reports reports;
    try {
        reports = co_await perform_now(std::move(effect), deadline);
    } catch (const std::exception& failure) {
        tell("an effect of the execution failed and is tried again", failure.what());
    }
    co_return reports;
}

Task<LiveEffects::Reports> LiveEffects::perform_now(Effect effect, base::Deadline deadline) {
    Reports reports;
    if (!observer_) {
        co_await record(recording_.write(now(), base::deadline_in(kOpensWithin)), reports);
        if (unrecorded_since_) {
            co_return reports;  // what was recorded before isn't known yet
        }
        begin();
    }
    Reports more = co_await std::visit(
        [this, deadline](auto& one) { return act(std::move(one), deadline); }, effect
    );
    std::ranges::move(more, std::back_inserter(reports));
    co_return reports;
}

void LiveEffects::begin() {
    const Terms& terms = attempt_.execution.terms;
    observer_.emplace(
        parts_.observing,
        Observed{
            .execution =
                {.change = attempt_.row.change,
                 .revision = attempt_.row.revision,
                 .attempt = attempt_.row.attempt},
            .plan = attempt_.plan,
            .is_rehearsal = terms.is_rehearsal(),
            .instances = terms.instances,
            .smoke_answered =
                Judging{attempt_.plan, attempt_.execution, recording_.measured(), now()}
                    .smoke_answered(),
            .fingerprints = recording_.fingerprints(),
        },
        [this](Measurement measurement) { take(std::move(measurement)); }
    );
    observer_->start();
}

void LiveEffects::take(Measurement measurement) {
    const bool is_dropped = !recording_.take(std::move(measurement));
    if (is_dropped && !is_dropping_) {
        tell(
            "a measurement is dropped, its time isn't covered", "It is too large, or too many wait."
        );
    }
    is_dropping_ = is_dropped;
}

Task<bool> LiveEffects::record(Task<Result<void>> writing, Reports& reports) {
    try {
        const Result<void> written = co_await std::move(writing);
        note(written, reports);
        unrecorded_since_.reset();
        co_return written.has_value();
    } catch (const pg::Failure& failure) {
        const base::Deadline now = base::Deadline::clock::now();
        unrecorded_since_ = unrecorded_since_.value_or(now);
        if (now >= *unrecorded_since_ + kUnrecordedMax) {
            reports.emplace_back(RecordingFailed{failure.what()});
        }
        tell("what is measured isn't recorded and is tried again", failure.what());
        co_return false;
    }
}

Task<bool> LiveEffects::freeze(Reports& reports, base::Deadline deadline) {
    if (!recording_.fingerprints().empty()) {
        co_return true;
    }
    std::vector<Fingerprint> before = co_await observer_->fingerprints(deadline);
    if (are_known(before)) {
        co_return co_await record(recording_.write(std::move(before), deadline), reports);
    }
    std::string unknown;
    for (const Fingerprint& one : before) {
        if (!one.why.empty()) {
            unknown = fmt::format("{}: {}", one.what, one.why);
            break;
        }
    }
    if (unknown != unknown_) {
        tell("nothing is ordered yet: what must stay as it is isn't known", unknown);
        unknown_ = std::move(unknown);
    }
    co_return false;
}

Task<LiveEffects::Reports> LiveEffects::act(LookForP0, base::Deadline deadline) {
    Reports reports;
    pg::Lease lease = co_await parts_.observing.ops.acquire(deadline);
    if (co_await count_open(*lease, Severity::p0, deadline) == 0) {
        co_return reports;
    }
    const std::vector<Incident> all = co_await all_incidents(*lease, deadline);
    const auto first = std::ranges::find_if(all, is_open_p0);
    if (first != all.end()) {
        reports.emplace_back(P0Open{fmt::format(
            "The P0 incident {} is open: “{}”.", incident_name(first->number), first->title
        )});
    }
    co_return reports;
}

Task<LiveEffects::Reports> LiveEffects::act(RunPrechecks, base::Deadline deadline) {
    Reports reports;
    co_await record(recording_.write(now(), deadline), reports);
    const PoolScaling& plan = attempt_.plan.phase1;
    PrechecksDone done;
    {
        pg::Lease lease = co_await parts_.observing.ops.acquire(deadline);
        done.checks =
            co_await look_at_prechecks(*lease, attempt_, recording_.measured(), now(), deadline);
    }
    // What is unclear may only lack the requests of its window.
    const auto waits = std::min<std::chrono::milliseconds>(
        plan.prechecks.deadline / 2, plan.statistics.looks.window + kLastRequests
    );
    const bool may_wait = now() < attempt_.execution.entered_at + waits;
    if (may_wait && std::ranges::any_of(done.checks, is_unclear)) {
        co_return reports;
    }
    // Behind the checks anything may be ordered.
    if (!co_await freeze(reports, deadline)) {
        co_return reports;
    }
    co_await take_snapshot("before", reports, deadline);
    if (reports.empty()) {
        reports.emplace_back(std::move(done));
    }
    co_return reports;
}

Task<LiveEffects::Reports> LiveEffects::act(TakeBaseline effect, base::Deadline deadline) {
    Reports reports;
    co_await record(recording_.write(now(), deadline), reports);
    const Judging judging{attempt_.plan, attempt_.execution, recording_.measured(), now()};
    if (auto taken = judging.baseline(effect)) {
        if (taken->outcome == Outcome::pass) {
            auto checks = co_await check_again(deadline);
            if (!checks) {
                co_return reports;
            }
            taken->checks = *std::move(checks);
        }
        reports.emplace_back(*std::move(taken));
    }
    co_return reports;
}

Task<std::optional<std::vector<CheckOutcome>>> LiveEffects::check_again(base::Deadline deadline) {
    pg::Lease lease = co_await parts_.observing.ops.acquire(deadline);
    auto checks =
        co_await look_at_prechecks(*lease, attempt_, recording_.measured(), now(), deadline);
    const base::Deadline moment = base::Deadline::clock::now();
    if (std::ranges::any_of(checks, is_unclear)) {
        unclear_since_ = unclear_since_.value_or(moment);
        if (moment < *unclear_since_ + kLastRequests) {
            co_return std::nullopt;
        }
    }
    unclear_since_.reset();
    co_return checks;
}

Task<LiveEffects::Reports> LiveEffects::act(PlaceOrder effect, base::Deadline deadline) {
    Reports reports;
    pg::Lease lease = co_await parts_.observing.ops.acquire(deadline);
    if (auto report = co_await place(*lease, attempt_, std::move(effect), deadline)) {
        reports.push_back(*std::move(report));
    }
    co_return reports;
}

Task<LiveEffects::Reports> LiveEffects::act(AskInstances effect, base::Deadline deadline) {
    pg::Lease lease = co_await parts_.observing.ops.acquire(deadline);
    auto answered = co_await ask(*lease, attempt_, effect, deadline);
    co_return answered ? Reports{*std::move(answered)} : Reports{};
}

Task<LiveEffects::Reports> LiveEffects::act(HoldRevision effect, base::Deadline deadline) {
    if (base::Deadline::clock::now() >= hold_at_) {
        pg::Lease lease = co_await parts_.observing.ops.acquire(deadline);
        if (auto lost = co_await hold(*lease, attempt_, effect, deadline)) {
            co_return Reports{*std::move(lost)};
        }
        hold_at_ = base::deadline_in(effect.confirm_within / 6);
    }
    co_return Reports{};
}

Task<LiveEffects::Reports> LiveEffects::act(Measure effect, base::Deadline deadline) {
    Reports reports;
    co_await record(recording_.write(now(), deadline), reports);
    if (base::Deadline::clock::now() < judge_at_) {
        co_return reports;
    }
    judge_at_ = base::deadline_in(kJudgesEvery);
    // One moment for all that is judged.
    const base::Instant moment = now();
    const Judging judging{attempt_.plan, attempt_.execution, recording_.measured(), moment};
    if (auto fired = judging.triggers(effect)) {
        TriggersFired report{fired->verdicts};
        // A trigger goes back even where it can't be written down.
        co_await record(recording_.write(*std::move(fired), deadline), reports);
        reports.emplace_back(std::move(report));
    }
    if (effect.state != ExecutionState::rollback_verify) {
        reports.emplace_back(judging.assessment().silence(effect.since, moment));
    }
    reports.emplace_back(TimeCovered{.state = effect.state, .covered = judging.covered(effect)});
    if (auto reached = judging.verdicts(effect)) {
        VerdictsReached report{.state = effect.state, .verdicts = reached->verdicts};
        co_await record(recording_.write(*std::move(reached), deadline), reports);
        if (!unrecorded_since_) {
            reports.emplace_back(std::move(report));
        }
    }
    if (Evidence* evidence = recording_.evidence()) {
        note(
            co_await evidence->add_captures(
                attempt_.plan, attempt_.execution, judging.assessment(), moment
            ),
            reports
        );
    }
    co_return reports;
}

Task<LiveEffects::Reports> LiveEffects::act(RunSmoke effect, base::Deadline) {
    observer_->run_smoke(effect.requests, effect.concurrency);
    co_return Reports{};
}

Task<LiveEffects::Reports> LiveEffects::act(ProbeBooks, base::Deadline deadline) {
    if (probed_in_ != attempt_.execution.entered_at) {
        co_await observer_->probe_books(deadline);
        probed_in_ = attempt_.execution.entered_at;
    }
    co_return Reports{};
}

Task<LiveEffects::Reports> LiveEffects::act(Finalise effect, base::Deadline deadline) {
    Reports reports;
    const Reading changed = co_await observer_->compare_fingerprints(deadline);
    if (!changed.has_value() || changed.value > 0) {
        reports.emplace_back(FinaliseDone{
            .why = changed.has_value()
                       ? "Something that must stay as it was has another fingerprint."
                       : changed.why
        });
        co_return reports;
    }
    co_await take_snapshot("after", reports, deadline);
    if (reports.empty()) {
        pg::Lease lease = co_await parts_.observing.ops.acquire(deadline);
        reports.emplace_back(co_await confirm(*lease, attempt_, effect.revision, deadline));
    }
    co_return reports;
}

Task<void> LiveEffects::take_snapshot(
    std::string moment, Reports& reports, base::Deadline deadline
) {
    Snapshot snapshot;
    {
        pg::Lease lease = co_await parts_.observing.ops.acquire(deadline);
        snapshot = co_await launch::take_snapshot(*lease, now(), deadline);
    }
    if (observer_) {
        snapshot.fingerprints = texts_of(co_await observer_->fingerprints(deadline));
    }
    note(co_await recording_.write(std::move(moment), std::move(snapshot), deadline), reports);
}

Task<void> LiveEffects::close(base::Deadline deadline) {
    const bool has_ended = is_final(attempt_.execution.state);
    try {
        if (has_ended) {
            // While there is still somebody who can look.
            Reports failed;
            co_await take_snapshot("after", failed, deadline);
        }
    } catch (const std::exception& failure) {
        tell("the execution's evidence has no snapshot behind it", failure.what());
    }
    try {
        if (observer_) {
            co_await observer_->stop();
        }
        if (!has_ended) {
            co_return;
        }
        const auto finished = co_await finish(deadline);
        if (!finished) {
            tell("the execution's evidence isn't finished yet", finished.error().detail);
        }
    } catch (const std::exception& failure) {
        tell("what the execution has under way here doesn't end well", failure.what());
    }
}

Task<Result<void>> LiveEffects::finish(base::Deadline deadline) {
    AB_CO_CHECK(co_await recording_.write(now(), deadline));
    Evidence& evidence = *recording_.evidence();  // it was written to
    if (evidence.is_sealed()) {
        co_return Result<void>{};
    }
    Evidence::Closing closing{
        .ops = parts_.observing.ops,
        .log = parts_.audit_log,
        .producer = parts_.producer,
        .actor = "system",
    };
    co_return co_await evidence.close(closing, now(), deadline);
}

void LiveEffects::tell(std::string_view what, std::string_view why) const {
    const std::string name = execution_name(attempt_.row);
    parts_.observing.log.write(
        telemetry::Level::warning,
        what,
        {telemetry::LogField{"execution", std::string_view{name}},
         telemetry::LogField{"reason", why}}
    );
}

}  // namespace accubooks::launch
