#include "launch/prechecks.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace accubooks::launch {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const base::Instant kMidnight = base::Instant::from_unix_micros(1'767'225'600'000'000);
const base::Instant kInside = kMidnight + hours{3};

Terms terms() {
    return {
        .change = "CHG-0001",
        .revision = 1,
        .attempt = 1,
        .digest = "",
        .instances = {"a"},
        .prior = {}
    };
}

PrecheckFacts all_well() {
    return {.rollback_rehearsed = true, .approved_until = kInside + hours{1}};
}

void fact(Measurements& measured, const char* metric, std::int64_t value) {
    measured.add(FactSample{
        .at = kInside + -seconds{1},
        .metric = metric,
        .reading = {.kind = ReadingKind::value, .value = value, .samples = 1},
    });
}

// Five minutes in which everything was as it should be.
Measurements healthy() {
    Measurements measured;
    base::Sketch took;
    for (int second = 0; second <= 300; second += 10) {
        InstanceSample sample;
        sample.at = kInside + -seconds{300 - second};
        sample.instance = "a";
        sample.synthetic = {.requests = second * 5, .errors = 0};
        sample.routes = {{.route = "GET /x", .traffic = TrafficKind::synthetic, .took = took}};
        sample.wait.emplace();
        took.add(20'000'000, 50);
        measured.add(std::move(sample));
    }
    fact(measured, "replication_lag", 0);
    fact(measured, "longest_lock_wait", 0);
    fact(measured, "backup_age", 3'600'000);
    fact(measured, "acknowledgement_age", 60'000);
    return measured;
}

CheckOutcome outcome_of(const std::vector<CheckOutcome>& outcomes, std::string_view check) {
    const auto found = std::ranges::find(outcomes, check, &CheckOutcome::check);
    return found == outcomes.end() ? CheckOutcome{.check = "there is none", .why = ""} : *found;
}

TEST(Prechecks, AllHoldOnAHealthySystemInsideTheWindow) {
    const Plan& plan = default_plan();
    const auto outcomes = judge_prechecks(plan, terms(), all_well(), healthy(), kInside);
    ASSERT_EQ(outcomes.size(), plan.phase1.prechecks.checks.size() + 1);
    EXPECT_EQ(outcomes.back().check, "approval");
    EXPECT_EQ(outcomes.back().outcome, Outcome::pass);
    for (const Precheck& check : plan.phase1.prechecks.checks) {
        SCOPED_TRACE(check.check);
        const CheckOutcome outcome = outcome_of(outcomes, check.check);
        EXPECT_EQ(outcome.outcome, check.applies_after ? Outcome::not_applicable : Outcome::pass)
            << outcome.why;
        EXPECT_FALSE(outcome.why.empty());
    }
}

TEST(Prechecks, FailOneByOne) {
    struct Case {
        const char* check;
        PrecheckFacts facts;
        base::Instant now = kInside;
        const char* metric = nullptr;  // whose newest fact is `value`
        std::int64_t value = 0;
    };
    const PrecheckFacts full{
        .over_capacity =
            base::Error{
                .kind = base::ErrorKind::conflict, .code = "settings.over_capacity", .detail = "x"
            },
        .rollback_rehearsed = true,
    };
    const Case cases[] = {
        {"no_open_incident", {.open_incidents = 1, .rollback_rehearsed = true}},
        {"capacity", full},
        {"rollback_rehearsed", {}},
        {"window", all_well(), kInside + seconds{1} + -hours{3}},
        {"replication_lag", all_well(), kInside, "replication_lag", 10'001},
        {"lock_waits", all_well(), kInside, "longest_lock_wait", 5'000},
        {"backup", all_well(), kInside, "backup_age", 86'400'000},
        {"on_call", all_well(), kInside, "acknowledgement_age", 1'800'001},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.check);
        Measurements measured = healthy();
        if (c.metric != nullptr) {
            fact(measured, c.metric, c.value);
        }
        const auto outcomes = judge_prechecks(default_plan(), terms(), c.facts, measured, c.now);
        EXPECT_EQ(outcome_of(outcomes, c.check).outcome, Outcome::fail);
    }
}

TEST(Prechecks, ThatWerentMeasuredPassNothing) {
    const auto outcomes = judge_prechecks(default_plan(), terms(), all_well(), {}, kInside);
    for (const char* check :
         {"error_rate", "latency", "replication_lag", "lock_waits", "backup", "on_call"}) {
        SCOPED_TRACE(check);
        EXPECT_EQ(outcome_of(outcomes, check).outcome, Outcome::inconclusive);
    }
}

TEST(Prechecks, OfARehearsalNeedNeitherWindowNorRehearsal) {
    Terms rehearsal = terms();
    rehearsal.time_scale = 60;
    const auto outcomes =
        judge_prechecks(default_plan(), rehearsal, {}, healthy(), kMidnight + hours{12});
    EXPECT_EQ(outcome_of(outcomes, "window").outcome, Outcome::not_applicable);
    EXPECT_EQ(outcome_of(outcomes, "rollback_rehearsed").outcome, Outcome::not_applicable);
    EXPECT_EQ(outcome_of(outcomes, "capacity").outcome, Outcome::pass);
}

TEST(Prechecks, WantAnApprovalThatIsStillGood) {
    PrecheckFacts facts = all_well();
    const auto approval = [&] {
        return outcome_of(
            judge_prechecks(default_plan(), terms(), facts, healthy(), kInside), "approval"
        );
    };
    EXPECT_EQ(approval().why, "It is good until 2026-01-01T04:00:00.000000Z.");
    facts.approved_until = kInside;
    EXPECT_EQ(approval().outcome, Outcome::fail);
    EXPECT_EQ(approval().why, "It was good until 2026-01-01T03:00:00.000000Z.");
    facts.approved_until.reset();
    EXPECT_EQ(approval().outcome, Outcome::fail);
}

TEST(Prechecks, BehindTheBaselineAreThoseThatRestOnNoRequests) {
    PrecheckFacts facts = all_well();
    facts.baseline_took = minutes{30};
    const auto outcome = [&facts](const Measurements& measured, const char* check) {
        return outcome_of(
            judge_prechecks(default_plan(), terms(), facts, measured, kInside), check
        );
    };
    for (const char* check : {"error_rate", "latency"}) {
        EXPECT_EQ(outcome(healthy(), check).check, "there is none") << check;
    }
    for (const char* check :
         {"no_open_incident", "replication_lag", "lock_waits", "capacity", "backup", "window"}) {
        EXPECT_EQ(outcome(healthy(), check).outcome, Outcome::pass) << check;
    }
    Measurements measured = healthy();
    fact(measured, "acknowledgement_age", 3'600'000);
    EXPECT_EQ(outcome(measured, "on_call").outcome, Outcome::pass)
        << "it was fresh when the baseline began";
    fact(measured, "acknowledgement_age", 3'600'001);
    EXPECT_EQ(outcome(measured, "on_call").outcome, Outcome::fail);
}

TEST(Prechecks, SayWhyTheWindowWasPassedOver) {
    Terms overriding = terms();
    overriding.override_window = "the Executive Operator is here now";
    const auto outcomes =
        judge_prechecks(default_plan(), overriding, all_well(), healthy(), kMidnight);
    EXPECT_EQ(outcome_of(outcomes, "window").outcome, Outcome::fail);
    EXPECT_TRUE(outcome_of(outcomes, "window").why.contains(*overriding.override_window));
}

TEST(Prechecks, ApplyOnceTheirPhaseHasSucceeded) {
    PrecheckFacts facts = all_well();
    facts.succeeded = {PhaseName::phase1, PhaseName::phase2};
    const auto outcomes = judge_prechecks(default_plan(), terms(), facts, healthy(), kInside);
    EXPECT_EQ(outcome_of(outcomes, "dashboards").outcome, Outcome::inconclusive);
}

TEST(ChangeWindow, MayReachPastMidnight) {
    struct Case {
        const char* from;
        const char* to;
        minutes at;
        bool inside;
    };
    const Case cases[] = {
        {"02:00", "06:00", minutes{119}, false},
        {"02:00", "06:00", minutes{120}, true},
        {"02:00", "06:00", minutes{359}, true},
        {"02:00", "06:00", minutes{360}, false},
        {"22:00", "02:00", minutes{22 * 60}, true},
        {"22:00", "02:00", minutes{119}, true},
        {"22:00", "02:00", minutes{120}, false},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.at.count());
        EXPECT_EQ(is_inside({.from = c.from, .to = c.to}, kMidnight + c.at), c.inside);
    }
}

}  // namespace
}  // namespace accubooks::launch
