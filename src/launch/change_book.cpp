#include "launch/change_book.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/utf8.h"
#include "launch/change_json.h"
#include "launch/change_log.h"
#include "launch/change_notice.h"
#include "launch/guides.h"
#include "launch/incident_store.h"
#include "launch/internal/live_settings.h"
#include "launch/internal/record_progress.h"
#include "launch/internal/written.h"
#include "launch/quoted_audit.h"
#include "ops/revision_store.h"

namespace accubooks::launch {
namespace {

using base::ErrorKind;
using base::Result;
using base::Task;

/// Whether the change starts where the plan says.
Result<void> check_from(const Plan& plan, const ops::Values& live) {
    for (const SettingChange& change : plan.phase1.change) {
        const auto found = live.find(change.setting);
        if (found == live.end() || found->second != ops::Value{change.from}) {
            return base::refuse(
                ErrorKind::conflict,
                "launch.other_baseline",
                fmt::format(
                    "The plan takes {} from {} to {}, but it is {} now.",
                    change.setting,
                    change.from,
                    change.to,
                    found == live.end() ? "unknown" : ops::to_string(found->second)
                )
            );
        }
    }
    return {};
}

std::vector<SettingChange> way_back(const std::vector<SettingChange>& changes) {
    std::vector<SettingChange> back;
    back.reserve(changes.size());
    for (const SettingChange& change : changes) {
        back.push_back({.setting = change.setting, .from = change.to, .to = change.from});
    }
    return back;
}

Policy policy_of(const Plan& plan) {
    return {
        .quorum = plan.approval.quorum,
        .approver = plan.approval.approver,
        .sentences = plan.approval.phase1_sentences,
        .approval_valid =
            std::chrono::duration_cast<std::chrono::seconds>(plan.approval.expires_after),
    };
}

/// What nobody could judge the change by, since no request was let through.
std::vector<std::string> without_data(const LoadSeen& load) {
    return load.requests > 0 ? std::vector<std::string>{}
                             : std::vector<std::string>{"error_rate", "latency_p95"};
}

Result<void> check_note(std::string_view note) {
    if (note.size() > kStatementTextMax || !base::is_plain_text(note)) {
        return base::refuse(
            ErrorKind::invalid,
            "launch.bad_note",
            fmt::format("A note has up to {} bytes of plain text on one line.", kStatementTextMax)
        );
    }
    return {};
}

/// The open change of a phase, if the newest isn't closed.
const Change* open_change(const std::vector<Change>& changes, PhaseName phase) {
    for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
        if (change->phase == phase) {
            return change->newest().state == State::closed ? nullptr : &*change;
        }
    }
    return nullptr;
}

/// What is in review or approved is only replaced when that is asked for.
Result<void> check_replaced(const Change& change, bool replaces) {
    const Revision& newest = change.newest();
    if (replaces || is_final(newest.state) || newest.state == State::draft ||
        !may_be_edited(newest.state)) {
        return {};
    }
    return base::refuse(
        ErrorKind::conflict,
        "launch.revision_is_live",
        fmt::format(
            "Revision {} of {} is {} already; ask for a new revision, which voids what was "
            "decided about it.",
            newest.number,
            change_name(change.number),
            to_string(newest.state)
        )
    );
}

/// Whether the same people have the same parts, whatever they are called by now.
bool are_same_people(const std::vector<Stakeholder>& draft, const std::vector<Stakeholder>& now) {
    return std::ranges::equal(draft, now, [](const Stakeholder& one, const Stakeholder& other) {
        return one.role == other.role && one.user == other.user;
    });
}

/// A draft that a rejection left is put to review as it is while nothing has moved since.
bool may_be_submitted(const Payload& draft, const Payload& now) {
    return draft.note == now.note && draft.baseline() == now.baseline() &&
           draft.build == now.build && draft.instances == now.instances &&
           are_same_people(draft.stakeholders, now.stakeholders) && draft.policy == now.policy &&
           draft.guides == now.guides && digest_of(draft.plan) == digest_of(now.plan);
}

}  // namespace

/// One write: everything of it commits, or nothing does.
struct ChangeBook::Open {
    pg::Lease lease;
    Change change{.revisions = {}};
    base::Digest live{};
    std::vector<base::Uuid> acts{};

    pg::Connection& connection() const { return *lease; }

    Task<void> happen(
        Event event, std::string actor, std::string envelope, base::Deadline deadline
    ) {
        const base::Uuid act = co_await append(
            *lease, change, std::move(event), std::move(actor), std::move(envelope), deadline
        );
        acts.push_back(act);
    }

    /// How the change stands is the answer.
    Task<Written> finish(const Actor& by, int status, base::Deadline deadline) {
        Written written{.status = status, .body = standing_json(change), .acts = acts};
        co_return co_await keep_and_commit(*lease, by, std::move(written), deadline);
    }
};

Task<ChangeBook::Open> ChangeBook::open(std::int64_t change, base::Deadline deadline) {
    Open open{.lease = co_await parts_.ops.acquire(deadline)};
    co_await begin_for(open.connection(), change, deadline);
    if (change > 0) {
        auto loaded = co_await load_change(open.connection(), change, deadline);
        if (loaded) {
            open.change = *std::move(loaded);
        }
    }
    const LiveSettings settings = co_await live_settings(open.connection(), deadline);
    open.live = digest_of(settings.values);
    co_return open;
}

/// Records what is due; a transaction of its own, so that it stays when what follows is refused.
Task<void> ChangeBook::settle(std::int64_t number, base::Deadline deadline) {
    Open open = co_await this->open(number, deadline);
    if (auto event = due(open.change, open.live, parts_.clock.now())) {
        co_await open.happen(*std::move(event), "system", {}, deadline);
    }
    co_await open.connection().commit(deadline);
}

Task<Result<Payload>> ChangeBook::payload_for(
    pg::Connection& connection,
    const Change& change,
    const Participant& by,
    Wish wish,
    LoadSeen load,
    base::Deadline deadline
) {
    const Plan& plan = parts_.plan;
    LiveSettings settings = co_await live_settings(connection, deadline);
    Payload payload{
        .change = change.number,
        .revision = std::ssize(change.revisions) + 1,
        .phase = change.phase,
        .made_at = parts_.clock.now(),
        .requester = {.role = RoleName::requester_lead, .user = by.user, .name = by.name},
        .note = std::move(wish.note),
        .quoted = quoted_audit(plan),
        .plan = plan,
        .settings = std::move(settings.values),
        .settings_revision = settings.revision,
        .build = parts_.build(),
        .policy = policy_of(plan),
        .stakeholders = std::move(wish.stakeholders),
        .guides = guides_of(plan),
        .load = load,
    };
    payload.build.schema = co_await schema_digest(connection, deadline);
    const std::vector<ops::Boot> boots = co_await ops::boots(connection, 0, deadline);
    for (const ops::Boot& boot : boots) {
        if (boot.is_live && !boot.is_draining) {
            payload.instances.push_back(boot.who.instance);
        }
    }
    if (payload.instances.empty()) {
        co_return base::refuse(
            ErrorKind::conflict,
            "launch.no_instances",
            "No instance is live; nobody could acknowledge the change. Try again in a moment."
        );
    }
    if (change.phase == PhaseName::phase1) {
        AB_CO_CHECK(check_from(plan, payload.settings));
        payload.rollback = way_back(plan.phase1.change);
    }
    co_return payload;
}

Task<Result<void>> ChangeBook::draft(
    Open& open, const Actor& by, Payload payload, base::Deadline deadline
) {
    NewRevision revision{
        .change = payload.change,
        .revision = payload.revision,
        .payload = to_json(payload),
        .author = by.person.user,
        .made_at = payload.made_at,
    };
    const Draft command{
        .by = by.person,
        .digest = base::sha256(revision.payload),
        .baseline = payload.baseline(),
        .policy = payload.policy,
    };
    AB_CO_TRY(event, decide(open.change, command, payload.made_at));
    co_await insert_revision(open.connection(), std::move(revision), deadline);
    co_await open.happen(std::move(event), by.name, {}, deadline);
    co_return Result<void>{};
}

/// The change that a request is about, none for a new one, where nothing but its payload can refuse
/// it.
Task<Result<std::optional<Change>>> ChangeBook::requested(
    const Open& open, const Participant& by, PhaseName phase, bool replaces, base::Deadline deadline
) {
    const std::vector<Change> changes = co_await load_changes(open.connection(), deadline);
    const std::int64_t open_p0 = co_await count_open(open.connection(), Severity::p0, deadline);
    if (!is_gate_open(parts_.plan, phase, changes, open_p0)) {
        co_return base::refuse(
            ErrorKind::conflict,
            "launch.phase_gate_closed",
            "The phases that this one needs haven't ended in success with their reports signed, or "
            "a P0 is open."
        );
    }
    const Change* const found = open_change(changes, phase);
    const Change made{.revisions = {}};
    AB_CO_CHECK(decide(found == nullptr ? made : *found, Draft{.by = by}, parts_.clock.now()));
    if (found == nullptr) {
        co_return std::optional<Change>{};
    }
    AB_CO_CHECK(check_replaced(*found, replaces));
    co_return std::optional{*found};
}

Task<Result<Written>> ChangeBook::request(
    Actor by, PhaseName phase, Wish wish, base::Deadline deadline
) {
    AB_CO_CHECK(check_note(wish.note));
    co_await list(deadline);  // settles what is due
    {
        Open open = co_await this->open(0, deadline);
        AB_CO_TRY(answered, co_await answered_before(open.connection(), by, deadline));
        if (answered) {
            co_return *std::move(answered);
        }
        AB_CO_CHECK(co_await requested(open, by.person, phase, wish.replaces, deadline));
        co_await open.connection().commit(deadline);
    }
    // Nobody waits for a lock meanwhile; what others did then is looked at behind it.
    AB_CO_TRY(load, co_await wish.send_load(deadline));
    Open open = co_await this->open(0, deadline);
    AB_CO_TRY(answered, co_await answered_before(open.connection(), by, deadline));
    if (answered) {
        co_return *std::move(answered);
    }
    AB_CO_TRY(found, co_await requested(open, by.person, phase, wish.replaces, deadline));
    if (found) {
        co_await lock_change(open.connection(), found->number, deadline);
        auto locked = co_await load_change(open.connection(), found->number, deadline);
        open.change = *std::move(locked);
    } else {
        open.change.number =
            co_await insert_change(open.connection(), phase, parts_.clock.now(), deadline);
        open.change.phase = phase;
    }
    const bool replaces = wish.replaces;
    AB_CO_TRY(
        payload,
        co_await payload_for(
            open.connection(), open.change, by.person, std::move(wish), load, deadline
        )
    );
    AB_CO_CHECK(co_await draft_unless_there(open, by, std::move(payload), replaces, deadline));
    const Submit command{.by = by.person, .missing = without_data(load)};
    AB_CO_TRY(event, decide(open.change, command, parts_.clock.now()));
    co_await open.happen(std::move(event), by.name, {}, deadline);
    co_return co_await open.finish(by, 201, deadline);
}

Task<Result<void>> ChangeBook::draft_unless_there(
    Open& open, const Actor& by, Payload payload, bool replaces, base::Deadline deadline
) {
    const Change& change = open.change;
    if (!change.revisions.empty() && !is_final(change.newest().state)) {
        if (change.newest().state == State::draft) {
            const auto stored = co_await find_revision(
                open.connection(), change.number, change.newest().number, deadline
            );
            const auto drafted = payload_of(stored->payload);
            if (drafted && may_be_submitted(*drafted, payload)) {
                co_return Result<void>{};
            }
        }
        AB_CO_CHECK(check_replaced(change, replaces));
    }
    co_return co_await draft(open, by, std::move(payload), deadline);
}

Task<Result<Written>> ChangeBook::take(
    Actor by, std::int64_t number, std::string envelope, base::Deadline deadline
) {
    co_await settle(number, deadline);
    Open open = co_await this->open(number, deadline);
    if (open.change.revisions.empty()) {
        co_return change_not_found();
    }
    AB_CO_TRY(answered, co_await answered_before(open.connection(), by, deadline));
    if (answered) {
        co_return *std::move(answered);
    }
    AB_CO_TRY(decision, open_decision(envelope, by.keys));
    if (co_await has_envelope(open.connection(), base::sha256(envelope), deadline)) {
        co_return base::refuse(
            ErrorKind::conflict,
            "launch.replayed",
            "This very decision was taken in before; sign a new one."
        );
    }
    const base::Instant now = parts_.clock.now();
    const Decide command{.by = by.person, .decision = decision, .live = open.live};
    AB_CO_TRY(event, decide(open.change, command, now));
    co_await open.happen(std::move(event), by.name, std::move(envelope), deadline);
    if (decision.verb == Verb::reject || decision.verb == Verb::defer) {
        AB_CO_CHECK(co_await reopen(open, deadline));
    }
    co_return co_await open.finish(by, 201, deadline);
}

/// A new draft with the same content follows what was rejected or deferred; it is its author's.
Task<Result<void>> ChangeBook::reopen(Open& open, base::Deadline deadline) {
    const Revision& ended = open.change.newest();
    const auto stored =
        co_await find_revision(open.connection(), open.change.number, ended.number, deadline);
    AB_CO_TRY(payload, payload_of(stored->payload));
    payload.revision += 1;
    payload.made_at = parts_.clock.now();
    Actor author{
        .person =
            {.user = stored->author,
             .name = stored->author_name,
             .roles = {RoleName::requester_lead}},
        .name = "system",
    };
    co_return co_await draft(open, author, std::move(payload), deadline);
}

Task<Result<Written>> ChangeBook::withdraw(
    Actor by, std::int64_t number, std::string reason, base::Deadline deadline
) {
    co_await settle(number, deadline);
    Open open = co_await this->open(number, deadline);
    if (open.change.revisions.empty()) {
        co_return change_not_found();
    }
    AB_CO_TRY(answered, co_await answered_before(open.connection(), by, deadline));
    if (answered) {
        co_return *std::move(answered);
    }
    const Withdraw command{.by = by.person, .reason = std::move(reason)};
    AB_CO_TRY(event, decide(open.change, command, parts_.clock.now()));
    co_await open.happen(std::move(event), by.name, {}, deadline);
    co_return co_await open.finish(by, 201, deadline);
}

Task<Result<Written>> ChangeBook::acknowledge(
    Actor by, std::int64_t number, std::int64_t revision, base::Deadline deadline
) {
    Open open = co_await this->open(number, deadline);
    if (open.change.revisions.empty()) {
        co_return change_not_found();
    }
    AB_CO_TRY(answered, co_await answered_before(open.connection(), by, deadline));
    if (answered) {
        co_return *std::move(answered);
    }
    if (by.person.roles.empty()) {
        co_return base::refuse(
            ErrorKind::forbidden,
            "launch.role_missing",
            "Only who has a role in the launch is briefed about it."
        );
    }
    if (revision != open.change.newest().number) {
        co_return base::refuse(
            ErrorKind::conflict,
            "launch.other_revision",
            fmt::format("The newest revision is {}.", open.change.newest().number)
        );
    }
    // As the on-call engineer first, whose acknowledgement is waited for.
    const RoleName role =
        by.person.has(RoleName::on_call) ? RoleName::on_call : *by.person.roles.begin();
    Briefed briefed{
        .revision = open.change.newest().number,
        .user = by.person.user,
        .role = role,
        .at = parts_.clock.now(),
    };
    co_await insert_acknowledgement(open.connection(), number, briefed, deadline);
    co_return co_await open.finish(by, 201, deadline);
}

Task<std::vector<Change>> ChangeBook::list(base::Deadline deadline) {
    std::vector<Change> changes;
    base::Digest live{};
    {
        auto lease = co_await parts_.ops.acquire(deadline);
        changes = co_await load_changes(*lease, deadline);
        const LiveSettings settings = co_await live_settings(*lease, deadline);
        live = digest_of(settings.values);
    }
    for (Change& change : changes) {
        if (due(change, live, parts_.clock.now())) {
            co_await settle(change.number, deadline);
            auto lease = co_await parts_.ops.acquire(deadline);
            auto settled = co_await load_change(*lease, change.number, deadline);
            change = *std::move(settled);
        }
    }
    co_return changes;
}

Task<Result<Change>> ChangeBook::find(std::string name, base::Deadline deadline) {
    const auto phase = parse_phase_name(name);
    const auto number = parse_change_name(name);
    std::vector<Change> changes = co_await list(deadline);
    for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
        if ((phase && change->phase == *phase) || (number && change->number == *number)) {
            co_return std::move(*change);
        }
    }
    co_return change_not_found();
}

Task<Result<StoredRevision>> ChangeBook::revision(
    std::int64_t change, std::int64_t revision, base::Deadline deadline
) {
    auto lease = co_await parts_.ops.acquire(deadline);
    auto found = co_await find_revision(*lease, change, revision, deadline);
    if (!found) {
        co_return base::refuse(
            ErrorKind::not_found,
            "launch.revision_not_found",
            "The change has no revision of this number."
        );
    }
    co_return *std::move(found);
}

Task<std::vector<Entry>> ChangeBook::history(std::int64_t change, base::Deadline deadline) {
    auto lease = co_await parts_.ops.acquire(deadline);
    co_return co_await entries_of(*lease, change, deadline);
}

Task<std::vector<StoredDecision>> ChangeBook::decisions(
    std::int64_t change, base::Deadline deadline
) {
    auto lease = co_await parts_.ops.acquire(deadline);
    co_return co_await decisions_of(*lease, change, deadline);
}

Task<Result<Record>> ChangeBook::record(Change change, base::Deadline deadline) {
    auto lease = co_await parts_.ops.acquire(deadline);
    const auto entries = co_await entries_of(*lease, change.number, deadline);
    const auto revisions = co_await revisions_of(*lease, change.number, deadline);
    const auto decisions = co_await decisions_of(*lease, change.number, deadline);
    const auto briefed = co_await acknowledgements_of(*lease, change.number, deadline);
    const auto notice = approval_notice(change.number, change.newest().number, entries);
    const auto receipts = co_await receipts_of(*lease, notice.value_or(""), deadline);
    const auto incidents = co_await all_incidents(*lease, deadline);
    const auto stored =
        co_await find_revision(*lease, change.number, change.newest().number, deadline);
    AB_CO_TRY(payload, payload_of(stored->payload));
    auto executions = co_await progress_of(*lease, change.number, deadline);
    co_return record_of(
        change,
        {.payload = std::move(payload),
         .entries = entries,
         .revisions = revisions,
         .decisions = decisions,
         .briefed = briefed,
         .receipts = receipts,
         .incidents = incidents,
         .executions = std::move(executions)}
    );
}

}  // namespace accubooks::launch
