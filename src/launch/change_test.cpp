#include "launch/change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace accubooks::launch {
namespace {

using namespace std::chrono_literals;

constexpr base::Instant kNoon = base::Instant::from_unix_micros(1'772'000'000'000'000);
const std::string kSentence = "I approve Phase 1 execution";

base::Uuid uuid(std::uint8_t last) {
    base::Uuid made;
    made.bytes.back() = last;
    return made;
}

base::Digest digest(std::uint8_t first) {
    base::Digest made{};
    made.front() = first;
    return made;
}

Participant lead() {
    return {.user = uuid(1), .name = "Lea", .roles = {RoleName::requester_lead}};
}
Participant executive() {
    return {.user = uuid(2), .name = "Eve", .roles = {RoleName::executive_operator}};
}

const base::Digest kLive = digest(7);

Policy policy() {
    return {
        .quorum = 1,
        .approver = RoleName::executive_operator,
        .sentences = {kSentence, "I approve the execution of database pool scaling"},
        .approval_valid = 24h * 7,
    };
}

Draft draft(std::uint8_t payload, Participant by = lead()) {
    return {.by = std::move(by), .digest = digest(payload), .baseline = kLive, .policy = policy()};
}

/// `change` after what answers the command, which must be let through.
template <class Command>
Change after(const Change& change, const Command& command, base::Instant now = kNoon) {
    auto event = decide(change, command, now);
    EXPECT_TRUE(event.has_value()) << event.error().detail;
    return evolve(change, event.value());
}

Change in_review() {
    const Change empty{.number = 1, .revisions = {}};
    return after(after(empty, draft(1)), Submit{.by = lead()});
}

/// A decision about the newest revision as an approver signs it.
Decide decision(const Change& change, Verb verb = Verb::approve) {
    Decide command{
        .by = executive(),
        .decision =
            {.verb = verb,
             .change = change.number,
             .revision = change.newest().number,
             .payload = change.newest().digest,
             .approver = executive().user,
             .approver_name = "Eve",
             .key_id = "k1",
             .not_before = kNoon,
             .expires_at = kNoon + 24h * 7},
        .live = kLive,
    };
    if (verb == Verb::approve) {
        command.decision.sentence = kSentence;
    } else {
        command.decision.rationale = "the beta isn't ready yet";
    }
    if (verb == Verb::defer) {
        command.decision.defer_until = kNoon + 48h;
    }
    return command;
}

Start start() {
    return {
        .by = lead(),
        .is_rehearsal = false,
        .override_reason = {},
        .ground =
            {.live = kLive,
             .wanted_build = digest(3),
             .found_build = digest(3),
             .wanted_instances = {"a", "b"},
             .live_instances = {"a", "b"},
             .rehearsals = 1,
             .is_gate_open = true,
             .is_in_window = true},
    };
}

TEST(ChangeRequest, GoesFromDraftToClosed) {
    Change change = in_review();
    EXPECT_EQ(change.newest().state, State::in_review);
    change = after(change, decision(change));
    EXPECT_EQ(change.newest().state, State::approved);
    change = after(change, start());
    EXPECT_EQ(change.newest().state, State::executing);
    change = evolve(change, {kNoon, Ended{.revision = 1, .ending = Ending::completed}});
    EXPECT_EQ(change.newest().state, State::completed);
    change = evolve(change, {kNoon, Reported{.revision = 1, .report = digest(9)}});
    EXPECT_EQ(change.newest().state, State::closed);
    EXPECT_EQ(change.events, 6);
}

TEST(PhaseGate, OpensByASignedReportOfSuccessAlone) {
    const auto ended = [](Ending ending, bool is_reported) {
        Change change = in_review();
        change = after(after(change, decision(change)), start());
        change = evolve(change, {kNoon, Ended{.revision = 1, .ending = ending}});
        return is_reported ? evolve(change, {kNoon, Reported{.revision = 1}}) : change;
    };
    const auto opens = [](std::vector<Change> changes, std::int64_t open_p0 = 0) {
        return is_gate_open(default_plan(), PhaseName::phase2, changes, open_p0);
    };
    EXPECT_TRUE(is_gate_open(default_plan(), PhaseName::phase1, {}, 0));
    EXPECT_FALSE(opens({}));
    EXPECT_FALSE(opens({in_review()}));
    EXPECT_FALSE(opens({ended(Ending::completed, false)}));
    EXPECT_FALSE(opens({ended(Ending::rolled_back, true)}));
    EXPECT_FALSE(opens({ended(Ending::rehearsed, false)}));
    EXPECT_TRUE(opens({ended(Ending::rolled_back, true), ended(Ending::completed, true)}));
    EXPECT_FALSE(opens({ended(Ending::completed, true)}, 1));
}

TEST(ChangeRequest, KeepsItsApprovalThroughARehearsal) {
    Change change = in_review();
    change = after(change, decision(change));
    Start rehearsal = start();
    rehearsal.is_rehearsal = true;
    rehearsal.ground.rehearsals = 0;
    rehearsal.ground.is_in_window = false;
    change = after(change, rehearsal);
    change = evolve(change, {kNoon, Ended{.revision = 1, .ending = Ending::rehearsed}});
    EXPECT_EQ(change.newest().state, State::approved);
    EXPECT_TRUE(decide(change, start(), kNoon).has_value());
}

TEST(ChangeRequest, EveryGuardOfADecisionHasItsName) {
    struct Case {
        std::string_view code;
        void (*spoil)(Decide&);
    };
    const Case cases[] = {
        {"launch.not_the_approver", [](Decide& c) { c.decision.approver = uuid(3); }},
        {"launch.not_the_approver", [](Decide& c) { c.decision.approver_name = "The Board"; }},
        {"launch.author_cannot_approve",
         [](Decide& c) {
             c.by = lead();
             c.by.roles = {RoleName::executive_operator};
             c.decision.approver = c.by.user;
             c.decision.approver_name = c.by.name;
         }},
        {"launch.one_person_two_roles",
         [](Decide& c) { c.by.roles.insert(RoleName::requester_lead); }},
        {"launch.role_missing", [](Decide& c) { c.by.roles = {RoleName::product_lead}; }},
        {"launch.role_missing", [](Decide& c) { c.decision.role = RoleName::on_call; }},
        {"launch.other_change", [](Decide& c) { c.decision.change = 2; }},
        {"launch.other_revision", [](Decide& c) { c.decision.revision = 2; }},
        {"launch.other_revision", [](Decide& c) { c.decision.payload = digest(2); }},
        {"launch.wrong_sentence", [](Decide& c) { c.decision.sentence = kSentence + "."; }},
        {"launch.wrong_sentence", [](Decide& c) { c.decision.sentence.clear(); }},
        {"launch.baseline_moved", [](Decide& c) { c.live = digest(8); }},
        {"launch.approval_expired", [](Decide& c) { c.decision.expires_at = kNoon; }},
        {"launch.approval_too_long",
         [](Decide& c) { c.decision.expires_at = c.decision.expires_at + 1s; }},
        {"launch.approval_too_long", [](Decide& c) { c.decision.not_before = kNoon + 10min; }},
        {"launch.not_approved", [](Decide& c) { c.decision.verb = Verb::revoke; }},
        {"launch.reason_missing", [](Decide& c) { c.decision.verb = Verb::reject; }},
        {"launch.reason_missing", [](Decide& c) { c.decision.verb = Verb::defer; }},
    };
    const Change change = in_review();
    for (const Case& c : cases) {
        SCOPED_TRACE(c.code);
        Decide command = decision(change);
        c.spoil(command);
        const auto refused = decide(change, command, kNoon);
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().code, c.code);
        EXPECT_FALSE(refused.error().detail.empty());
    }
}

TEST(ChangeRequest, EveryGuardOfAStartHasItsName) {
    struct Case {
        std::string_view code;
        void (*spoil)(Start&);
    };
    const Case cases[] = {
        {"launch.role_missing", [](Start& c) { c.by = executive(); }},
        {"launch.one_person_two_roles",
         [](Start& c) { c.by.roles.insert(RoleName::executive_operator); }},
        {"launch.not_yours", [](Start& c) { c.by.user = uuid(9); }},
        {"launch.baseline_moved", [](Start& c) { c.ground.live = digest(8); }},
        {"launch.incident_open", [](Start& c) { c.ground.open_p0 = 1; }},
        {"launch.incident_open", [](Start& c) { c.ground.open_p1 = 1; }},
        {"launch.phase_gate_closed", [](Start& c) { c.ground.is_gate_open = false; }},
        {"launch.build_differs", [](Start& c) { c.ground.found_build = digest(4); }},
        {"launch.instances_differ", [](Start& c) { c.ground.live_instances = {"a"}; }},
        {"launch.instances_differ", [](Start& c) { c.ground.live_instances.insert("c"); }},
        {"launch.instances_differ",
         [](Start& c) {
             c.ground.live_instances.clear();
             c.ground.wanted_instances.clear();
         }},
        {"launch.condition_unmet",
         [](Start& c) {
             c.ground.conditions =
                 judge(std::array{parse_approval_condition("open_p0 = 0").value()}, {});
         }},
        {"launch.notice_undelivered", [](Start& c) { c.ground.untold = {"Product Lead"}; }},
        {"launch.rollback_unrehearsed", [](Start& c) { c.ground.rehearsals = 0; }},
        {"launch.outside_window", [](Start& c) { c.ground.is_in_window = false; }},
    };
    Change change = in_review();
    change = after(change, decision(change));
    for (const Case& c : cases) {
        SCOPED_TRACE(c.code);
        Start command = start();
        c.spoil(command);
        const auto refused = decide(change, command, kNoon);
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().code, c.code);
    }
    EXPECT_EQ(decide(change, start(), kNoon + 24h * 7).error().code, "launch.approval_expired");
    EXPECT_EQ(decide(in_review(), start(), kNoon).error().code, "launch.not_approved");
    Start late = start();
    late.ground.is_in_window = false;
    late.override_reason = "agreed with the Executive Operator";
    EXPECT_TRUE(decide(change, late, kNoon).has_value());
}

TEST(ChangeRequest, AnEditVoidsWhatWasApproved) {
    Change change = in_review();
    const Decide first = decision(change);
    change = after(change, first);
    change = after(change, draft(2));
    EXPECT_EQ(change.revisions[0].state, State::superseded);
    EXPECT_EQ(change.newest().state, State::draft);
    EXPECT_TRUE(change.newest().approvals.empty());
    EXPECT_EQ(decide(change, start(), kNoon).error().code, "launch.not_approved");
    change = after(change, Submit{.by = lead()});
    EXPECT_EQ(decide(change, first, kNoon).error().code, "launch.other_revision");
    EXPECT_EQ(after(change, decision(change)).newest().state, State::approved);
}

TEST(ChangeRequest, WhatIsRejectedOrDeferredEndsAndADraftFollows) {
    for (const Verb verb : {Verb::reject, Verb::defer}) {
        Change change = in_review();
        change = after(change, decision(change, verb));
        EXPECT_TRUE(is_final(change.newest().state));
        EXPECT_EQ(decide(change, decision(change), kNoon).error().code, "launch.not_in_review");
        change = after(change, draft(2));
        EXPECT_EQ(change.newest().number, 2);
        EXPECT_EQ(change.newest().earliest.has_value(), verb == Verb::defer);
        change = after(change, Submit{.by = lead()});
        const auto at_once = decide(change, decision(change), kNoon);
        EXPECT_EQ(at_once.has_value(), verb == Verb::reject);
        Decide later = decision(change);
        later.decision.not_before = kNoon + 48h;
        later.decision.expires_at = kNoon + 49h;
        EXPECT_TRUE(decide(change, later, kNoon + 48h).has_value());
    }
}

TEST(ChangeRequest, RevokedOrExpiredOrStaleIsNotApprovedAnyMore) {
    Change approved = in_review();
    approved = after(approved, decision(approved));
    EXPECT_EQ(due(approved, kLive, kNoon), std::nullopt);
    const auto expired = due(approved, kLive, kNoon + 24h * 7);
    ASSERT_TRUE(expired.has_value());
    EXPECT_EQ(evolve(approved, *expired).newest().state, State::expired);
    const auto stale = due(approved, digest(8), kNoon);
    ASSERT_TRUE(stale.has_value());
    EXPECT_EQ(evolve(approved, *stale).newest().state, State::stale);
    const Change revoked = after(approved, decision(approved, Verb::revoke));
    EXPECT_EQ(revoked.newest().state, State::revoked);
    EXPECT_EQ(decide(revoked, start(), kNoon).error().code, "launch.not_approved");
}

TEST(ChangeRequest, AQuorumIsOfPeopleAndOfKeys) {
    const Change empty{.number = 1, .revisions = {}};
    Draft two = draft(1);
    two.policy.quorum = 2;
    Change change = after(after(empty, two), Submit{.by = lead()});
    change = after(change, decision(change));
    EXPECT_EQ(change.newest().state, State::in_review);
    Decide other_key = decision(change);
    other_key.decision.key_id = "k2";
    EXPECT_EQ(decide(change, other_key, kNoon).error().code, "launch.approved_before");
    Decide other_person = decision(change);
    other_person.by.user = other_person.decision.approver = uuid(5);
    EXPECT_EQ(decide(change, other_person, kNoon).error().code, "launch.approved_before");
    other_person.decision.key_id = "k2";
    EXPECT_EQ(after(change, other_person).newest().state, State::approved);
}

TEST(ChangeRequest, IsWithdrawnByWhoAskedForIt) {
    const Change change = in_review();
    const Withdraw wish{.by = lead(), .reason = "the audit found more"};
    EXPECT_EQ(after(change, wish).newest().state, State::withdrawn);
    EXPECT_EQ(
        decide(change, Withdraw{.by = executive(), .reason = wish.reason}, kNoon).error().code,
        "launch.not_yours"
    );
    EXPECT_EQ(
        decide(change, Withdraw{.by = lead(), .reason = "no"}, kNoon).error().code,
        "launch.reason_missing"
    );
}

TEST(ChangeRequest, IsNotPutToReviewWithoutData) {
    const Change empty{.number = 1, .revisions = {}};
    const Change drafted = after(empty, draft(1));
    EXPECT_EQ(
        decide(drafted, Submit{.by = lead(), .missing = {"latency_p95"}}, kNoon).error().code,
        "launch.query_without_data"
    );
    EXPECT_EQ(
        decide(in_review(), Submit{.by = lead()}, kNoon).error().code, "launch.nothing_drafted"
    );
    EXPECT_EQ(decide(empty, draft(1, executive()), kNoon).error().code, "launch.role_missing");
}

TEST(ChangeRequest, WhatRunsOrRanIsNotEdited) {
    Change change = in_review();
    change = after(after(change, decision(change)), start());
    EXPECT_EQ(decide(change, draft(2), kNoon).error().code, "launch.revision_is_live");
}

/// Whatever people do in whatever order: an edit leaves no approval, nobody who wrote a revision
/// has approved one, and nothing executes but by an approval of exactly the newest revision.
RC_GTEST_PROP(
    ChangeRequest, NoOrderOfStepsGoesAroundAnApproval, (const std::vector<std::uint8_t>& steps)
) {
    Change change{.number = 1, .revisions = {}};
    std::uint8_t payload = 1;
    base::Instant now = kNoon;
    for (const std::uint8_t step : steps) {
        std::optional<Event> event;
        const auto take = [&event](base::Result<Event> result) {
            event = result ? std::optional{*result} : std::nullopt;
        };
        if (change.revisions.empty() || step % 8 == 0) {
            take(decide(change, draft(payload++), now));
        } else if (step % 8 == 1) {
            take(decide(change, Submit{.by = lead()}, now));
        } else if (step % 8 < 6) {
            Decide command = decision(
                change, std::array{Verb::approve, Verb::reject, Verb::defer, Verb::revoke}[step % 4]
            );
            if (step >= 128) {
                command.by = lead();
                command.by.roles = {RoleName::executive_operator};
                command.decision.approver = lead().user;
            }
            if (step % 3 == 0) {
                command.decision.revision = 1;
                command.decision.payload = change.revisions.front().digest;
            }
            take(decide(change, command, now));
        } else if (step % 8 == 6) {
            take(decide(change, start(), now));
        } else {
            now = now + 24h;
            event = due(change, step >= 128 ? digest(8) : kLive, now);
        }
        if (!event) {
            continue;
        }
        const bool is_start = std::holds_alternative<Started>(event->what);
        if (is_start) {
            const Revision& newest = change.newest();
            RC_ASSERT(newest.state == State::approved);
            RC_ASSERT(std::ssize(newest.approvals) == newest.policy.quorum);
            RC_ASSERT(!change.authors.contains(newest.approvals.front().approver));
            RC_ASSERT(now < newest.approvals.front().expires_at);
        }
        change = evolve(std::move(change), *event);
        if (std::holds_alternative<Drafted>(event->what)) {
            RC_ASSERT(change.newest().approvals.empty());
        }
        const auto live = std::ranges::count_if(change.revisions, [](const Revision& revision) {
            return !is_final(revision.state);
        });
        RC_ASSERT(live <= 1);
    }
}

}  // namespace
}  // namespace accubooks::launch
