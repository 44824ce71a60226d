#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/ids.h"
#include "launch/decision.h"
#include "launch/judgement.h"
#include "launch/plan.h"
#include "launch/role_name.h"

namespace accubooks::launch {

// The life of a change request: a state machine without I/O, driven by recorded events. What is
// asked for is judged by `decide` alone; `evolve` replays; `due` says what time has done.

/// Where a revision stands.
enum class State : std::uint8_t {
    draft,
    in_review,
    approved,
    executing,
    completed,      // succeeded; its report isn't signed yet
    rolled_back,    // likewise
    failed_manual,  // a rollback failed; a person settled it
    rejected,
    deferred,
    withdrawn,
    expired,     // the approval's time is over
    revoked,     // an approver took the approval back
    superseded,  // a later revision took its place
    stale,       // the live settings aren't those that were approved from
    closed,      // the report is signed
};
std::string_view to_string(State state);
/// Whether nothing can become of a revision in this state any more.
bool is_final(State state);
/// Whether a new revision may take its place: nothing of it runs or ran.
bool may_be_edited(State state);

/// Who asks, with what they are in the launch at this moment.
struct Participant {
    base::Uuid user{};
    std::string name;
    std::set<RoleName> roles{};

    bool has(RoleName role) const { return roles.contains(role); }
};

/// The rules of approval, as they stand in the payload itself and are signed with it.
struct Policy {
    std::int64_t quorum = 1;
    RoleName approver = RoleName::executive_operator;
    std::vector<std::string> sentences{};  // one of them, exactly
    std::chrono::seconds approval_valid{0};

    friend bool operator==(const Policy&, const Policy&) = default;
};

struct GivenApproval {
    base::Uuid approver{};
    std::string key_id;
    base::Instant at{};
    base::Instant not_before{};
    base::Instant expires_at{};
    std::vector<Condition> conditions{};
};

struct Revision {
    std::int64_t number = 0;
    base::Digest digest{};    // of the payload's bytes
    base::Digest baseline{};  // of the live settings that the payload starts from
    Policy policy{};
    base::Uuid author{};
    base::Instant made_at{};
    State state = State::draft;
    bool is_rehearsed = false;   // what runs, or ran last, is a rehearsal
    bool has_succeeded = false;  // executed, and kept
    std::vector<GivenApproval> approvals{};
    std::optional<base::Instant> earliest{};        // not approved sooner, from a deferral before
    std::optional<base::Instant> deferred_until{};  // of its own deferral
};

struct Change {
    std::int64_t number = 0;
    PhaseName phase = PhaseName::phase1;
    std::vector<Revision> revisions;  // by number, from 1
    std::set<base::Uuid> authors{};   // of any revision: none of them approves
    std::int64_t events = 0;          // how many made it

    const Revision& newest() const { return revisions.back(); }
    /// Null when there is none of that number.
    const Revision* revision(std::int64_t number) const;
};

// Events: what happened, with its time. Each is about the revision that it names.

/// A revision was written; one before it that wasn't at its end is superseded, approvals and all.
struct Drafted {
    std::int64_t revision = 0;
    base::Digest digest{};
    base::Digest baseline{};
    Policy policy{};
    base::Uuid author{};
    std::optional<base::Instant> earliest{};
};
struct Submitted {
    std::int64_t revision = 0;
};
/// A signed decision was taken in.
struct Decided {
    Decision decision;
};
struct Withdrawn {
    std::int64_t revision = 0;
    std::string reason;
};
struct Expired {
    std::int64_t revision = 0;
};
struct WentStale {
    std::int64_t revision = 0;
    base::Digest found{};  // of the live settings
};
/// The execution began; or its rehearsal, which leaves the approval as it is.
struct Started {
    std::int64_t revision = 0;
    std::int64_t attempt = 0;
    bool is_rehearsal = false;
    std::string override_reason;  // why outside the window; empty inside
};
enum class Ending : std::uint8_t { completed, rolled_back, failed_manual, cancelled, rehearsed };
std::string_view to_string(Ending ending);
struct Ended {
    std::int64_t revision = 0;
    Ending ending = Ending::completed;
};
/// The post-change report was signed by the lead.
struct Reported {
    std::int64_t revision = 0;
    base::Digest report{};
};

using Happening = std::
    variant<Drafted, Submitted, Decided, Withdrawn, Expired, WentStale, Started, Ended, Reported>;

struct Event {
    base::Instant at{};
    Happening what;
};
/// "drafted", as the table and the interface name it.
std::string_view name_of(const Happening& what);
std::int64_t revision_of(const Happening& what);

// What somebody asks for.

/// A new revision, whose payload's bytes have this digest.
struct Draft {
    Participant by;
    base::Digest digest{};
    base::Digest baseline{};
    Policy policy{};
};
/// Puts the newest draft to review. `missing` are the plan's queries that had no data.
struct Submit {
    Participant by;
    std::vector<std::string> missing{};
};
/// Takes a decision in, whose signature was found good over these very bytes (launch/signed.h).
struct Decide {
    Participant by;
    Decision decision;
    base::Digest live{};  // of the live settings now
};
struct Withdraw {
    Participant by;
    std::string reason;
};
/// What must be known to start.
struct Ground {
    base::Digest live{};  // settings
    base::Digest wanted_build{};
    base::Digest found_build{};
    std::set<std::string> wanted_instances{};
    std::set<std::string> live_instances{};
    std::vector<Judged> conditions{};
    std::vector<std::string> untold{};  // stakeholders without a receipt of the approval notice
    std::int64_t open_p0 = 0;
    std::int64_t open_p1 = 0;
    std::int64_t rehearsals = 0;    // of this revision that ended as they should
    bool is_gate_open = false;      // every phase before ended in success, reports signed
    bool was_log_reopened = false;  // since the revision was made
    bool is_in_window = false;
};
struct Start {
    Participant by;
    bool is_rehearsal = false;
    std::string override_reason;  // to start outside the window
    Ground ground;
    std::int64_t attempt = 1;
};

/// The lead's signature under the post-change report of the revision's execution.
struct SignReport {
    Participant by;
    std::int64_t revision = 0;
    base::Uuid signer{};  // whom the statement names
    base::Digest report{};
};

/// The event that answers a request, or the guard that refuses it: its code is the guard's name,
/// the detail says what would satisfy it. Expects that nothing is `due`.
///
/// Errors: `launch.role_missing`, `launch.revision_is_live`, `launch.nothing_drafted`,
/// `launch.query_without_data`, `launch.not_in_review`, `launch.not_approved`,
/// `launch.other_change`, `launch.other_revision`, `launch.not_the_approver`,
/// `launch.author_cannot_approve`, `launch.one_person_two_roles`, `launch.wrong_sentence`,
/// `launch.reason_missing`, `launch.approval_expired`, `launch.approval_too_long`,
/// `launch.approved_before`, `launch.deferred_until`, `launch.baseline_moved`, `launch.not_yours`,
/// and of a start those of check_ground.
base::Result<Event> decide(const Change& change, const Draft& command, base::Instant now);
base::Result<Event> decide(const Change& change, const Submit& command, base::Instant now);
base::Result<Event> decide(const Change& change, const Decide& command, base::Instant now);
base::Result<Event> decide(const Change& change, const Withdraw& command, base::Instant now);
base::Result<Event> decide(const Change& change, const Start& command, base::Instant now);
/// Errors: `launch.role_missing`, `launch.one_person_two_roles`, `launch.not_the_signer`,
/// `launch.nothing_to_report`.
base::Result<Event> decide(const Change& change, const SignReport& command, base::Instant now);

/// Whether a start finds everything as it must be. A rehearsal ignores the window and needs no
/// rehearsal before it. Errors: `launch.incident_open`, `launch.phase_gate_closed`,
/// `launch.build_differs`, `launch.instances_differ`, `launch.condition_unmet`,
/// `launch.notice_undelivered`, `launch.rollback_unrehearsed`, `launch.outside_window`.
base::Result<void> check_ground(const Start& command);

/// The state after `event`. A history that `decide` and `due` could not have written stops the
/// process.
Change evolve(Change change, const Event& event);

/// What time or the live settings have done to the change and nobody has recorded yet: an approval
/// is over, or the settings moved away under it. None when nothing.
std::optional<Event> due(const Change& change, base::Digest live, base::Instant now);

/// What its approvers attached, all of it.
std::vector<Condition> conditions_of(const Revision& revision);

/// Whether a reason is one that the log keeps: 10 to 1000 bytes on one line. `act` names in the
/// refusal what needs it. Errors: `launch.reason_missing`.
base::Result<void> check_reason(std::string_view reason, std::string_view act);

/// Whether a phase may begin: those that it needs have ended in success and their reports are
/// signed, and no P0 is open.
bool is_gate_open(
    const Plan& plan, PhaseName phase, const std::vector<Change>& changes, std::int64_t open_p0
);

/// The phases that ended in success, with their reports signed.
std::set<PhaseName> succeeded_phases(const std::vector<Change>& changes);

/// Who is told of an event. Everybody with a role hears of everything but drafts, and of a start
/// and an end by the execution's own events (launch/effects.h).
std::vector<RoleName> told_of(const Happening& what);

}  // namespace accubooks::launch
