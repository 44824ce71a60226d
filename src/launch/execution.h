#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "launch/plan.h"
#include "launch/verdict.h"

namespace accubooks::launch {

// One try to carry an approved change out: its life as a machine without I/O. Events are what
// happened and are never refused once recorded; `decide` alone refuses; `evolve` replays; `todo`
// says what is to be done and says the same again after a crash. Effects are in
// launch/effects.h.
//
//   precheck → baseline → (apply → soak)* → apply → immediate → synthetic → sustained → finalise
//   → succeeded; from every state before, the way back is rolling_back → rollback_verify →
//   rolled_back, or cancelled while nothing was touched. Each state has a deadline.

/// What drives a history written by this version. One of another version is held, not driven on.
inline constexpr std::int64_t kEngineVersion = 1;

enum class ExecutionState : std::uint8_t {
    precheck,
    baseline,
    apply,      // a step's values are ordered; every instance must acknowledge them
    soak,       // between two steps
    immediate,  // the plan's stages
    synthetic,
    sustained,
    finalise,         // the values are confirmed, the report is written
    paused,           // the values hold; measuring and triggers go on
    rolling_back,     // the prior values are ordered
    rollback_verify,  // watched
    rollback_failed,  // an instance didn't go back: a P0, retried until it does or a person
                      // resolves
    succeeded,
    rolled_back,
    rehearsed,  // a rehearsal went through and the prior values are back
    cancelled,  // nothing was touched
    failed_manual,
};
std::string_view to_string(ExecutionState state);
bool is_final(ExecutionState state);

/// What people, or what was measured, want; it only rises, but for a pause that ends.
enum class Intent : std::uint8_t { none, pause, rollback, abort };
std::string_view to_string(Intent intent);

/// Why a state was entered.
enum class Cause : std::uint8_t {
    progress,
    check_failed,
    verdict_failed,
    inconclusive,  // and no extension is left
    hard_trigger,
    deadline,
    no_data,
    divergence,  // an instance refused, is missing or is one too many
    person,
    rehearsal_over,
    other_engine,
    not_recorded,  // evidence can't be written
    incident,      // a P0 is open
};
std::string_view to_string(Cause cause);

/// A rehearsal is so many times faster, at the least.
inline constexpr std::int64_t kRehearsalScaleLeast = 2;

/// What was approved and is carried out; it never changes.
struct Terms {
    std::string change;
    std::int64_t revision = 0;
    std::int64_t attempt = 0;
    std::string digest;           // of the approved payload, hexadecimal
    std::int64_t time_scale = 1;  // above 1: a rehearsal
    std::vector<std::string> instances;
    std::vector<SettingValue> prior;               // what is brought back
    std::optional<std::string> override_window{};  // the reason, where the window is passed over

    bool is_rehearsal() const { return time_scale > 1; }
};

/// A time, from inclusive to exclusive.
struct TimeSpan {
    base::Instant from;
    base::Instant to;
};

/// Values that every instance should run on. Generations rise within an execution; the settings'
/// own revision is another number, known once it was placed.
struct Order {
    std::int64_t generation = 0;
    std::vector<SettingValue> values;
};

/// An instance runs on a generation.
struct Acknowledgement {
    std::string instance;
    base::Uuid boot_id;
    std::int64_t generation = 0;
    std::int64_t pool_max = 0;  // in effect
};

/// Of one pre-check.
struct CheckOutcome {
    std::string check;
    Outcome outcome{};
    std::string why;
};

// ── Events ──────────────────────────────────────────────────────────────────────────────────────

struct ExecutionStarted {
    static constexpr std::string_view kKind = "started";
    base::Instant at;
    base::Instant deadline;
    std::int64_t engine_version = 0;
    std::int64_t epoch = 0;
    Terms terms;
    std::optional<TimeSpan> baseline{};  // taken before
};
/// Another driver goes on.
struct Claimed {
    static constexpr std::string_view kKind = "claimed";
    base::Instant at;
    std::int64_t epoch = 0;
    std::string holder;
    std::int64_t engine_version = 0;
};
/// What every pre-check came to; and once more, behind the baseline, those that rest on no
/// requests.
struct Checked {
    static constexpr std::string_view kKind = "checked";
    base::Instant at;
    std::vector<CheckOutcome> checks;
};
struct Entered {
    static constexpr std::string_view kKind = "entered";
    base::Instant at;
    base::Instant deadline;
    ExecutionState state{};
    Cause cause{};
    std::string why;
    std::int64_t step = 0;                    // of the apply
    std::optional<Order> order{};             // what is to be placed from now on
    std::optional<base::Instant> retry_at{};  // of a rollback that failed
};
/// The ordered values are a revision of the settings.
struct Placed {
    static constexpr std::string_view kKind = "placed";
    base::Instant at;
    std::int64_t generation = 0;
    std::int64_t revision = 0;
};
struct Acknowledged {
    static constexpr std::string_view kKind = "acknowledged";
    base::Instant at;
    Acknowledgement by;
};
struct BaselineFrozen {
    static constexpr std::string_view kKind = "baseline_frozen";
    base::Instant at;
    TimeSpan span;
};
/// The state goes on longer: the stage by another window, the smoke run to its next level, a failed
/// rollback to its next try.
struct Extended {
    static constexpr std::string_view kKind = "extended";
    base::Instant at;
    base::Instant deadline;
    ExecutionState state{};
    std::string why;
    std::optional<base::Instant> retry_at{};  // of a rollback that failed
};
struct StageJudged {
    static constexpr std::string_view kKind = "judged";
    base::Instant at;
    ExecutionState state{};
    Outcome outcome{};
    std::vector<Verdict> verdicts;
};
/// The outside source is silent: it goes on with the instances' own word, and isn't finalised.
struct SourceLost {
    static constexpr std::string_view kKind = "source_lost";
    base::Instant at;
    Milliseconds silent{};
};
/// Both sources are heard again.
struct SourceBack {
    static constexpr std::string_view kKind = "source_back";
    base::Instant at;
};
/// A hard trigger fired; the same transaction enters rolling_back.
struct Triggered {
    static constexpr std::string_view kKind = "triggered";
    base::Instant at;
    std::vector<Verdict> fired;
};
struct IntentRaised {
    static constexpr std::string_view kKind = "intent_raised";
    base::Instant at;
    Intent intent{};
    std::string by;
    std::string why;
};
struct Resumed {
    static constexpr std::string_view kKind = "resumed";
    base::Instant at;
    base::Instant deadline;  // of the state that goes on
    std::string by;
    std::string why;
};

using ExecutionEvent = std::variant<
    ExecutionStarted,
    Claimed,
    Checked,
    Entered,
    Placed,
    Acknowledged,
    BaselineFrozen,
    Extended,
    StageJudged,
    SourceLost,
    SourceBack,
    Triggered,
    IntentRaised,
    Resumed>;

base::Instant at(const ExecutionEvent& event);

/// One canonical JSON object (RFC 8785), as it is stored and logged.
std::string to_json(const ExecutionEvent& event);
/// Errors: `plan.bad_yaml`, `plan.bad_value`, `plan.unknown_key`.
base::Result<ExecutionEvent> parse_execution_event(std::string_view json);

// ── ExecutionState
// ───────────────────────────────────────────────────────────────────────────────────────

struct Execution {
    Terms terms;
    ExecutionState state = ExecutionState::precheck;
    Intent intent = Intent::none;
    std::int64_t engine_version = 0;
    std::int64_t epoch = 0;
    base::Instant started_at;
    base::Instant last_at;     // of the last event; time never goes back behind it
    base::Instant entered_at;  // of the present state; a pause doesn't change it
    base::Instant deadline;
    std::int64_t step = 0;
    std::int64_t extensions = 0;         // of the present state
    std::vector<CheckOutcome> checks{};  // once all are known; as they were before the baseline
    std::optional<TimeSpan> baseline{};
    std::optional<base::Instant> applied_at{};              // when the first value was ordered
    std::optional<Order> order{};                           // the newest
    std::optional<std::int64_t> placed{};                   // its revision of the settings
    std::vector<Acknowledgement> acknowledged{};            // of the newest order, one an instance
    ExecutionState paused_from = ExecutionState::precheck;  // while paused
    base::Instant paused_at;
    base::Instant deadline_when_paused;
    std::vector<TimeSpan> pauses{};    // within the present state
    Cause cause = Cause::progress;     // of the present state
    Cause way_back = Cause::progress;  // why it rolls back, once it does
    bool has_failed_rollback = false;  // once, at any time
    std::string why;                   // likewise
    std::optional<base::Instant> retry_at{};
    bool is_on_one_source = false;    // the outside is silent
    bool has_lost_source = false;     // once, at any time
    std::optional<Outcome> judged{};  // what was said of the present state last

    /// Something was ordered that differs from the prior values.
    bool is_touched() const { return order.has_value(); }
    /// New values are in force, or may be.
    bool is_holding() const { return is_touched() && state <= ExecutionState::paused; }
    bool is_rolling_back() const;
    /// The stage whose conditions count now, through a pause; none outside of the three.
    const Stage* stage(const Plan& plan) const;
    /// Covered time that the present state needs, with its extensions.
    Milliseconds window(const Plan& plan) const;
    /// Requests that the smoke run should reach now.
    std::int64_t smoke_requests(const Plan& plan) const;
};

/// The state after an event.
Execution evolve(Execution execution, const ExecutionEvent& event);
/// Why `decide` can't have written this event behind that state; none when it can. `evolve` stops
/// the process for those; whoever replays a history from elsewhere asks first.
std::optional<std::string> contradiction(const Execution& execution, const ExecutionEvent& event);
/// The state after a history, which begins with ExecutionStarted. Errors: `launch.bad_history`.
base::Result<Execution> replay(const std::vector<ExecutionEvent>& history);

// ── What comes in ───────────────────────────────────────────────────────────────────────────────

/// Those of the plan, and others that must pass too: the conditions of the approval.
struct PrechecksDone {
    std::vector<CheckOutcome> checks;
};
struct BaselineTaken {
    Outcome outcome{};  // inconclusive asks for an extension
    TimeSpan span;
    std::string why;
    /// Looked at again where it passed, since the first step comes next: the pre-checks that rest
    /// on no requests, and whatever else must pass.
    std::vector<CheckOutcome> checks{};
};
/// A P0 is open; which.
struct P0Open {
    std::string why;
};
struct OrderPlaced {
    std::int64_t generation = 0;
    std::int64_t revision = 0;
};
/// The values can't become a revision; why.
struct OrderRefused {
    std::int64_t generation = 0;
    std::string why;
};
/// The placed values aren't the newest any more, were confirmed by somebody else, or went back;
/// why.
struct HoldLost {
    std::string why;
};
/// What instances say to the newest order.
struct InstancesAnswered {
    std::int64_t generation = 0;
    std::vector<Acknowledgement> acknowledged{};
    std::vector<std::string> refused{};  // instance and why
    std::vector<std::string> live{};     // every instance that is seen
};
/// So much time of the state counts as measured.
struct TimeCovered {
    ExecutionState state{};
    Milliseconds covered{};
};
struct VerdictsReached {
    ExecutionState state{};
    std::vector<Verdict> verdicts;
};
/// Hard triggers, or conditions of the stage that roll back, which hold.
struct TriggersFired {
    std::vector<Verdict> fired;
};
/// How long nothing was heard: of an instance (the one longest silent), and of the outside source.
struct SourcesSilent {
    Milliseconds inside{};
    Milliseconds outside{};
};
/// The values are confirmed for good and the report is written, or why not.
struct FinaliseDone {
    bool is_done = false;
    std::string why{};
};
/// Evidence can't be written; nothing goes on before it can.
struct RecordingFailed {
    std::string why;
};
struct TimePassed {};

using Report = std::variant<
    PrechecksDone,
    BaselineTaken,
    P0Open,
    OrderPlaced,
    OrderRefused,
    HoldLost,
    InstancesAnswered,
    TimeCovered,
    VerdictsReached,
    TriggersFired,
    SourcesSilent,
    FinaliseDone,
    RecordingFailed,
    TimePassed>;

/// A person's act; rights were checked before, whoever is named has the role.
struct Person {
    std::string name;
    RoleName role{};
};
struct Raise {
    Intent intent{};
    Person by;
    std::string why;
};
struct Resume {
    Person by;
    std::string why;
    bool is_p0_open = false;
    bool had_p0 = false;  // since the start
};
/// A failed rollback was ended by hand; the words say how.
struct Resolve {
    Person by;
    std::string why;
};
using Act = std::variant<Raise, Resume, Resolve>;

using Events = std::vector<ExecutionEvent>;

/// The first event. `deadline`s and windows come from `plan`, which for a rehearsal is
/// rehearsal_of(plan).
Events start(
    const Plan& plan,
    Terms terms,
    std::optional<TimeSpan> baseline,
    std::int64_t epoch,
    base::Instant now
);

/// What a driver's report leads to; nothing when it came too late to matter. Errors:
/// `launch.fenced` when `epoch` isn't the execution's.
base::Result<Events> decide(
    const Plan& plan,
    const Execution& execution,
    const Report& report,
    std::int64_t epoch,
    base::Instant now
);

/// What a person's act leads to. Errors: `launch.ended`, `launch.no_right`, `launch.intent_falls`,
/// `launch.not_paused`, `launch.rolls_back`, `launch.p0_open`, `launch.executive_resumes`,
/// `launch.nothing_failed`, `launch.reason_missing`.
base::Result<Events> decide(
    const Plan& plan, const Execution& execution, const Act& act, base::Instant now
);

/// By hand, the end of an execution that nothing can drive any more: out where nothing was touched,
/// else failed_manual, which is a P0; the instances go back by themselves when nobody holds the
/// values. Errors: `launch.ended`.
base::Result<Events> give_up(
    const Execution& execution, const Person& by, std::string_view why, base::Instant now
);

/// A driver takes over with the next epoch. One that runs another version of the engine holds it.
/// Errors: `launch.ended`, `launch.fenced` when the epoch isn't higher.
base::Result<Events> take_over(
    const Plan& plan,
    const Execution& execution,
    std::int64_t epoch,
    std::string holder,
    base::Instant now
);

}  // namespace accubooks::launch
