#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launch/assessment.h"
#include "launch/execution.h"
#include "launch/internal/simulated_hour_test.h"

namespace accubooks::launch {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// How latency compares when users do otherwise than before.
Verdict regression_when(ExecutionState state, const Behaviour& before, const Behaviour& then) {
    SimulatedSystem recorded;
    recorded.run(seconds{0}, kBaselineEnd, before);
    const TimeSpan window{.from = at(kBaselineEnd), .to = at(2 * kBaselineEnd)};
    recorded.run(kBaselineEnd, 2 * kBaselineEnd, then);
    const Setting against = setting();
    for (Verdict& verdict :
         Assessment{default_plan(), against, recorded.measured}.stage(state, window)) {
        if (verdict.criterion.starts_with("latency_regression")) {
            return std::move(verdict);
        }
    }
    return {};
}

TEST(Assessment, UsersWhoStayAwayLeaveTheLaunchsOwnLoadToCompare) {
    constexpr auto kForward = ExecutionState::sustained;
    constexpr auto kBack = ExecutionState::rollback_verify;
    Behaviour as_before;
    as_before.users = 1;
    const Behaviour away;
    Behaviour slower;
    slower.latency = 1.3;
    Behaviour elsewhere;
    elsewhere.users = 1;
    elsewhere.users_ask = "GET /other";
    Behaviour nobody;
    nobody.load_is_silent = true;
    Behaviour only_elsewhere = elsewhere;
    only_elsewhere.load_is_silent = true;
    struct Case {
        const char* name;
        ExecutionState state;
        const Behaviour& then;
        Outcome outcome;
        bool is_of_own_load;
    };
    const Case cases[] = {
        {"they ask as before", kForward, as_before, Outcome::pass, false},
        {"they are gone", kForward, away, Outcome::pass, true},
        {"gone, behind a rollback", kBack, away, Outcome::pass, true},
        {"gone, and all is slower", kForward, slower, Outcome::fail, true},
        {"gone, and still slower behind a rollback", kBack, slower, Outcome::fail, true},
        // Too many to be passed over while a new value holds.
        {"they ask for something else", kForward, elsewhere, Outcome::inconclusive, false},
        {"something else, behind a rollback", kBack, elsewhere, Outcome::pass, true},
        // Without the load nothing can be compared, and that never passes.
        {"nothing is asked", kForward, nobody, Outcome::inconclusive, false},
        {"nothing is asked behind a rollback", kBack, nobody, Outcome::inconclusive, false},
        {"the load is gone", kBack, only_elsewhere, Outcome::inconclusive, false},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        const Verdict found = regression_when(c.state, as_before, c.then);
        EXPECT_EQ(found.outcome, c.outcome) << found.reason;
        EXPECT_EQ(found.reason.contains("the launch's own load"), c.is_of_own_load) << found.reason;
    }
}

TEST(Assessment, WhatUsersStillAskForIsComparedBeforeTheLaunchsOwnLoadStandsForThem) {
    Behaviour before;
    before.users = 20;
    before.job = 2;  // 7 % of all
    Behaviour ended = before;
    ended.job = 0;
    Behaviour slow = ended;
    slow.users_latency = 10;
    for (const auto state : {ExecutionState::sustained, ExecutionState::rollback_verify}) {
        const Verdict hurt = regression_when(state, before, slow);
        EXPECT_EQ(hurt.outcome, Outcome::fail) << hurt.reason;
        EXPECT_THAT(hurt.reason, ::testing::HasSubstr("Of what was asked for again"));
    }
    // A part of the baseline doesn't say that all is well: back our own load does, forward nothing.
    const Verdict back = regression_when(ExecutionState::rollback_verify, before, ended);
    EXPECT_EQ(back.outcome, Outcome::pass) << back.reason;
    EXPECT_THAT(back.reason, ::testing::HasSubstr("the launch's own load"));
    const Verdict forward = regression_when(ExecutionState::sustained, before, ended);
    EXPECT_EQ(forward.reading.kind, ReadingKind::no_data) << forward.reason;
}

TEST(Assessment, TheLaunchsOwnLoadDoesntStandForUsersWhomANewValueKeepsOut) {
    Behaviour before;
    before.users = 1;
    Behaviour full;
    full.refuses = &InstanceSample::refused_full;
    Behaviour no_room;
    no_room.refuses = &InstanceSample::no_room;
    Behaviour hang;
    hang.refuses = &InstanceSample::timeouts;
    Behaviour fail;
    fail.users_fail = 1;
    for (const Behaviour& kept_out : {full, no_room, hang, fail}) {
        const Verdict forward = regression_when(ExecutionState::sustained, before, kept_out);
        EXPECT_EQ(forward.reading.kind, ReadingKind::no_data) << forward.reason;
        EXPECT_EQ(forward.outcome, Outcome::inconclusive);
        const Verdict back = regression_when(ExecutionState::rollback_verify, before, kept_out);
        EXPECT_EQ(back.outcome, Outcome::pass) << "the new value isn't in force any more";
    }
    hang.latency = 1.3;
    const Verdict slower = regression_when(ExecutionState::sustained, before, hang);
    EXPECT_EQ(slower.outcome, Outcome::fail) << "worse is worse, whoever is kept out";
}

// What a driver does with its watch of a rollback, minute by minute, from its beginning to its
// deadline; the baseline had users, and now there are none.
Execution watched_rollback(const Behaviour& then) {
    const Plan& plan = default_plan();
    Behaviour before;
    before.users = 1;
    before.pool_max = 50;
    SimulatedSystem recorded;
    recorded.run(seconds{0}, kBaselineEnd, before);
    const Setting against = setting();
    Execution watched;
    watched.engine_version = kEngineVersion;
    watched.state = ExecutionState::rollback_verify;
    watched.order = Order{.generation = 2, .values = {}};
    watched.entered_at = at(kBaselineEnd);
    watched.deadline = watched.entered_at + plan.phase1.rollback.watch_deadline;
    const Milliseconds window = watched.window(plan);
    for (seconds now = kBaselineEnd + minutes{1}; watched.state == ExecutionState::rollback_verify;
         now += minutes{1}) {
        recorded.run(now - minutes{1}, now, then);
        Report report = TimePassed{};
        if (at(now) - watched.entered_at >= window) {
            const Assessment assessment{plan, against, recorded.measured};
            report = VerdictsReached{
                .state = watched.state,
                .verdicts = assessment.stage(watched.state, {at(now) + -window, at(now)}),
            };
        }
        const auto events = decide(plan, watched, report, watched.epoch, at(now));
        for (const ExecutionEvent& event : events.value()) {
            watched = evolve(std::move(watched), event);
        }
    }
    return watched;
}

TEST(Assessment, ARollbackIsVerifiedByTheLaunchsOwnLoadWhenItsUsersAreGone) {
    Behaviour then;
    then.pool_max = 50;
    const Execution gone = watched_rollback(then);
    EXPECT_EQ(gone.state, ExecutionState::rolled_back);
    EXPECT_EQ(gone.last_at - at(kBaselineEnd), minutes{15});

    then.load_is_silent = true;
    const Execution blind = watched_rollback(then);
    EXPECT_EQ(blind.state, ExecutionState::rollback_failed) << "nothing says that all is well";
    EXPECT_EQ(blind.last_at - at(kBaselineEnd), minutes{30});
}

}  // namespace
}  // namespace accubooks::launch
