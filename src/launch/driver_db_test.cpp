#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launch/driver.h"
#include "launch/execution_book.h"
#include "launch/internal/fake_effects.h"
#include "launch/internal/launch_under_test.h"
#include "launch/order.h"
#include "launch/prechecks.h"
#include "ops/governance.h"

namespace accubooks::launch {
namespace {

using namespace std::chrono_literals;

/// An approved change with a receipt of its approval for everybody, and drivers on it.
class DriverTest : public ::testing::Test {
protected:
    DriverTest() {
        launch_.requested();
        EXPECT_TRUE(launch_.decided(Verb::approve).has_value());
        launch_.everybody_is_told();
    }

    static constexpr std::string_view kApprovedForPhaseTwo = R"sql(
set session_replication_role = replica;
insert into launch.change values (2, 'phase2', now());
insert into launch.change_revision (change, revision, payload, sha256, author, made_at)
select 2, revision, payload || ' '::bytea, sha256(payload || ' '::bytea), author, made_at
  from launch.change_revision;
insert into launch.change_event (change, sequence, revision, kind, actor, detail, at)
select 2, sequence, revision, kind, actor, detail, at from launch.change_event)sql";

    /// Behind the start, which it shares.
    static constexpr std::string_view kPhaseTwoSucceeded = R"sql(
set session_replication_role = replica;
insert into launch.change_event (change, sequence, revision, kind, actor, detail, at)
select 2, last + number, 1, kind, 'system', detail, now()
  from (select max(sequence) as last from launch.change_event where change = 2) before,
       (values (1, 'ended', '{"ending":"completed"}'),
               (2, 'reported', '{"report_sha256":"' || repeat('ab', 32) || '"}')) happened (number, kind, detail))sql";

    static constexpr std::string_view kReopenLog = R"sql(
set session_replication_role = replica;
insert into audit.log (log, origin, verifier_key, opened_at)
select log, 'accubooks.test/launch-audit' || suffix, 'accubooks.test/launch-audit+78be80d8+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea', now()
  from (values (1, ''), (2, '/2')) l (log, suffix);
insert into audit.leaf (log, seq, act, entry)
select 1, row_number() over (order by number) - 1, number, '\x7b7d' from audit.act where object = 'CHG-0001/rev/1')sql";

    template <class T>
    T run(base::Task<T> task) {
        return launch_.run(std::move(task));
    }
    std::unique_ptr<Driver> driver(std::string holder) {
        return std::make_unique<Driver>(Driver::Parts{
            .on = launch_.io().get_executor(),
            .ops = launch_.pool(),
            .clock = launch_.clock(),
            .log = log_,
            .holder = std::move(holder),
            .effects = [this](const Attempt& attempt
                       ) { return std::make_unique<FakeEffects>(outside_, attempt); },
        });
    }
    bool turn(Driver& driver) {
        launch_.clock().advance(1s);
        return run(driver.turn());
    }
    /// Turns until the driver has nothing to do any more.
    void drive(Driver& driver) {
        int turns = 0;
        while (turn(driver)) {
            ASSERT_LT(++turns, 100);
        }
    }

    base::Result<Written> started(std::int64_t time_scale = 60) {
        return started({.is_rehearsal = time_scale > 1, .time_scale = time_scale});
    }
    base::Result<Written> started(ExecutionBook::Wanted wanted, std::int64_t change = 1) {
        return run(executions_.start(lead(), change, std::move(wanted), soon()));
    }
    base::Result<Written> said(const Actor& by, ExecutionBook::Wish wish) {
        return run(executions_.act(by, 1, wish, "the test says so", soon()));
    }
    Attempt attempt(std::int64_t number = 1) {
        return run(executions_.find(number, soon())).value();
    }
    /// Of a pre-check, as the running execution has it.
    Outcome outcome_of(std::string_view check) {
        const auto outcomes = run(looked_at());
        const auto found = std::ranges::find(outcomes, check, &CheckOutcome::check);
        EXPECT_NE(found, outcomes.end());
        return found->outcome;
    }
    base::Task<std::vector<CheckOutcome>> looked_at() {
        auto lease = co_await launch_.pool().acquire(soon());
        const auto row = co_await running_execution(*lease, soon());
        const auto loaded = co_await load_attempt(*lease, *row, soon());
        co_return co_await look_at_prechecks(*lease, *loaded, {}, launch_.clock().now(), soon());
    }
    base::Task<bool> govern_the_pool() {
        auto lease = co_await launch_.pool().acquire(soon());
        std::vector<ops::GovernedSetting> governed{
            {.key = "database.pool.min", .change = "phase1"},
            {.key = "database.pool.max", .change = "phase1"},
        };
        co_await ops::govern(*lease, std::move(governed), soon());
        co_return true;
    }
    /// Places the newest order as the real effects do; the pool's max in the newest revision then.
    base::Task<std::int64_t> ordered_for_real(Attempt attempt) {
        auto lease = co_await launch_.pool().acquire(soon());
        const PlaceOrder effect{.order = *attempt.execution.order, .confirm_within = 60s};
        const auto placed = co_await place(*lease, attempt, effect, soon());
        EXPECT_TRUE(placed && std::holds_alternative<OrderPlaced>(*placed));
        const auto sight = co_await ops::look(*lease, soon());
        co_return ops::number_of(ops::values_of(sight->newest).value(), "database.pool.max");
    }
    base::Task<FinaliseDone> confirmed_for_real(Attempt attempt) {
        auto lease = co_await launch_.pool().acquire(soon());
        const auto sight = co_await ops::look(*lease, soon());
        co_return co_await confirm(*lease, attempt, sight->newest.number, soon());
    }
    base::Task<base::Result<std::int64_t>> confirmed_by_hand() {
        auto lease = co_await launch_.pool().acquire(soon());
        co_return co_await ops::confirm(*lease, std::nullopt, "somebody", soon());
    }
    /// Past all that this program checks.
    base::Task<bool> record_by_hand(std::int64_t max) {
        auto lease = co_await launch_.pool().acquire(soon());
        const auto sight = co_await ops::look(*lease, soon());
        ops::Values values = ops::values_of(sight->newest).value();
        values["database.pool.max"] = max;
        ops::Proposal proposal{.values = {}, .author = "somebody", .reason = "because"};
        const auto number = co_await ops::record(
            *lease, sight->newest.number, ops::to_json(values), std::move(proposal), soon()
        );
        co_return number.has_value();
    }
    State state() { return launch_.change().newest().state; }
    std::int64_t count(const pg::Statement& statement) { return run(counted(&statement)); }
    void lease_is_over() {
        launch_.database().run_script(
            "accubooks_owner",
            "update launch.execution set expires_at = clock_timestamp() - interval '1 s'"
        );
    }

    Launch launch_;
    telemetry::Log log_{launch_.clock(), telemetry::Level::error};
    Outside outside_{.stages = Outcome::pass};

    ExecutionBook executions_{launch_.executing()};

private:
    base::Task<std::int64_t> counted(const pg::Statement* statement) {
        auto lease = co_await launch_.pool().acquire(soon());
        const auto rows = co_await lease->execute(*statement, {}, soon());
        co_return rows[0].get<std::int64_t>(0);
    }
};

TEST_F(DriverTest, ARehearsalGoesThroughAndLeavesTheApproval) {
    ASSERT_TRUE(started().has_value());
    EXPECT_EQ(state(), State::executing);
    const auto driver = this->driver("a");
    drive(*driver);
    const Attempt done = attempt();
    EXPECT_EQ(done.execution.state, ExecutionState::rehearsed);
    EXPECT_EQ(outside_.closed, 1);
    EXPECT_EQ(state(), State::approved);
    constexpr pg::Statement kActs{
        .name = "test.acts",
        .text = "select count(*) from audit.act where action = 'launch.execution_event'",
    };
    EXPECT_EQ(count(kActs), done.number()) << "each event is an act of the log";
    EXPECT_FALSE(turn(*driver)) << "nothing is left to do";
}

TEST_F(DriverTest, StartAndEndAreToldOnceEach) {
    ASSERT_TRUE(started().has_value());
    const auto driver = this->driver("a");
    drive(*driver);
    constexpr pg::Statement kByTheChange{
        .name = "test.told_by_the_change",
        .text = "select count(*) from launch.notification where kind in ('started', 'ended')",
    };
    EXPECT_EQ(count(kByTheChange), 0);
    constexpr pg::Statement kByTheExecution{
        .name = "test.told_by_the_execution",
        .text = R"sql(
select count(*) from launch.notification
 where recipient = 'webhook' and (subject like '%: execution started.' or subject like '%: rehearsed.%'))sql",
    };
    EXPECT_EQ(count(kByTheExecution), 2);
}

TEST_F(DriverTest, AP0PausesBeforeAnythingIsOrderedAndTheExecutiveResumes) {
    ASSERT_TRUE(started().has_value());
    const auto driver = this->driver("a");
    outside_.is_p0_open = true;
    for (int turns = 0; turns < 5; ++turns) {
        turn(*driver);
    }
    EXPECT_EQ(attempt().execution.state, ExecutionState::paused);
    EXPECT_FALSE(attempt().execution.is_touched());
    constexpr pg::Statement kTold{
        .name = "test.told_of_the_pause",
        .text = R"sql(
select count(*) from launch.notification
 where recipient = 'webhook' and subject like '%: paused.%INC-0001%')sql",
    };
    EXPECT_EQ(count(kTold), 1);
    outside_.is_p0_open = false;
    ASSERT_TRUE(said(executive(), ExecutionBook::Wish::resume).has_value());
    drive(*driver);
    EXPECT_EQ(attempt().execution.state, ExecutionState::rehearsed);
}

TEST_F(DriverTest, WhatDoesNotHoldAgainBehindTheBaselinePauses) {
    ASSERT_TRUE(started().has_value());
    const auto driver = this->driver("a");
    outside_.fails_again = true;
    for (int turns = 0; turns < 5; ++turns) {
        turn(*driver);
    }
    const Attempt paused = attempt();
    EXPECT_EQ(paused.execution.state, ExecutionState::paused);
    EXPECT_EQ(paused.execution.cause, Cause::check_failed);
    EXPECT_FALSE(paused.execution.is_touched());
    outside_.fails_again = false;
    ASSERT_TRUE(said(executive(), ExecutionBook::Wish::resume).has_value());
    drive(*driver);
    EXPECT_EQ(attempt().execution.state, ExecutionState::rehearsed);
}

TEST_F(DriverTest, AnApprovalThatIsOverIsAFailedCheck) {
    ASSERT_TRUE(started().has_value());
    EXPECT_EQ(outcome_of("approval"), Outcome::pass);
    launch_.clock().advance(std::chrono::hours{24 * 8});
    EXPECT_EQ(outcome_of("approval"), Outcome::fail);
}

TEST_F(DriverTest, WhatIsAbortedBeforeAnybodyDroveItEndsWithItsEvidence) {
    const auto driver = this->driver("a");
    EXPECT_FALSE(turn(*driver)) << "nothing runs";
    ASSERT_TRUE(started().has_value());
    ASSERT_TRUE(said(lead(), ExecutionBook::Wish::abort).has_value());
    EXPECT_EQ(attempt().execution.state, ExecutionState::cancelled);
    EXPECT_EQ(outside_.closed, 0);
    EXPECT_FALSE(turn(*driver));
    EXPECT_EQ(outside_.closed, 1) << "its evidence is finished";
}

/// As another version of the program may have written it.
constexpr std::string_view kSpoilPayload = R"sql(
set session_replication_role = replica;
with spoilt as (
    select change, revision,
           convert_to(replace(convert_from(payload, 'UTF8'), '"phase":"phase1"', '"phase":"phase9"'), 'UTF8') as payload
      from launch.change_revision)
update launch.change_revision r
   set payload = s.payload, sha256 = sha256(s.payload)
  from spoilt s
 where s.change = r.change and s.revision = r.revision)sql";

constexpr pg::Statement kOpenP0{
    .name = "test.open_p0", .text = "select count(*) from launch.incident where severity = 'p0'"
};

TEST_F(DriverTest, WithoutAReadablePayloadItEndsByHand) {
    ASSERT_TRUE(started().has_value());
    launch_.database().run_script("postgres", kSpoilPayload);
    EXPECT_EQ(said(lead(), ExecutionBook::Wish::pause).error().code, "launch.bad_payload");
    ASSERT_TRUE(said(on_call(), ExecutionBook::Wish::abort).has_value());
    EXPECT_EQ(said(lead(), ExecutionBook::Wish::abort).error().code, "launch.nothing_runs");
    const auto listed = run(executions_.list(1, soon()));
    ASSERT_EQ(listed.size(), 1U);
    ASSERT_FALSE(listed[0].attempt.has_value());
    EXPECT_EQ(listed[0].attempt.error().code, "launch.bad_payload");
}

TEST_F(DriverTest, WhatWasTouchedAndCannotBeReadEndsByHandWithAP0) {
    ASSERT_TRUE(started().has_value());
    outside_.stages.reset();
    const auto driver = this->driver("a");
    for (int turns = 0; turns < 20 && !attempt().execution.is_touched(); ++turns) {
        turn(*driver);
    }
    ASSERT_TRUE(attempt().execution.is_touched());
    launch_.database().run_script("postgres", kSpoilPayload);
    ASSERT_TRUE(said(executive(), ExecutionBook::Wish::resolve).has_value());
    constexpr pg::Statement kEnded{
        .name = "test.failed_by_hand",
        .text =
            "select count(*) from launch.execution_event where is_end and detail::jsonb ->> "
            "'state' = 'failed_manual'",
    };
    EXPECT_EQ(count(kEnded), 1);
    EXPECT_EQ(count(kOpenP0), 1);
}

/// As another version of the program may have written it.
constexpr std::string_view kSpoilStart = R"sql(
set session_replication_role = replica;
update launch.execution_event set detail = '{"kind":"started","unheard_of":1}' where number = 1)sql";

TEST_F(DriverTest, WithoutReadableEventsItEndsByHandAsIfItHeldValues) {
    ASSERT_TRUE(started().has_value());
    launch_.database().run_script("postgres", kSpoilStart);
    const auto driver = this->driver("a");
    EXPECT_FALSE(turn(*driver)) << "nobody drives it";
    EXPECT_EQ(said(lead(), ExecutionBook::Wish::rollback).error().code, "launch.bad_history");
    const auto ended = said(on_call(), ExecutionBook::Wish::abort);
    ASSERT_TRUE(ended.has_value()) << ended.error().detail;
    EXPECT_THAT(ended->body, ::testing::HasSubstr("\"unreadable\":\"Event 1 of"));
    EXPECT_EQ(said(lead(), ExecutionBook::Wish::abort).error().code, "launch.nothing_runs");
    EXPECT_EQ(count(kOpenP0), 1);
    EXPECT_EQ(state(), State::failed_manual);
}

TEST_F(DriverTest, NothingStartsThatWasApprovedInAnEarlierLog) {
    launch_.database().run_script("postgres", kReopenLog);
    EXPECT_EQ(started().error().code, "launch.approved_in_earlier_log");
}

TEST_F(DriverTest, APrecheckAppliesOnceItsPhaseHasSucceeded) {
    ASSERT_TRUE(started().has_value());
    EXPECT_EQ(outcome_of("dashboards"), Outcome::not_applicable);
    launch_.database().run_script("postgres", kApprovedForPhaseTwo);
    launch_.database().run_script("postgres", kPhaseTwoSucceeded);
    EXPECT_EQ(outcome_of("dashboards"), Outcome::inconclusive) << "nobody looks at them here";
}

TEST_F(DriverTest, NothingStartsBesidesOrWithoutItsGuards) {
    EXPECT_EQ(started(1).error().code, "launch.rollback_unrehearsed");
    EXPECT_EQ(started(1'000'000).error().code, "launch.bad_time_scale");
    EXPECT_EQ(said(lead(), ExecutionBook::Wish::abort).error().code, "launch.nothing_runs");
    ASSERT_TRUE(started().has_value());
    EXPECT_EQ(started().error().code, "launch.not_approved") << "it is executing";
    EXPECT_EQ(said(lead(), ExecutionBook::Wish::resume).error().code, "launch.not_paused");
}

TEST_F(DriverTest, WhatIsMeantAsARehearsalNeverStartsTheRealThing) {
    const auto slow = started({.is_rehearsal = true, .time_scale = 1});
    EXPECT_EQ(slow.error().code, "launch.bad_time_scale");
    const auto fast = started({.is_rehearsal = false, .time_scale = 60});
    EXPECT_EQ(fast.error().code, "launch.bad_time_scale");
    EXPECT_EQ(state(), State::approved);
}

TEST_F(DriverTest, NothingStartsOnAnApprovalThatItsApproversKeyDidNotSign) {
    ExecutionBook::Parts parts = launch_.executing();
    parts.keys_of = [](base::Uuid, base::Deadline) -> base::Task<std::vector<KnownKey>> {
        co_return std::vector<KnownKey>{{.key = key(9).public_key()}};
    };
    ExecutionBook deceived{std::move(parts)};
    const ExecutionBook::Wanted wanted{.is_rehearsal = true, .time_scale = 60};
    const auto refused = run(deceived.start(lead(), 1, wanted, soon()));
    EXPECT_EQ(refused.error().code, "launch.approval_unsigned");
    EXPECT_EQ(state(), State::approved);
}

TEST_F(DriverTest, AnotherPhaseIsntCarriedOutAsPhaseOne) {
    launch_.database().run_script("postgres", kApprovedForPhaseTwo);
    const auto refused = started({.is_rehearsal = true, .time_scale = 60}, 2);
    EXPECT_EQ(refused.error().code, "launch.phase_not_executable");
}

TEST_F(DriverTest, AnotherDriverGoesOnWhereOneDied) {
    ASSERT_TRUE(started().has_value());
    const auto first = driver("a");
    const auto second = driver("b");
    outside_.stages.reset();
    for (int turns = 0; turns < 8; ++turns) {
        EXPECT_TRUE(turn(*first));
    }
    EXPECT_EQ(attempt().execution.state, ExecutionState::immediate);
    EXPECT_FALSE(turn(*second)) << "the first one leads";
    lease_is_over();
    EXPECT_TRUE(turn(*second));
    const Attempt taken = attempt();
    EXPECT_EQ(taken.execution.state, ExecutionState::immediate);
    EXPECT_EQ(taken.execution.epoch, taken.row.epoch);
    EXPECT_FALSE(turn(*first)) << "it is fenced off";
    EXPECT_EQ(outside_.closed, 1);
    outside_.stages = Outcome::pass;
    drive(*second);
    EXPECT_EQ(attempt().execution.state, ExecutionState::rehearsed);
}

TEST_F(DriverTest, AStageThatFailsRollsBack) {
    ASSERT_TRUE(started().has_value());
    outside_.stages = Outcome::fail;
    const auto driver = this->driver("a");
    drive(*driver);
    const Attempt done = attempt();
    EXPECT_EQ(done.execution.state, ExecutionState::rolled_back);
    EXPECT_EQ(done.execution.order->values.back().value, 50);
    EXPECT_EQ(state(), State::approved) << "a rehearsal leaves the approval as it is";
}

TEST_F(DriverTest, PeopleSteerBetweenTwoTurns) {
    ASSERT_TRUE(started().has_value());
    outside_.stages.reset();
    const auto driver = this->driver("a");
    while (attempt().execution.state != ExecutionState::immediate) {
        ASSERT_TRUE(turn(*driver));
    }
    ASSERT_TRUE(said(executive(), ExecutionBook::Wish::pause).has_value());
    ASSERT_TRUE(turn(*driver));
    EXPECT_EQ(attempt().execution.state, ExecutionState::paused);
    ASSERT_TRUE(said(lead(), ExecutionBook::Wish::rollback).has_value());
    outside_.stages = Outcome::pass;
    drive(*driver);
    EXPECT_EQ(attempt().execution.state, ExecutionState::rolled_back);
    constexpr pg::Statement kTold{
        .name = "test.told",
        .text = R"sql(
select count(*)
  from launch.notification
 where transition like 'execution/1/%' and recipient = 'webhook')sql",
    };
    EXPECT_EQ(
        count(kTold), 6
    ) << "started, pause asked, paused, rollback asked, rolling back, rolled back";
}

TEST_F(DriverTest, TheDatabaseTakesWhatWasOrderedAndNothingElse) {
    run(govern_the_pool());
    ASSERT_TRUE(started().has_value());
    outside_.stages.reset();
    const auto driver = this->driver("a");
    while (attempt().execution.state != ExecutionState::immediate) {
        ASSERT_TRUE(turn(*driver));
    }
    EXPECT_EQ(run(ordered_for_real(attempt())), 200);
    // As somebody would who doesn't ask this program.
    EXPECT_THROW(run(record_by_hand(150)), pg::Failure);
    EXPECT_FALSE(run(confirmed_by_hand()).has_value());
    EXPECT_THROW(run(confirmed_for_real(attempt())), pg::Failure) << "not before it finalises";
    outside_.stages = Outcome::fail;
    drive(*driver);
    EXPECT_THROW(run(record_by_hand(150)), pg::Failure) << "nor behind the end";
}

TEST_F(DriverTest, ARecordOfAnotherVersionIsLetGo) {
    ASSERT_TRUE(started().has_value());
    outside_.stages.reset();
    const auto driver = this->driver("a");
    ASSERT_TRUE(turn(*driver));
    launch_.database().run_script("postgres", R"sql(
insert into launch.execution_event (execution, number, epoch, kind, detail, at)
select execution, max(number) + 1, max(epoch), 'claimed', '{"unheard":"of"}', now()
  from launch.execution_event
 group by execution)sql");
    EXPECT_FALSE(turn(*driver));
    EXPECT_EQ(outside_.closed, 1);
    EXPECT_FALSE(turn(*driver)) << "nobody else leads it either";
    const auto found = run(executions_.find(1, soon()));
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().code, "launch.bad_history");
}

TEST_F(DriverTest, WhatFailsToCloseIsLetGoAllTheSame) {
    ASSERT_TRUE(started().has_value());
    outside_.stages.reset();
    const auto driver = this->driver("a");
    ASSERT_TRUE(turn(*driver));
    outside_.fails_to_close = true;
    lease_is_over();
    EXPECT_ANY_THROW(turn(*driver));
    outside_.fails_to_close = false;
    EXPECT_TRUE(turn(*driver)) << "it takes over anew";
    EXPECT_EQ(attempt().execution.epoch, 3);
}

TEST_F(DriverTest, WhatIsTooLateGoesBack) {
    ASSERT_TRUE(started().has_value());
    outside_.stages.reset();
    const auto driver = this->driver("a");
    while (attempt().execution.state != ExecutionState::immediate) {
        ASSERT_TRUE(turn(*driver));
    }
    outside_.is_silent = true;
    launch_.clock().advance(1h);
    ASSERT_TRUE(turn(*driver));
    EXPECT_EQ(attempt().execution.state, ExecutionState::rolling_back);
    EXPECT_EQ(attempt().execution.way_back, Cause::deadline);
}

}  // namespace
}  // namespace accubooks::launch
