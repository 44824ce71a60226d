#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launch/change_log.h"
#include "launch/change_store.h"
#include "launch/execution_store.h"
#include "launch/internal/launch_under_test.h"
#include "launch/report_book.h"
#include "launch/report_statement.h"
#include "launch/signed_statement.h"

namespace accubooks::launch {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// A change whose execution has ended, with its report.
class ReportTest : public ::testing::Test {
protected:
    void end(Ending ending, bool is_rehearsal = false) {
        launch.requested();
        ASSERT_TRUE(launch.decided(Verb::approve).has_value());
        ASSERT_TRUE(launch.run(carry_out(ending, is_rehearsal)));
    }
    base::Task<bool> carry_out(Ending ending, bool is_rehearsal) {
        auto lease = co_await launch.pool().acquire(soon());
        const base::Instant now = launch.clock().now();
        co_await begin_for(*lease, 1, soon());
        auto change = co_await load_change(*lease, 1, soon());
        const Started started{
            .revision = 1, .attempt = 1, .is_rehearsal = is_rehearsal, .override_reason = ""
        };
        co_await append(*lease, *change, {now, started}, "system", "", soon());
        const NewExecution made{
            .change = 1, .revision = 1, .is_rehearsal = is_rehearsal, .made_at = now
        };
        const auto row = co_await begin_execution(*lease, made, soon());
        co_await insert_events(
            *lease,
            {.execution = row->number,
             .epoch = row->epoch,
             .first = 1,
             .events =
                 {ExecutionStarted{.at = now, .deadline = now, .terms = {}},
                  Entered{
                      .at = now,
                      .deadline = now,
                      .state = ExecutionState::cancelled,
                      .why = "the test says so"
                  }}},
            soon()
        );
        const Ended ended{.revision = 1, .ending = ending};
        co_await append(*lease, *change, {now, ended}, "system", "", soon());
        StoredReport report{
            .execution = row->number,
            .json = R"({"outcome":"rolled_back"})",
            .page = "# Post-change report",
            .made_at = now,
            .due_at = now + 24h,
        };
        co_await keep_report(*lease, report, soon());
        report.json = R"({"outcome":"another"})";
        report = co_await keep_report(*lease, report, soon());
        EXPECT_EQ(report.json, R"({"outcome":"rolled_back"})") << "the first one stays";
        co_await lease->commit(soon());
        co_return true;
    }
    ReportStatement statement(const Actor& by) {
        return {
            .change = "CHG-0001",
            .revision = 1,
            .attempt = 1,
            .report = base::sha256(R"({"outcome":"rolled_back"})"),
            .outcome = "rolled_back",
            .signer = by.person.user,
            .signer_name = by.person.name,
            .signed_at = launch.clock().now(),
        };
    }
    base::Result<Written> sign(const Actor& by, const ReportStatement& about, std::uint8_t seed) {
        return launch.run(book.sign(by, 1, sign_statement(statement_of(about), key(seed)), soon()));
    }
    std::string_view refusal(const Actor& by, const ReportStatement& about, std::uint8_t seed) {
        const auto refused = sign(by, about, seed);
        return refused ? std::string_view{"signed"} : refused.error().code;
    }

    Launch launch;
    ReportBook book{launch.pool(), launch.clock()};
};

TEST_F(ReportTest, TheLeadSignsItOnceAndTheChangeIsClosed) {
    end(Ending::rolled_back);
    EXPECT_THAT(
        report_json(launch.run(book.find(1, soon())).value(), launch.clock().now()),
        HasSubstr(R"("late":false,"signed":null)")
    );
    const auto written = sign(lead(), statement(lead()), 1);
    ASSERT_TRUE(written.has_value()) << written.error().detail;
    EXPECT_EQ(written->acts.size(), 1U);
    EXPECT_THAT(written->body, HasSubstr(R"("by":"P1")"));
    EXPECT_EQ(launch.change().newest().state, State::closed);
    EXPECT_EQ(refusal(lead(), statement(lead()), 1), "launch.nothing_to_report");
}

TEST_F(ReportTest, NobodyElseSignsIt) {
    end(Ending::rolled_back);
    EXPECT_EQ(refusal(executive(), statement(executive()), 2), "launch.role_missing");
    EXPECT_EQ(refusal(on_call(), statement(on_call()), 5), "launch.role_missing");
    EXPECT_EQ(refusal(lead(), statement(executive()), 1), "launch.not_the_signer");
    EXPECT_EQ(refusal(lead(), statement(lead()), 2), "launch.foreign_key");
    EXPECT_EQ(launch.change().newest().state, State::rolled_back);
}

TEST_F(ReportTest, WhatIsSignedIsThisVeryReport) {
    end(Ending::rolled_back);
    ReportStatement other = statement(lead());
    other.report = base::sha256("another");
    EXPECT_EQ(refusal(lead(), other, 1), "launch.other_report");
    other = statement(lead());
    other.attempt = 2;
    EXPECT_EQ(refusal(lead(), other, 1), "launch.other_report");
}

TEST_F(ReportTest, ARehearsalIsNoVerdict) {
    end(Ending::rehearsed, true);
    EXPECT_EQ(refusal(lead(), statement(lead()), 1), "launch.rehearsal_report");
    EXPECT_EQ(launch.change().newest().state, State::approved);
}

TEST_F(ReportTest, LatenessIsRecorded) {
    end(Ending::rolled_back);
    launch.clock().advance(25h);
    const auto report = launch.run(book.find(1, soon())).value();
    EXPECT_TRUE(report.is_late(launch.clock().now()));
    const auto written = sign(lead(), statement(lead()), 1);
    ASSERT_TRUE(written.has_value()) << written.error().detail;
    EXPECT_THAT(written->body, HasSubstr(R"("late":true)"));
}

TEST_F(ReportTest, BeforeTheEndThereIsNone) {
    launch.requested();
    EXPECT_EQ(launch.run(book.find(1, soon())).error().code, "launch.no_report");
    EXPECT_EQ(refusal(lead(), statement(lead()), 1), "launch.no_report");
}

}  // namespace
}  // namespace accubooks::launch
