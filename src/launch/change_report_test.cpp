#include "launch/change_report.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launch/effects.h"
#include "launch/rehearsal.h"

namespace accubooks::launch {
namespace {

using base::Instant;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

const Instant kStart = Instant::from_unix_micros(1'767'225'600'000'000);

// An execution of one instance, taken through its states by the reports that lead there.
class Played {
public:
    explicit Played(std::int64_t time_scale = 1) : plan_{rehearsal_of(default_plan(), time_scale)} {
        payload_.plan = default_plan();
        Terms terms{
            .change = "CHG-0001",
            .revision = 1,
            .attempt = 2,
            .digest = std::string(64, 'a'),
            .time_scale = time_scale,
            .instances = {"a"},
            .prior = {{"database.pool.min", 10}, {"database.pool.max", 50}},
            .override_window = "the month *must* be closed",
        };
        add(start(plan_, terms, TimeSpan{.from = kStart + -seconds{60}, .to = kStart}, 1, now_));
        PrechecksDone checks;
        for (const Precheck& one : plan_.phase1.prechecks.checks) {
            checks.checks.push_back({.check = one.check, .outcome = Outcome::pass, .why = ""});
        }
        tell(checks);
        acknowledge();
        tell(TimeCovered{.state = ExecutionState::soak, .covered = plan_.phase1.apply.soak});
        acknowledge();
    }

    void tell(const Report& told) {
        add(*decide(plan_, execution_, told, execution_.epoch, now_));
        now_ = now_ + seconds{5};
    }
    void acknowledge() {
        const Order order = *execution_.order;
        tell(OrderPlaced{.generation = order.generation, .revision = 6 + order.generation});
        tell(InstancesAnswered{
            .generation = order.generation,
            .acknowledged =
                {{.instance = "a",
                  .boot_id = {},
                  .generation = order.generation,
                  .pool_max = order.values.back().value}},
            .live = {"a"},
        });
    }
    void judge(Outcome outcome) {
        const bool is_back = execution_.state == ExecutionState::rollback_verify;
        const auto& conditions =
            is_back ? plan_.phase1.rollback.passes : execution_.stage(plan_)->passes;
        VerdictsReached reached{.state = execution_.state, .verdicts = {}};
        for (const Condition& condition : conditions) {
            reached.verdicts.push_back({
                .criterion = to_text(condition),
                .outcome = outcome,
                .reading =
                    {.kind = ReadingKind::value, .value = 12, .low = 10, .high = 14, .samples = 500
                    },
                .samples_needed = 300,
                .reason = "it was | measured",
            });
        }
        tell(reached);
    }
    void raise(Intent intent) {
        add(*decide(
            plan_,
            execution_,
            Raise{
                .intent = intent,
                .by = {.name = "Olu [Mensah]", .role = RoleName::on_call},
                .why = "customers call"
            },
            now_
        ));
        now_ = now_ + seconds{5};
    }
    void measure(Measurement one) { measured_.add(std::move(one)); }
    Instant now() const { return now_; }
    ExecutionState state() const { return execution_.state; }

    ChangeReport report() const {
        Decision decision{
            .approver_name = "Eve Okafor",
            .key_id = "d6d8",
            .sentence = "I approve Phase 1 execution",
        };
        decision.conditions = {parse_approval_condition("open_p0 = 0").value()};
        return report_of({
            .payload = payload_,
            .history = history_,
            .measured = measured_,
            .decisions = {decision},
            .incidents =
                {{.number = 3,
                  .severity = Severity::p1,
                  .title = "slow",
                  .trigger = {},
                  .opened_by = {}}},
            .earlier = {{.revision = 1, .attempt = 1, .is_rehearsal = true, .ending = "rehearsed"}},
        });
    }

private:
    void add(const Events& events) {
        for (const ExecutionEvent& event : events) {
            execution_ = evolve(execution_, event);
            history_.push_back(event);
        }
    }

    Plan plan_;
    Payload payload_;
    Instant now_ = kStart;
    Execution execution_;
    std::vector<ExecutionEvent> history_;
    Measurements measured_;
};

/// The file's text; with ACCUBOOKS_UPDATE_GOLDEN set it becomes `text` first, to be read in review.
std::string golden(const std::string& name, const std::string& text) {
    const std::string file = std::string{ACCUBOOKS_SOURCE_DIR} + "/src/launch/testdata/" + name;
    if (std::getenv("ACCUBOOKS_UPDATE_GOLDEN") != nullptr) {
        std::ofstream{file} << text;
    }
    std::ostringstream read;
    read << std::ifstream{file}.rdbuf();
    return read.str();
}

Played rolled_back() {
    Played played;
    played.judge(Outcome::pass);
    played.measure(ProbeSample{
        .span = {.from = played.now(), .to = played.now() + seconds{1}},
        .counts = {.requests = 5, .errors = 1},
        .first_success = played.now() + milliseconds{10},
        .last_success = played.now() + milliseconds{900},
        .longest_gap = milliseconds{400},
    });
    played.measure(ProbeSample{
        .span = {.from = played.now() + seconds{1}, .to = played.now() + seconds{2}},
        .counts = {.requests = 5, .errors = 0},
        .first_success = played.now() + milliseconds{1'500},
        .last_success = played.now() + milliseconds{1'900},
        .longest_gap = milliseconds{200},
    });
    played.raise(Intent::rollback);
    played.acknowledge();
    played.judge(Outcome::pass);
    return played;
}

TEST(ChangeReport, TellsARollbackFromItsRecords) {
    const Played played = rolled_back();
    ASSERT_EQ(played.state(), ExecutionState::rolled_back);
    const ChangeReport report = played.report();
    EXPECT_EQ(report.outcome, ExecutionState::rolled_back);
    EXPECT_EQ(report.way_back, Cause::person);
    EXPECT_EQ(report.due_at, report.ended_at + std::chrono::hours{24});
    ASSERT_EQ(report.orders.size(), 3U);
    EXPECT_TRUE(report.orders.back().is_way_back);
    EXPECT_EQ(report.orders.back().answers.front().pool_max, 50);
    EXPECT_EQ(report.rolled_back_within, milliseconds{10'000});
    EXPECT_EQ(report.availability.probes.errors, 1);
    // Between the last success of one sample and the first of the next.
    EXPECT_EQ(report.availability.longest_gap, milliseconds{600});
    const std::string page = to_markdown(report);
    EXPECT_EQ(page, golden("report_rolled_back.md", page));
}

TEST(ChangeReport, IsTheSameForTheSameRecords) {
    EXPECT_EQ(to_json(rolled_back().report()), to_json(rolled_back().report()));
    EXPECT_THAT(to_json(rolled_back().report()), HasSubstr(R"("outcome":"rolled_back")"));
}

TEST(ChangeReport, ARehearsalSaysThatItIsOne) {
    Played played{60};
    played.raise(Intent::abort);
    played.acknowledge();
    played.judge(Outcome::pass);
    const ChangeReport report = played.report();
    EXPECT_TRUE(report.is_rehearsal());
    const std::string page = to_markdown(report);
    EXPECT_THAT(page, HasSubstr("a rehearsal at scale 60"));
    EXPECT_THAT(page, HasSubstr("Olu \\[Mensah\\]"));
    EXPECT_THAT(page, Not(HasSubstr("Olu [Mensah]")));
}

TEST(ChangeReport, WhatWasSaidLastOfAStageCounts) {
    Played played;
    played.judge(Outcome::pass);
    played.judge(Outcome::inconclusive);
    played.judge(Outcome::pass);
    played.raise(Intent::rollback);
    played.acknowledge();
    played.judge(Outcome::pass);
    const ChangeReport report = played.report();
    const auto synthetic =
        std::ranges::count(report.stages, ExecutionState::synthetic, &ReportedStage::state);
    EXPECT_EQ(synthetic, 1);
    EXPECT_EQ(report.stages.at(1).outcome, Outcome::pass);
    EXPECT_THAT(report.deviations, ::testing::Contains(HasSubstr("synthetic was extended")));
}

}  // namespace
}  // namespace accubooks::launch
