#include "launch/change.h"

#include <algorithm>

namespace accubooks::launch {
namespace {

template <class... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};

Revision& revision_for(Change& change, std::int64_t number) {
    base::ensure(
        number >= 1 && number <= std::ssize(change.revisions),
        "events name revisions that are there"
    );
    return change.revisions[static_cast<std::size_t>(number) - 1];
}

void move(Change& change, std::int64_t revision, std::initializer_list<State> from, State to) {
    Revision& moved = revision_for(change, revision);
    base::ensure(
        std::ranges::find(from, moved.state) != from.end(),
        "decide let only steps of the table through"
    );
    moved.state = to;
}

void apply(Change& change, base::Instant at, const Drafted& event) {
    base::ensure(event.revision == std::ssize(change.revisions) + 1, "revisions have no gaps");
    if (!change.revisions.empty()) {
        Revision& before = change.revisions.back();
        base::ensure(may_be_edited(before.state), "what runs or ran is never replaced");
        if (!is_final(before.state)) {
            before.state = State::superseded;
        }
    }
    change.authors.insert(event.author);
    change.revisions.push_back({
        .number = event.revision,
        .digest = event.digest,
        .baseline = event.baseline,
        .policy = event.policy,
        .author = event.author,
        .made_at = at,
        .earliest = event.earliest,
    });
}

void apply(Change& change, base::Instant at, const Decided& event) {
    const Decision& decision = event.decision;
    Revision& revision = revision_for(change, decision.revision);
    switch (decision.verb) {
        case Verb::approve:
            base::ensure(revision.state == State::in_review, "only what is in review is approved");
            revision.approvals.push_back({
                .approver = decision.approver,
                .key_id = decision.key_id,
                .at = at,
                .not_before = decision.not_before,
                .expires_at = decision.expires_at,
                .conditions = decision.conditions,
            });
            if (std::ssize(revision.approvals) >= revision.policy.quorum) {
                revision.state = State::approved;
            }
            return;
        case Verb::reject:
            return move(change, decision.revision, {State::in_review}, State::rejected);
        case Verb::defer:
            revision.deferred_until = decision.defer_until;
            return move(change, decision.revision, {State::in_review}, State::deferred);
        case Verb::revoke:
            return move(change, decision.revision, {State::approved}, State::revoked);
    }
}

State state_after(Ending ending, bool is_rehearsed) {
    switch (ending) {
        case Ending::completed:
            return State::completed;
        case Ending::rolled_back:
            return is_rehearsed ? State::approved : State::rolled_back;
        case Ending::failed_manual:
            return State::failed_manual;
        case Ending::cancelled:
        case Ending::rehearsed:
            return State::approved;  // nothing was changed for good: the approval stands
    }
    return State::failed_manual;
}

}  // namespace

std::string_view to_string(State state) {
    switch (state) {
        case State::draft:
            return "draft";
        case State::in_review:
            return "in_review";
        case State::approved:
            return "approved";
        case State::executing:
            return "executing";
        case State::completed:
            return "completed";
        case State::rolled_back:
            return "rolled_back";
        case State::failed_manual:
            return "failed_manual";
        case State::rejected:
            return "rejected";
        case State::deferred:
            return "deferred";
        case State::withdrawn:
            return "withdrawn";
        case State::expired:
            return "expired";
        case State::revoked:
            return "revoked";
        case State::superseded:
            return "superseded";
        case State::stale:
            return "stale";
        case State::closed:
            return "closed";
    }
    return "";
}

bool may_be_edited(State state) {
    switch (state) {
        case State::draft:
        case State::in_review:
        case State::approved:
        case State::rejected:
        case State::deferred:
        case State::withdrawn:
        case State::expired:
        case State::revoked:
        case State::superseded:
        case State::stale:
            return true;
        case State::executing:
        case State::completed:
        case State::rolled_back:
        case State::failed_manual:
        case State::closed:
            return false;
    }
    return false;
}

bool is_final(State state) {
    switch (state) {
        case State::draft:
        case State::in_review:
        case State::approved:
        case State::executing:
        case State::completed:
        case State::rolled_back:
        case State::failed_manual:
            return false;
        case State::rejected:
        case State::deferred:
        case State::withdrawn:
        case State::expired:
        case State::revoked:
        case State::superseded:
        case State::stale:
        case State::closed:
            return true;
    }
    return true;
}

std::string_view to_string(Ending ending) {
    switch (ending) {
        case Ending::completed:
            return "completed";
        case Ending::rolled_back:
            return "rolled_back";
        case Ending::failed_manual:
            return "failed_manual";
        case Ending::cancelled:
            return "cancelled";
        case Ending::rehearsed:
            return "rehearsed";
    }
    return "";
}

const Revision* Change::revision(std::int64_t wanted) const {
    return wanted >= 1 && wanted <= std::ssize(revisions)
               ? &revisions[static_cast<std::size_t>(wanted) - 1]
               : nullptr;
}

std::string_view name_of(const Happening& what) {
    return std::visit(
        Overloaded{
            [](const Drafted&) { return std::string_view{"drafted"}; },
            [](const Submitted&) { return std::string_view{"submitted"}; },
            [](const Decided& event) {
                switch (event.decision.verb) {
                    case Verb::approve:
                        return std::string_view{"approved"};
                    case Verb::reject:
                        return std::string_view{"rejected"};
                    case Verb::defer:
                        return std::string_view{"deferred"};
                    case Verb::revoke:
                        return std::string_view{"revoked"};
                }
                return std::string_view{};
            },
            [](const Withdrawn&) { return std::string_view{"withdrawn"}; },
            [](const Expired&) { return std::string_view{"expired"}; },
            [](const WentStale&) { return std::string_view{"went_stale"}; },
            [](const Started&) { return std::string_view{"started"}; },
            [](const Ended&) { return std::string_view{"ended"}; },
            [](const Reported&) { return std::string_view{"reported"}; },
        },
        what
    );
}

std::int64_t revision_of(const Happening& what) {
    return std::visit(
        Overloaded{
            [](const Decided& event) { return event.decision.revision; },
            [](const auto& event) { return event.revision; },
        },
        what
    );
}

Change evolve(Change change, const Event& event) {
    std::visit(
        Overloaded{
            [&](const Drafted& what) { apply(change, event.at, what); },
            [&](const Submitted& what) {
                move(change, what.revision, {State::draft}, State::in_review);
            },
            [&](const Decided& what) { apply(change, event.at, what); },
            [&](const Withdrawn& what) {
                move(
                    change,
                    what.revision,
                    {State::draft, State::in_review, State::approved},
                    State::withdrawn
                );
            },
            [&](const Expired& what) {
                move(change, what.revision, {State::approved}, State::expired);
            },
            [&](const WentStale& what) {
                move(change, what.revision, {State::approved}, State::stale);
            },
            [&](const Started& what) {
                move(change, what.revision, {State::approved}, State::executing);
                revision_for(change, what.revision).is_rehearsed = what.is_rehearsal;
            },
            [&](const Ended& what) {
                Revision& revision = revision_for(change, what.revision);
                const State after = state_after(what.ending, revision.is_rehearsed);
                move(change, what.revision, {State::executing}, after);
                revision.has_succeeded = what.ending == Ending::completed;
            },
            [&](const Reported& what) {
                move(
                    change,
                    what.revision,
                    {State::completed, State::rolled_back, State::failed_manual},
                    State::closed
                );
            },
        },
        event.what
    );
    ++change.events;
    return change;
}

std::optional<Event> due(const Change& change, base::Digest live, base::Instant now) {
    if (change.revisions.empty() || change.newest().state != State::approved) {
        return std::nullopt;
    }
    const Revision& newest = change.newest();
    for (const GivenApproval& approval : newest.approvals) {
        if (now >= approval.expires_at) {
            return Event{now, Expired{newest.number}};
        }
    }
    if (live != newest.baseline) {
        return Event{now, WentStale{.revision = newest.number, .found = live}};
    }
    return std::nullopt;
}

bool is_gate_open(
    const Plan& plan, PhaseName phase, const std::vector<Change>& changes, std::int64_t open_p0
) {
    const std::set<PhaseName> succeeded = succeeded_phases(changes);
    return open_p0 == 0 &&
           std::ranges::all_of(plan.phase(phase).needs, [&succeeded](PhaseName needed) {
               return succeeded.contains(needed);
           });
}

std::set<PhaseName> succeeded_phases(const std::vector<Change>& changes) {
    std::set<PhaseName> succeeded;
    for (const Change& change : changes) {
        if (!change.revisions.empty() && change.newest().state == State::closed &&
            change.newest().has_succeeded) {
            succeeded.insert(change.phase);
        }
    }
    return succeeded;
}

std::vector<Condition> conditions_of(const Revision& revision) {
    std::vector<Condition> conditions;
    for (const GivenApproval& approval : revision.approvals) {
        conditions.insert(conditions.end(), approval.conditions.begin(), approval.conditions.end());
    }
    return conditions;
}

std::vector<RoleName> told_of(const Happening& what) {
    const bool is_silent = std::holds_alternative<Drafted>(what) ||
                           std::holds_alternative<Started>(what) ||
                           std::holds_alternative<Ended>(what);
    if (is_silent) {
        return {};
    }
    return {kRoleNames.begin(), kRoleNames.end()};
}

}  // namespace accubooks::launch
