#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/envelope.h"
#include "launch/change_notice.h"
#include "launch/internal/launch_under_test.h"
#include "testing/run.h"

namespace accubooks::launch {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(ChangeBook, RequestsApprovesAndKeepsTheExactBytes) {
    Launch launch;
    const Written written = launch.requested();
    EXPECT_EQ(written.acts.size(), 2U);
    EXPECT_THAT(written.body, HasSubstr(R"("change":"CHG-0001","phase":"phase1","revision":1)"));
    const Change change = launch.change();
    EXPECT_EQ(change.newest().state, State::in_review);
    const auto stored = launch.run(launch.book().revision(1, 1, soon())).value();
    EXPECT_EQ(base::sha256(stored.payload), change.newest().digest);
    const Payload payload = payload_of(stored.payload).value();
    EXPECT_EQ(payload.instances, std::vector<std::string>{"a:8080"});
    EXPECT_EQ(payload.rollback[1].to, 50);
    EXPECT_EQ(payload.stakeholders, wish().stakeholders);

    const std::string envelope = launch.signed_by(executive(), Verb::approve, 2);
    ASSERT_TRUE(launch.take(executive(), envelope).has_value());
    EXPECT_EQ(launch.change().newest().state, State::approved);
    const auto decisions = launch.run(launch.book().decisions(1, soon()));
    ASSERT_EQ(decisions.size(), 1U);
    EXPECT_EQ(decisions[0].envelope, envelope);
    const std::string record =
        to_markdown(launch.run(launch.book().record(launch.change(), soon())).value());
    EXPECT_THAT(record, HasSubstr("**Current Status**: **✅ APPROVED**"));
    EXPECT_THAT(record, HasSubstr(base::to_hex(change.newest().digest)));
}

TEST(ChangeBook, TellsTheStakeholdersInTheSameTransaction) {
    Launch launch;
    launch.requested();
    EXPECT_TRUE(launch.receipts("change/1/event/1").empty()) << "nobody is told of a draft";
    const auto told = launch.receipts("change/1/event/2");
    ASSERT_EQ(told.size(), 6U) << "the five of the revision, and the webhook";
    ASSERT_EQ(launch.take(executive(), "{}").error().code, "audit.bad_envelope");
    EXPECT_TRUE(launch.receipts("change/1/event/3").empty()) << "what didn't happen isn't told";
    ASSERT_TRUE(launch.decided(Verb::approve).has_value());
    EXPECT_EQ(launch.receipts("change/1/event/3").size(), 6U);
    EXPECT_EQ(
        approval_notice(1, 1, launch.run(launch.book().history(1, soon()))), "change/1/event/3"
    );
    EXPECT_EQ(approval_notice(1, 2, launch.run(launch.book().history(1, soon()))), std::nullopt);
}

TEST(ChangeBook, ShowsInTheRecordWhomNobodyCouldSendTo) {
    Launch launch;
    launch.requested();
    const auto record = [&] {
        return to_markdown(launch.run(launch.book().record(launch.change(), soon())).value());
    };
    EXPECT_THAT(record(), HasSubstr("⏳ Product Lead (P3): PENDING"));
    launch.database().run_script(
        "accubooks_ops",
        "insert into launch.notification_attempt (notification_id, attempt, instance, leased_until)"
        " select notification_id, 1, 'a', now() from launch.notification;"
        "insert into launch.notification_receipt (notification_id, attempt, channel, outcome, "
        "detail) select notification_id, 1, 'outbox', 'not_sent', 'f' from launch.notification"
    );
    EXPECT_THAT(record(), HasSubstr("⏳ Product Lead (P3): NOTIFIED (notice *not sent*"));
}

TEST(ChangeBook, RefusesEveryForgery) {
    Launch launch;
    launch.requested();
    const auto code = [&](const Actor& by, std::string envelope) {
        const auto refused = launch.take(by, std::move(envelope));
        return refused ? std::string_view{"taken"} : refused.error().code;
    };
    // The requester, with a role that they were also given, and as themselves.
    EXPECT_EQ(
        code(lead(), launch.signed_by(lead(), Verb::approve, 1)), "launch.author_cannot_approve"
    );
    Actor both = lead();
    both.person.roles.insert(RoleName::executive_operator);
    EXPECT_EQ(code(both, launch.signed_by(both, Verb::approve, 1)), "launch.author_cannot_approve");
    Actor upgraded = executive();
    upgraded.person.roles.insert(RoleName::requester_lead);
    EXPECT_EQ(
        code(upgraded, launch.signed_by(upgraded, Verb::approve, 2)), "launch.one_person_two_roles"
    );
    // Somebody else's key, a revoked one, somebody else's envelope.
    EXPECT_EQ(
        code(executive(), launch.signed_by(executive(), Verb::approve, 3)), "launch.foreign_key"
    );
    Actor revoked = executive();
    revoked.keys[0].is_revoked = true;
    EXPECT_EQ(code(revoked, launch.signed_by(revoked, Verb::approve, 2)), "launch.key_revoked");
    Actor thief = actor(RoleName::executive_operator, 3);
    thief.keys = executive().keys;
    EXPECT_EQ(
        code(thief, launch.signed_by(executive(), Verb::approve, 2)), "launch.not_the_approver"
    );
    EXPECT_EQ(code(executive(), "{}"), "audit.bad_envelope");
    EXPECT_EQ(launch.change().newest().state, State::in_review);
}

TEST(ChangeBook, AnEnvelopeCountsOnceAndForOneRevision) {
    Launch launch;
    launch.requested();
    const std::string envelope = launch.signed_by(executive(), Verb::approve, 2);
    ASSERT_TRUE(launch.take(executive(), envelope).has_value());
    EXPECT_EQ(launch.take(executive(), envelope).error().code, "launch.replayed");
    Wish edit = wish();
    edit.replaces = true;
    edit.note = "on Thursday instead";
    launch.requested(edit);
    EXPECT_EQ(launch.change().revisions[0].state, State::superseded);
    EXPECT_EQ(launch.change().newest().number, 2);
    EXPECT_EQ(launch.change().newest().state, State::in_review);
    EXPECT_EQ(launch.take(executive(), envelope).error().code, "launch.replayed");
    // The same statement, signed again: another envelope of other bytes would be needed.
    Decision old = decision_of(audit::Envelope::parse(envelope)->payload).value();
    old.expires_at = old.expires_at + -1s;
    EXPECT_EQ(
        launch.take(executive(), sign_decision(old, key(2))).error().code, "launch.other_revision"
    );
}

TEST(ChangeBook, RejectingOpensTheNextDraftWhichIsPutToReviewAgain) {
    Launch launch;
    launch.requested();
    ASSERT_TRUE(launch.decided(Verb::reject).has_value());
    Change change = launch.change();
    EXPECT_EQ(change.revisions[0].state, State::rejected);
    EXPECT_EQ(change.newest().number, 2);
    EXPECT_EQ(change.newest().state, State::draft);
    EXPECT_EQ(change.newest().author, lead().person.user);
    EXPECT_EQ(launch.decided(Verb::approve).error().code, "launch.not_in_review");
    launch.requested();
    change = launch.change();
    EXPECT_EQ(change.newest().number, 2) << "the draft itself, since nothing moved";
    EXPECT_EQ(change.newest().state, State::in_review);
    ASSERT_TRUE(launch.decided(Verb::defer).has_value());
    launch.clock().advance(1h);
    launch.requested();
    EXPECT_EQ(launch.decided(Verb::approve).error().code, "launch.deferred_until");
    launch.clock().advance(48h);
    EXPECT_TRUE(launch.decided(Verb::approve).has_value());
    const std::string record =
        to_markdown(launch.run(launch.book().record(launch.change(), soon())).value());
    EXPECT_THAT(record, HasSubstr("revision 1: reject by P2: the beta isn't ready yet"));
    EXPECT_THAT(record, HasSubstr("revision 2: defer by P2, until"));
}

TEST(ChangeBook, WhatTimeOrTheSettingsDidIsRecordedByWhoeverLooks) {
    Launch launch;
    launch.requested();
    ASSERT_TRUE(launch.decided(Verb::approve).has_value());
    launch.clock().advance(24h * 7);
    EXPECT_EQ(launch.change().newest().state, State::expired);
    launch.requested();
    ASSERT_TRUE(launch.decided(Verb::approve).has_value());
    const auto resize = [](pg::Pool& pool) -> base::Task<bool> {
        auto lease = co_await pool.acquire(soon());
        ops::Proposal proposal{
            .values = {{"database.pool.idle_timeout_ms", std::int64_t{60'000}}},
            .author = "test",
            .reason = "because",
        };
        (co_await ops::propose(*lease, std::move(proposal), soon())).value();
        co_return true;
    };
    launch.run(resize(launch.pool()));
    EXPECT_EQ(launch.change().newest().state, State::stale);
    const auto history = launch.run(launch.book().history(1, soon()));
    EXPECT_EQ(name_of(history.back().event.what), "went_stale");
    EXPECT_EQ(history.back().actor, "system");
}

TEST(ChangeBook, OfTwoDecisionsAtOnceOneIsTaken) {
    Launch launch;
    launch.requested();
    std::vector<std::string> envelopes{
        launch.signed_by(executive(), Verb::approve, 2, 1),
        launch.signed_by(executive(), Verb::reject, 2, 2),
    };
    const auto race = [](ChangeBook& book, std::vector<std::string> sent) -> base::Task<int> {
        const auto executor = co_await boost::asio::this_coro::executor;
        auto first = boost::asio::co_spawn(
            executor, book.take(executive(), 1, sent[0], soon()), boost::asio::deferred
        );
        auto second = boost::asio::co_spawn(
            executor, book.take(executive(), 1, sent[1], soon()), boost::asio::deferred
        );
        auto [order, thrown_1, one, thrown_2, two] =
            co_await boost::asio::experimental::make_parallel_group(
                std::move(first), std::move(second)
            )
                .async_wait(boost::asio::experimental::wait_for_all{}, boost::asio::use_awaitable);
        co_return static_cast<int>(one.has_value()) + static_cast<int>(two.has_value());
    };
    EXPECT_EQ(launch.run(race(launch.book(), envelopes)), 1);
    EXPECT_EQ(launch.run(launch.book().decisions(1, soon())).size(), 1U);
}

TEST(ChangeBook, ARepeatedWriteAnswersTheFirstAnswer) {
    Launch launch;
    Actor by = lead();
    by.key = identity::WriteKey{.key = "k1", .content = base::sha256("a")};
    const auto ask = [&] {
        return launch.run(launch.book().request(by, PhaseName::phase1, wish(), soon()));
    };
    const Written first = ask().value();
    const Written again = ask().value();
    EXPECT_TRUE(again.is_replayed);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(launch.change().events, 2);
    by.key->content = base::sha256("b");
    EXPECT_EQ(ask().error().code, "identity.idempotency_conflict");
    const auto without =
        launch.run(launch.book().request(lead(), PhaseName::phase1, wish(), soon()));
    EXPECT_EQ(without.error().code, "launch.revision_is_live");
}

TEST(ChangeBook, AsksForNothingThatCouldNotBeJudged) {
    Launch launch;
    Wish silent = wish();
    silent.send_load = sent({});
    const auto refused =
        launch.run(launch.book().request(lead(), PhaseName::phase1, silent, soon()));
    EXPECT_EQ(refused.error().code, "launch.query_without_data");
    EXPECT_TRUE(launch.run(launch.book().list(soon())).empty()) << "nothing was written";
    EXPECT_EQ(
        launch.run(launch.book().request(lead(), PhaseName::phase2, wish(), soon())).error().code,
        "launch.phase_gate_closed"
    );
    EXPECT_EQ(
        launch.run(launch.book().request(executive(), PhaseName::phase1, wish(), soon()))
            .error()
            .code,
        "launch.role_missing"
    );
}

TEST(ChangeBook, SendsNoLoadForWhatIsRefusedOrWasAnswered) {
    Launch launch;
    int loads = 0;
    Wish counting = wish();
    counting.send_load = [&loads](base::Deadline) -> base::Task<base::Result<LoadSeen>> {
        ++loads;
        co_return LoadSeen{.requests = 60};
    };
    const auto ask = [&](const Actor& by, PhaseName phase) {
        return launch.run(launch.book().request(by, phase, counting, soon()));
    };
    EXPECT_EQ(ask(executive(), PhaseName::phase1).error().code, "launch.role_missing");
    EXPECT_EQ(ask(lead(), PhaseName::phase2).error().code, "launch.phase_gate_closed");
    EXPECT_EQ(loads, 0);
    Actor by = lead();
    by.key = identity::WriteKey{.key = "k1", .content = base::sha256("a")};
    EXPECT_TRUE(ask(by, PhaseName::phase1).has_value());
    EXPECT_TRUE(ask(by, PhaseName::phase1)->is_replayed);
    EXPECT_EQ(ask(lead(), PhaseName::phase1).error().code, "launch.revision_is_live");
    EXPECT_EQ(loads, 1);
}

TEST(ChangeBook, StartsWhereThePlanStarts) {
    Launch launch;
    Plan plan = default_plan();
    plan.phase1.change.back().from += 1;
    ChangeBook book{{.ops = launch.pool(), .clock = launch.clock(), .plan = plan, .build = [] {
                         return BuildSeen{.version = "1.0.0", .commit = "c0ffee"};
                     }}};
    EXPECT_EQ(
        launch.run(book.request(lead(), PhaseName::phase1, wish(), soon())).error().code,
        "launch.other_baseline"
    );
}

TEST(ChangeBook, RecordsNeverChange) {
    Launch launch;
    launch.requested();
    for (const std::string table : {"change", "change_revision", "change_event", "decision"}) {
        EXPECT_THROW(
            launch.database().run_script("accubooks_owner", "delete from launch." + table),
            pg::Failure
        );
        EXPECT_THROW(
            launch.database().run_script("accubooks_ops", "delete from launch." + table),
            pg::Failure
        );
    }
    EXPECT_THROW(
        launch.database().run_script(
            "accubooks_owner", "update launch.change_event set actor = 'somebody else'"
        ),
        pg::Failure
    );
}

Incident found(Severity severity, base::Instant at) {
    return {
        .severity = severity,
        .title = "Answers are slow",
        .trigger = {},
        .opened_by = {},
        .detected_at = at,
    };
}

IncidentReport report(base::Instant at) {
    return {
        .summary = "p95 rose",
        .impact_users = "none",
        .impact_services = "the API",
        .impact_data = "none",
        .timeline = {{.at = at, .what = "seen"}},
        .root_cause = "a missing index",
        .resolution = "made it",
        .prevention = "a test",
        .lessons = "look at plans",
        .reported_by = "Olu",
        .reviewed_by = "Lea",
        .approved_by = "Eve",
    };
}

TEST(IncidentBook, AnOpenP0ClosesEveryGateUntilTheExecutiveClosesIt) {
    Launch launch;
    const base::Instant now = launch.clock().now();
    const auto opened =
        launch.run(launch.incidents().open(on_call(), found(Severity::p0, now), soon()));
    ASSERT_TRUE(opened.has_value()) << opened.error().detail;
    EXPECT_THAT(opened->body, HasSubstr(R"("id":"INC-0001","severity":"p0")"));
    EXPECT_EQ(launch.receipts("incident/1/opened").size(), 1U) << "no role is held: the webhook";
    EXPECT_EQ(
        launch.run(launch.book().request(lead(), PhaseName::phase1, wish(), soon())).error().code,
        "launch.phase_gate_closed"
    );
    const auto close = [&](const Actor& by, IncidentReport with) {
        const auto result =
            launch.run(launch.incidents().close(by, 1, std::move(with), now, soon()));
        return result ? std::string_view{"closed"} : result.error().code;
    };
    EXPECT_EQ(close(on_call(), report(now)), "launch.executive_closes_p0");
    IncidentReport incomplete = report(now);
    incomplete.root_cause.clear();
    EXPECT_EQ(close(executive(), incomplete), "launch.report_incomplete");
    IncidentReport own = report(now);
    own.reviewed_by = own.reported_by;
    EXPECT_EQ(close(executive(), own), "launch.report_incomplete");
    EXPECT_EQ(close(executive(), report(now)), "closed");
    EXPECT_EQ(close(executive(), report(now)), "launch.incident_closed");
    launch.requested();
    const auto incidents = launch.run(launch.incidents().list(soon()));
    ASSERT_EQ(incidents.size(), 1U);
    EXPECT_EQ(incidents[0].closure->report.timeline[0].what, "seen");
}

TEST(IncidentBook, IsFiledByWhoMayAndNamesItsExecution) {
    Launch launch;
    launch.requested();
    const base::Instant now = launch.clock().now();
    Incident incident = found(Severity::p2, now);
    incident.execution = ExecutionName{.change = 1, .revision = 1, .attempt = 1};
    EXPECT_EQ(
        launch.run(launch.incidents().open(executive(), incident, soon())).error().code,
        "launch.role_missing"
    );
    const auto opened = launch.run(launch.incidents().open(lead(), incident, soon())).value();
    EXPECT_THAT(
        opened.body, HasSubstr(R"("execution":{"change":"CHG-0001","revision":1,"attempt":1})")
    );
    incident.execution->revision = 2;
    EXPECT_EQ(
        launch.run(launch.incidents().open(lead(), incident, soon())).error().code,
        "launch.change_not_found"
    );
    const std::string record =
        to_markdown(launch.run(launch.book().record(launch.change(), soon())).value());
    EXPECT_THAT(record, HasSubstr("INC-0001: Answers are slow"));
}

}  // namespace
}  // namespace accubooks::launch
