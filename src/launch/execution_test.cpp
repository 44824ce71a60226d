#include "launch/execution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launch/effects.h"
#include "launch/internal/simulated_lease.h"

namespace accubooks::launch {
namespace {

using base::Instant;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const Instant kStart = Instant::from_unix_micros(1'767'225'600'000'000);

// One instance, taken through its states by the reports that lead there.
struct Played {
    Played() { add(start(plan, terms(), TimeSpan{.from = kStart, .to = kStart}, 1, now)); }

    static Terms terms() {
        return {
            .change = "CHG-1",
            .revision = 1,
            .attempt = 1,
            .digest = std::string(64, 'a'),
            .instances = {"a"},
            .prior = {{"database.pool.min", 10}, {"database.pool.max", 50}},
        };
    }
    void add(const Events& events) {
        for (const ExecutionEvent& event : events) {
            execution = evolve(execution, event);
        }
    }
    Played& tell(const Report& report) {
        const auto events = decide(plan, execution, report, execution.epoch, now);
        EXPECT_TRUE(events.has_value());
        add(events.value_or(Events{}));
        return *this;
    }
    base::Result<Events> say(const Act& act) {
        auto events = decide(plan, execution, act, now);
        if (events) {
            add(*events);
        }
        return events;
    }
    Played& wait(std::chrono::microseconds time) {
        now = now + time;
        return *this;
    }
    PrechecksDone all_pass() const {
        PrechecksDone report;
        for (const Precheck& one : plan.phase1.prechecks.checks) {
            report.checks.push_back({.check = one.check, .outcome = Outcome::pass, .why = "Fine."});
        }
        return report;
    }
    Played& check() { return tell(all_pass()); }
    /// Starts without a baseline, whose end is next.
    static Played measuring() {
        Played played;
        played.execution = {};
        played.add(start(played.plan, terms(), std::nullopt, 1, kStart));
        return played.check();
    }
    BaselineTaken taken() const {
        return {
            .outcome = Outcome::pass,
            .span = {.from = kStart, .to = now},
            .why = "",
            .checks = all_pass().checks,
        };
    }
    bool is_ordered() const { return execution.is_touched(); }
    Played& acknowledge() {
        const Order order = *execution.order;
        tell(OrderPlaced{.generation = order.generation, .revision = 7});
        const Acknowledgement by{
            .instance = "a",
            .boot_id = {},
            .generation = order.generation,
            .pool_max = order.values.back().value,
        };
        return tell(
            InstancesAnswered{.generation = order.generation, .acknowledged = {by}, .live = {"a"}}
        );
    }
    Played& pass() {
        const auto& conditions = execution.state == ExecutionState::rollback_verify
                                     ? plan.phase1.rollback.passes
                                     : execution.stage(plan)->passes;
        VerdictsReached report{.state = execution.state, .verdicts = {}};
        for (const Condition& condition : conditions) {
            report.verdicts.push_back(
                {.criterion = to_text(condition), .outcome = Outcome::pass, .reading = {}}
            );
        }
        return tell(report);
    }
    Played& to_immediate() {
        check().acknowledge();
        tell(TimeCovered{.state = ExecutionState::soak, .covered = plan.phase1.apply.soak});
        return acknowledge();
    }
    Played& to_finalise() { return to_immediate().pass().pass().pass(); }

    const Plan& plan = default_plan();
    Instant now = kStart;
    Execution execution;
};

Person person(RoleName role) {
    return {.name = "somebody", .role = role};
}

TEST(Execution, GoesThroughItsStagesToSuccess) {
    Played played;
    played.to_finalise().tell(FinaliseDone{.is_done = true});
    EXPECT_EQ(played.execution.state, ExecutionState::succeeded);
    EXPECT_EQ(played.execution.order->values.back().value, 200);
    EXPECT_TRUE(todo(played.plan, played.execution, played.now).empty());
}

TEST(Execution, EveryStateHasItsDeadline) {
    const auto late = [](Played& played) {
        played.now = played.execution.deadline;
        played.tell(TimePassed{});
        return played.execution.state;
    };
    Played precheck;
    EXPECT_EQ(late(precheck), ExecutionState::cancelled);
    Played apply;
    apply.check();
    EXPECT_EQ(late(apply), ExecutionState::rolling_back);
    EXPECT_EQ(late(apply), ExecutionState::rollback_failed);
    EXPECT_EQ(late(apply), ExecutionState::rollback_failed);  // stays open, and goes on trying
    Played finalise;
    finalise.to_finalise();
    EXPECT_EQ(late(finalise), ExecutionState::rolling_back);
    finalise.acknowledge();
    EXPECT_EQ(late(finalise), ExecutionState::rollback_failed);
}

TEST(Execution, AConditionOfTheApprovalThatDoesNotHoldCancels) {
    for (const Outcome outcome : {Outcome::fail, Outcome::inconclusive, Outcome::not_applicable}) {
        Played played;
        PrechecksDone report = played.all_pass();
        report.checks.push_back(
            {.check = "condition error_rate < 0.01 %", .outcome = outcome, .why = "It is 1 %."}
        );
        played.tell(report);
        EXPECT_EQ(played.execution.state, ExecutionState::cancelled);
        EXPECT_EQ(played.execution.why, "condition error_rate < 0.01 %: It is 1 %.");
    }
}

TEST(Execution, WhatWasCheckedIsInTheRecord) {
    Played played;
    played.check();
    ASSERT_EQ(played.execution.checks.size(), played.plan.phase1.prechecks.checks.size());
    EXPECT_EQ(played.execution.checks.front().why, "Fine.");
    EXPECT_EQ(played.execution.why, "") << "what passed is no reason";
}

TEST(Execution, WhatCannotBeRecordedPausesButNotTheWayBack) {
    Played played;
    played.to_immediate().tell(RecordingFailed{.why = "The disk is full."});
    EXPECT_EQ(played.execution.state, ExecutionState::paused);
    EXPECT_EQ(played.execution.cause, Cause::not_recorded);
    const Raise back{Intent::rollback, person(RoleName::on_call), "slow"};
    ASSERT_TRUE(played.say(back).has_value());
    played.tell(RecordingFailed{.why = "The disk is full."});
    EXPECT_EQ(played.execution.state, ExecutionState::rolling_back);
}

TEST(Execution, AnOrderThatIsRefusedGoesBackAndTheWayBackIsTriedAgain) {
    Played played;
    played.check().tell(OrderRefused{.generation = 1, .why = "Too many connections."});
    EXPECT_EQ(played.execution.state, ExecutionState::rolling_back);
    EXPECT_EQ(played.execution.why, "Too many connections.");
    played.tell(OrderRefused{.generation = 2, .why = "Another came first."});
    EXPECT_EQ(played.execution.state, ExecutionState::rolling_back);
}

TEST(Execution, WhatIsntHeldAnyMoreGoesBack) {
    Played played;
    played.to_immediate().tell(HoldLost{.why = "Revision 9 can't be held: superseded."});
    EXPECT_EQ(played.execution.state, ExecutionState::rolling_back);
    EXPECT_EQ(played.execution.way_back, Cause::divergence);
    played.tell(HoldLost{.why = "Late."});
    EXPECT_EQ(played.execution.order->generation, 3) << "the way back is held by nothing";
}

TEST(Execution, AMissingCriterionIsNoPass) {
    Played played;
    played.to_immediate();
    VerdictsReached report{.state = ExecutionState::immediate, .verdicts = {}};
    report.verdicts.push_back(
        {.criterion = "pool_max = 200", .outcome = Outcome::pass, .reading = {}}
    );
    played.tell(report);
    EXPECT_EQ(played.execution.state, ExecutionState::immediate);
    EXPECT_EQ(played.execution.extensions, 1);
    played.tell(report);
    EXPECT_EQ(played.execution.state, ExecutionState::rolling_back);
    EXPECT_EQ(played.execution.cause, Cause::inconclusive);
}

TEST(Execution, TheSmokeRunIsExtendedToItsNextLevel) {
    Played played;
    played.to_immediate().pass();
    EXPECT_EQ(played.execution.smoke_requests(played.plan), 500);
    const VerdictsReached unclear{.state = ExecutionState::synthetic, .verdicts = {}};
    for (const std::int64_t next : {1500, 3000, 6000}) {
        played.tell(unclear);
        EXPECT_EQ(played.execution.smoke_requests(played.plan), next);
    }
    played.tell(unclear);
    EXPECT_EQ(played.execution.state, ExecutionState::rolling_back);
}

TEST(Execution, APauseStopsTheClockOfItsState) {
    Played played;
    played.to_immediate();
    const Instant deadline = played.execution.deadline;
    ASSERT_TRUE(
        played.say(Raise{.intent = Intent::pause, .by = person(RoleName::on_call), .why = "a look"})
    );
    played.wait(minutes{30});
    ASSERT_TRUE(played.say(Resume{.by = person(RoleName::executive_operator), .why = "go on"}));
    EXPECT_EQ(played.execution.state, ExecutionState::immediate);
    EXPECT_EQ(played.execution.deadline, deadline + minutes{30});
    ASSERT_EQ(played.execution.pauses.size(), 1U);
}

TEST(Execution, TriggersFireThroughAPause) {
    Played played;
    played.to_immediate();
    ASSERT_TRUE(
        played.say(Raise{.intent = Intent::pause, .by = person(RoleName::on_call), .why = "a look"})
    );
    played.tell(TriggersFired{
        .fired = {{.criterion = "error_rate > 1 %", .outcome = Outcome::fail, .reading = {}}}
    });
    EXPECT_EQ(played.execution.state, ExecutionState::rolling_back);
    EXPECT_EQ(played.execution.cause, Cause::hard_trigger);
}

TEST(Execution, AP0PausesWhileNothingIsChangedAndTheExecutiveAloneResumes) {
    for (const ExecutionState state : {ExecutionState::precheck, ExecutionState::baseline}) {
        SCOPED_TRACE(to_string(state));
        Played played = state == ExecutionState::precheck ? Played{} : Played::measuring();
        ASSERT_EQ(played.execution.state, state);
        EXPECT_TRUE(std::holds_alternative<LookForP0>(
            todo(played.plan, played.execution, played.now).front()
        )) << "before anything else is done";
        played.tell(P0Open{.why = "The P0 incident INC-0001 is open: “Down”."});
        EXPECT_EQ(played.execution.state, ExecutionState::paused);
        EXPECT_EQ(played.execution.cause, Cause::incident);
        EXPECT_EQ(played.execution.why, "The P0 incident INC-0001 is open: “Down”.");
        played.tell(played.taken()).check();
        EXPECT_FALSE(played.is_ordered()) << "what was under way orders nothing";
        const auto resume = [&played](RoleName role, bool is_open) {
            const auto said = played.say(Resume{
                .by = person(role), .why = "it is over", .is_p0_open = is_open, .had_p0 = true
            });
            return said ? "" : said.error().code;
        };
        EXPECT_EQ(resume(RoleName::executive_operator, true), "launch.p0_open");
        EXPECT_EQ(resume(RoleName::requester_lead, false), "launch.executive_resumes");
        EXPECT_EQ(resume(RoleName::executive_operator, false), "");
        EXPECT_EQ(played.execution.state, state);
    }
}

TEST(Execution, AP0BeforeTheFirstOrderIsPlacedGoesBackAtOnce) {
    Played played;
    played.check();
    ASSERT_EQ(played.execution.state, ExecutionState::apply);
    played.tell(P0Open{.why = "Down."});
    EXPECT_EQ(played.execution.state, ExecutionState::rolling_back);
    EXPECT_EQ(played.execution.cause, Cause::incident);
}

TEST(Execution, AP0WhileValuesAreHeldRollsBackWhereThePlanSaysSo) {
    Played played;
    played.to_immediate().pass().pass();
    ASSERT_EQ(played.execution.state, ExecutionState::sustained);
    Played at_the_end = played;
    played.tell(P0Open{.why = "Down."});
    EXPECT_EQ(played.execution.state, ExecutionState::rolling_back);
    EXPECT_EQ(played.execution.cause, Cause::incident);

    at_the_end.pass();
    ASSERT_EQ(at_the_end.execution.state, ExecutionState::finalise);
    at_the_end.tell(P0Open{.why = "Down."});
    EXPECT_EQ(at_the_end.execution.state, ExecutionState::rolling_back)
        << "nothing is confirmed beside an open P0";
}

TEST(Execution, AP0WhileValuesAreHeldPausesWhereThePlanHasNoTriggerForIt) {
    Plan plan = default_plan();
    const auto forget = [](std::vector<Condition>& conditions) {
        std::erase_if(conditions, [](const Condition& one) { return one.metric == "open_p0"; });
    };
    forget(plan.phase1.hard_triggers);
    Played played;
    played.to_immediate();
    const auto told = [&] {
        return decide(plan, played.execution, P0Open{.why = "Down."}, 1, played.now).value();
    };
    ASSERT_EQ(told().size(), 1U);
    EXPECT_EQ(std::get<Entered>(told().front()).state, ExecutionState::paused);
    played.pass().pass();
    EXPECT_EQ(std::get<Entered>(told().front()).state, ExecutionState::rolling_back)
        << "the sustained stage has it among its own";
    forget(plan.phase1.stages.sustained.rolls_back);
    EXPECT_EQ(std::get<Entered>(told().front()).state, ExecutionState::paused);
}

TEST(Execution, WhatHeldBeforeTheBaselineMustHoldBehindIt) {
    Played played = Played::measuring();
    const auto before = played.execution.checks;
    BaselineTaken late = played.taken();
    const auto window = std::ranges::find(late.checks, "window", &CheckOutcome::check);
    *window = {.check = "window", .outcome = Outcome::fail, .why = "It is 06:25 UTC."};
    played.tell(late);
    EXPECT_EQ(played.execution.state, ExecutionState::paused);
    EXPECT_EQ(played.execution.cause, Cause::check_failed);
    EXPECT_EQ(played.execution.why, "window: It is 06:25 UTC.");
    EXPECT_EQ(played.execution.checks.size(), before.size());
    EXPECT_EQ(played.execution.checks.back().why, before.back().why);
    ASSERT_TRUE(played.say(Resume{.by = person(RoleName::executive_operator), .why = "go on"}));

    BaselineTaken expired = played.taken();
    expired.checks.push_back({.check = "approval", .outcome = Outcome::fail, .why = "Over."});
    Played over = played;
    over.tell(expired);
    EXPECT_EQ(over.execution.state, ExecutionState::cancelled) << "nobody can renew it";
    EXPECT_EQ(over.execution.why, "approval: Over.");

    BaselineTaken forgotten = played.taken();
    std::erase_if(forgotten.checks, [](const CheckOutcome& one) { return one.check == "on_call"; });
    played.tell(forgotten);
    EXPECT_EQ(played.execution.why, "on_call wasn't checked.");
    ASSERT_TRUE(played.say(Resume{.by = person(RoleName::executive_operator), .why = "go on"}));

    BaselineTaken good = played.taken();
    std::erase_if(good.checks, [](const CheckOutcome& one) {
        return one.check == "error_rate" || one.check == "latency";
    });
    played.tell(good);
    EXPECT_EQ(played.execution.state, ExecutionState::apply) << "those aren't asked for again";
}

TEST(Execution, SilencePausesAndThenRollsBack) {
    Played played;
    played.to_immediate().tell(SourcesSilent{.inside = minutes{1}});
    EXPECT_EQ(played.execution.state, ExecutionState::immediate);
    played.tell(SourcesSilent{.inside = minutes{2}});
    EXPECT_EQ(played.execution.state, ExecutionState::paused);
    played.tell(SourcesSilent{.inside = minutes{10}});
    EXPECT_EQ(played.execution.state, ExecutionState::rolling_back);
    EXPECT_EQ(played.execution.cause, Cause::no_data);
}

TEST(Execution, WhatSilenceLeadsTo) {
    struct Case {
        const char* name;
        SourcesSilent silent;
        ExecutionState state;
        bool is_on_one_source;
    };
    const Case cases[] = {
        {"neither",
         {.inside = seconds{119}, .outside = seconds{119}},
         ExecutionState::immediate,
         false},
        {"outside", {.inside = seconds{1}, .outside = minutes{2}}, ExecutionState::immediate, true},
        {"outside for long", {.inside = {}, .outside = hours{1}}, ExecutionState::immediate, true},
        {"inside", {.inside = minutes{2}, .outside = {}}, ExecutionState::paused, false},
        {"both", {.inside = minutes{2}, .outside = minutes{2}}, ExecutionState::paused, false},
        {"inside for long",
         {.inside = minutes{10}, .outside = {}},
         ExecutionState::rolling_back,
         false},
        {"both for long",
         {.inside = minutes{10}, .outside = minutes{10}},
         ExecutionState::rolling_back,
         false},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        Played played;
        played.to_immediate().tell(c.silent);
        EXPECT_EQ(played.execution.state, c.state);
        EXPECT_EQ(played.execution.is_on_one_source, c.is_on_one_source);
    }
}

TEST(Execution, IsNotFinalisedOnOneSource) {
    Played played;
    played.to_finalise().tell(SourcesSilent{.outside = minutes{2}});
    const auto finalises = [&played] {
        return std::ranges::any_of(
            todo(played.plan, played.execution, played.now),
            [](const Effect& one) { return std::holds_alternative<Finalise>(one); }
        );
    };
    EXPECT_FALSE(finalises());
    played.tell(FinaliseDone{.is_done = true});
    EXPECT_EQ(played.execution.state, ExecutionState::finalise);
    played.tell(SourcesSilent{.outside = seconds{1}});
    EXPECT_TRUE(finalises());
    played.tell(FinaliseDone{.is_done = true});
    EXPECT_EQ(played.execution.state, ExecutionState::succeeded);
}

TEST(Execution, ALostSourceIsAnIncidentOnce) {
    Played played;
    played.to_immediate();
    const SourceLost lost{.at = played.now, .silent = minutes{2}};
    const auto first = consequences(played.execution, lost);
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(std::get<OpenIncident>(first.back()).severity, Severity::p2);
    played.add({lost, SourceBack{.at = played.now}});
    EXPECT_EQ(consequences(played.execution, lost).size(), 1U);
}

TEST(Execution, RefusesActsByTheirGuard) {
    struct Case {
        const char* name;
        Act act;
        std::string_view code;
    };
    const Case cases[] = {
        {"no right",
         Raise{.intent = Intent::pause, .by = person(RoleName::product_lead), .why = "no"},
         "launch.no_right"},
        {"no reason",
         Raise{.intent = Intent::abort, .by = person(RoleName::on_call), .why = ""},
         "launch.reason_missing"},
        {"falls",
         Raise{.intent = Intent::pause, .by = person(RoleName::on_call), .why = "again"},
         "launch.intent_falls"},
        {"lead resumes",
         Resume{.by = person(RoleName::requester_lead), .why = "go on"},
         "launch.no_right"},
        {"open P0",
         Resume{.by = person(RoleName::executive_operator), .why = "go on", .is_p0_open = true},
         "launch.p0_open"},
        {"after a P0",
         Resume{.by = person(RoleName::on_call), .why = "go on", .had_p0 = true},
         "launch.executive_resumes"},
        {"nothing failed",
         Resolve{.by = person(RoleName::executive_operator), .why = "by hand"},
         "launch.nothing_failed"},
    };
    Played played;
    played.to_immediate();
    ASSERT_TRUE(
        played.say(Raise{.intent = Intent::pause, .by = person(RoleName::on_call), .why = "a look"})
    );
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        const auto refused = played.say(c.act);
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().code, c.code);
    }
}

TEST(Execution, AStaleDriverIsFenced) {
    Played played;
    played.add(*take_over(played.plan, played.execution, 2, "b", played.now));
    const auto refused = decide(played.plan, played.execution, TimePassed{}, 1, played.now);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "launch.fenced");
    EXPECT_FALSE(take_over(played.plan, played.execution, 2, "c", played.now).has_value());
}

TEST(Execution, AHistoryOfAnotherEngineIsHeld) {
    Played played;
    played.to_immediate();
    played.execution.engine_version = kEngineVersion + 1;
    played.add(*take_over(played.plan, played.execution, 2, "b", played.now));
    EXPECT_EQ(played.execution.state, ExecutionState::paused);
    EXPECT_EQ(played.execution.cause, Cause::other_engine);
}

TEST(Execution, AForgedHistoryIsRefused) {
    Played played;
    Events history = start(played.plan, Played::terms(), std::nullopt, 1, kStart);
    history.emplace_back(Entered{
        .at = kStart, .deadline = kStart, .state = ExecutionState::succeeded, .cause = {}, .why = ""
    });
    const auto replayed = replay(history);
    ASSERT_FALSE(replayed.has_value());
    EXPECT_EQ(replayed.error().code, "launch.bad_history");
    EXPECT_THAT(replayed.error().detail, ::testing::HasSubstr("Event 2"));
}

TEST(Execution, AFailedRollbackIsAnIncident) {
    Played played;
    played.check();
    played.now = played.execution.deadline;
    played.tell(TimePassed{});
    played.now = played.execution.deadline;
    const auto events = decide(played.plan, played.execution, TimePassed{}, 1, played.now);
    ASSERT_TRUE(events.has_value());
    const auto found = consequences(played.execution, events->front());
    ASSERT_EQ(found.size(), 2U);
    const auto& incident = std::get<OpenIncident>(found.back());
    EXPECT_EQ(incident.severity, Severity::p0);
    EXPECT_THAT(
        incident.summary,
        ::testing::EndsWith("rolling_back took too long. Not on the ordered values: a.")
    );
}

TEST(SimulatedLease, IsTakenOverOnlyWhenItsTimeIsOver) {
    SimulatedLease lease;
    ASSERT_TRUE(lease.claim("a", kStart, seconds{30}));
    EXPECT_FALSE(lease.claim("b", kStart + seconds{29}, seconds{30}));
    ASSERT_TRUE(lease.claim("b", kStart + seconds{30}, seconds{30}));
    EXPECT_EQ(lease.epoch, 2);
    EXPECT_FALSE(lease.renew(1, kStart + seconds{31}, seconds{30}));
    EXPECT_TRUE(lease.renew(2, kStart + seconds{31}, seconds{30}));
    EXPECT_FALSE(lease.renew(2, kStart + hours{1}, seconds{30}));
}

}  // namespace
}  // namespace accubooks::launch
