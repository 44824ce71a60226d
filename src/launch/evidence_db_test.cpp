#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "audit/act.h"
#include "audit/bundle_verifier.h"
#include "audit/bundle_writer.h"
#include "audit/log.h"
#include "audit/log_reader.h"
#include "launch/change_store.h"
#include "launch/evidence.h"
#include "launch/evidence_keeper.h"
#include "launch/execution_log.h"
#include "launch/execution_store.h"
#include "launch/internal/launch_under_test.h"
#include "launch/recording.h"
#include "launch/rehearsal.h"
#include "launch/replay.h"
#include "launch/report_book.h"
#include "telemetry/log.h"
#include "testing/synced_files.h"

namespace accubooks::launch {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

/// An approved change whose rehearsal is cancelled at its pre-checks, and the evidence of it.
class EvidenceTest : public ::testing::Test {
protected:
    EvidenceTest() {
        launch.requested();
        EXPECT_TRUE(launch.decided(Verb::approve).has_value());
        change = launch.change();
        payload = launch.run(launch.book().revision(1, 1, soon())).value().payload;
        terms = {
            .change = "CHG-0001",
            .revision = 1,
            .attempt = 1,
            .digest = base::to_hex(change.newest().digest),
            .time_scale = 60,
            .instances = {"a:8080"},
            .prior = {{"database.pool.min", 10}, {"database.pool.max", 50}},
        };
        const Plan plan = rehearsal_of(default_plan(), 60);
        add(start(plan, terms, std::nullopt, 1, launch.clock().now()));
        add(*decide(
            plan,
            execution,
            Raise{
                .intent = Intent::abort,
                .by = {.name = "P1", .role = RoleName::requester_lead},
                .why = "not today",
            },
            launch.clock().now()
        ));
        EXPECT_EQ(execution.state, ExecutionState::cancelled);
    }
    ~EvidenceTest() override { fs::remove_all(directory); }

    void add(const Events& events) {
        for (const ExecutionEvent& event : events) {
            execution = evolve(std::move(execution), event);
            lines.push_back(to_json(event));
            launch.run(record(
                event, fmt::format(R"({{"event":{},"number":{}}})", to_json(event), lines.size())
            ));
        }
    }
    base::Task<bool> record(ExecutionEvent event, std::string payload_of_act) {
        auto lease = co_await launch.pool().acquire(soon());
        co_await begin_for(*lease, 1, soon());
        if (lines.size() == 1) {
            co_await begin_execution(
                *lease,
                {.change = 1, .revision = 1, .is_rehearsal = true, .made_at = at(event)},
                soon()
            );
        }
        co_await insert_events(
            *lease,
            {.execution = 1, .epoch = 1, .first = std::ssize(lines), .events = {std::move(event)}},
            soon()
        );
        audit::Act act{
            .actor = "system",
            .action = std::string{audit::kExecutionEvent},
            .object = execution_object(terms),
            .payload = std::move(payload_of_act),
        };
        co_await audit::record(*lease, std::move(act), launch.clock().now(), soon());
        co_await lease->commit(soon());
        co_return true;
    }
    Evidence open() {
        auto opened = launch.run(Evidence::open(
            {.disk = disk, .directory = directory, .writer = "a, boot 1"},
            terms,
            payload,
            launch.clock().now()
        ));
        EXPECT_TRUE(opened.has_value()) << opened.error().detail;
        return *std::move(opened);
    }
    base::Result<void> close(Evidence& evidence) {
        return launch.run(evidence.close(
            {.ops = launch.pool(), .log = log, .producer = "1.0.0", .actor = "system"},
            launch.clock().now(),
            soon()
        ));
    }
    base::Result<void> append(Evidence& evidence, std::int64_t first, std::int64_t last) {
        return launch.run(evidence.append(
            Lines::events, first, {lines.begin() + (first - 1), lines.begin() + last}
        ));
    }
    audit::VerifierKey witness() {
        return {
            .name = "witness.test/w1",
            .type = audit::KeyType::cosignature,
            .key = key(9).public_key(),
        };
    }
    /// A witness signs the newest checkpoint, as it is after one more act.
    base::Task<bool> cosign() {
        co_await record_act();
        (co_await log.advance(soon())).value();
        auto lease = co_await launch.pool().acquire(soon());
        const auto view = co_await audit::look(*lease, soon());
        const audit::Checkpoint newest = view->checkpoint->checkpoint;
        audit::Cosignature cosignature{
            .origin = newest.origin,
            .size = newest.tree.size,
            .witness = witness(),
            .signature = audit::cosign(newest, witness().name, key(9), launch.clock().now()),
        };
        (co_await audit::add_cosignature(
             *lease, std::move(cosignature), "user:w", launch.clock().now(), soon()
         ))
            .value();
        co_return true;
    }
    base::Task<void> record_act() {
        auto lease = co_await launch.pool().acquire(soon());
        co_await begin_for(*lease, 1, soon());
        audit::Act act{.actor = "system", .action = "test.happened", .object = "later"};
        co_await audit::record(*lease, std::move(act), launch.clock().now(), soon());
        co_await lease->commit(soon());
    }
    /// The log goes on under the next origin, as after a restore: one act that it has signed is
    /// gone.
    base::Task<bool> reopen_log() {
        co_await record_act();
        (co_await log.advance(soon())).value();
        launch.database().run_script("postgres", kSetBack);
        (co_await log.reopen("cli:operator", "restored", soon())).value();
        co_return true;
    }
    static constexpr std::string_view kSetBack = R"sql(
set session_replication_role = replica;
delete from audit.checkpoint where size > (select max(seq) from audit.leaf);
delete from audit.node where (index + 1) << level > (select max(seq) from audit.leaf);
delete from audit.act where number = (select act from audit.leaf order by seq desc limit 1);
delete from audit.leaf where seq = (select max(seq) from audit.leaf))sql";
    base::Task<bool> record_line() {
        auto lease = co_await launch.pool().acquire(soon());
        co_return co_await append_lines(
            *lease,
            {.execution = 1, .epoch = 1, .file = EvidenceFile::verdicts, .first = 1, .lines = {"{}"}
            },
            soon()
        );
    }
    base::Task<Attempt> attempt() {
        auto lease = co_await launch.pool().acquire(soon());
        const auto row = co_await find_execution(*lease, 1, soon());
        co_return (co_await load_attempt(*lease, *row, soon())).value();
    }
    Snapshot snapshot() {
        const auto take = [this]() -> base::Task<Snapshot> {
            auto lease = co_await launch.pool().acquire(soon());
            co_return co_await take_snapshot(*lease, launch.clock().now(), soon());
        };
        return launch.run(take());
    }
    audit::Policy policy() {
        const auto see = [this]() -> base::Task<base::Result<audit::LogView>> {
            auto lease = co_await launch.pool().acquire(soon());
            co_return co_await audit::look(*lease, soon());
        };
        return {
            .logs = launch.run(see()).value().logs,
            .approvers =
                {{.user = base::to_string(uuid(2)),
                  .name = "P2",
                  .key = key(2).public_key(),
                  .roles = {"executive_operator"},
                  .enrolled_at = launch.clock().now() + -std::chrono::hours{1}}},
            .quorum = {{"executive_operator", 1}},
        };
    }

    Launch launch;
    fs::path directory = fs::temp_directory_path() / fmt::format("evidence.{}", ::getpid());
    telemetry::Log quiet{launch.clock(), telemetry::Level::error, [](std::string_view) {}};
    audit::Disk disk;
    audit::Log log{{
        .on = launch.io().get_executor(),
        .ops = launch.pool(),
        .clock = launch.clock(),
        .log = quiet,
        .folder = directory / "audit",
    }};
    Change change;
    std::string payload;
    Terms terms;
    Execution execution;
    std::vector<std::string> lines;
};

TEST_F(EvidenceTest, IsProvenAndReplayedFromItsFiles) {
    Evidence evidence = open();
    ASSERT_TRUE(append(evidence, 1, std::ssize(lines)));
    const Snapshot before = snapshot();
    ASSERT_TRUE(launch.run(evidence.add_snapshot("before", before, launch.clock().now())));
    evidence.add_missing("snapshots/after.json", "nothing was touched");
    const auto closed = close(evidence);
    ASSERT_TRUE(closed.has_value()) << closed.error().detail;
    EXPECT_TRUE(evidence.is_sealed());
    EXPECT_EQ(evidence.folder(), directory / "evidence/phase1_pool_scaling/CHG-0001-1-1-rehearsal");

    const auto proven = audit::verify_evidence(evidence.folder().parent_path(), policy());
    ASSERT_TRUE(proven.has_value()) << proven.error().detail;
    const audit::ProvenAttempt& attempt = proven->front();
    EXPECT_EQ(attempt.manifest.outcome, "cancelled");
    EXPECT_EQ(attempt.decisions.size(), 1U);
    EXPECT_EQ(attempt.files.at("change/revision.json"), payload);
    EXPECT_EQ(attempt.manifest.missing.front().what, "snapshots/after.json");
    EXPECT_EQ(attempt.manifest.missing.back().reason, "nothing was touched");
    EXPECT_EQ(attempt.manifest.find("snapshots/before.json")->about.captured_by, "a, boot 1");
    EXPECT_THAT(attempt.files.at("snapshots/before.json"), HasSubstr(R"("database.pool.max":50)"));
    EXPECT_THAT(attempt.files.at("snapshots/before.json"), HasSubstr(R"("instance":"a:8080")"));
    const auto kept = launch.run(ReportBook{launch.pool(), launch.clock()}.find(1, soon()));
    ASSERT_TRUE(kept.has_value()) << kept.error().detail;
    EXPECT_EQ(attempt.files.at("report.json"), kept->json);
    EXPECT_EQ(attempt.files.at("report.md"), kept->page);
    EXPECT_THAT(kept->page, HasSubstr("CANCELLED, nothing was touched"));
    const auto replayed = replay_evidence(evidence.folder());
    ASSERT_TRUE(replayed.has_value()) << replayed.error().detail;
    EXPECT_EQ(replayed->state, ExecutionState::cancelled);
    EXPECT_TRUE(replayed->is_rehearsal);
}

TEST_F(EvidenceTest, IsOnDiskWhenItCounts) {
    const testing::SyncedFiles synced;
    const auto could_be_lost = [&] { return synced.could_be_lost(directory); };
    fs::create_directories(directory);
    Evidence evidence = open();
    EXPECT_THAT(could_be_lost(), IsEmpty()) << "plan and payload";
    ASSERT_TRUE(append(evidence, 1, 1));
    EXPECT_THAT(could_be_lost(), IsEmpty()) << "the first line";
    ASSERT_TRUE(append(evidence, 2, std::ssize(lines)));
    EXPECT_THAT(could_be_lost(), IsEmpty()) << "more lines";
    ASSERT_TRUE(launch.run(evidence.add_snapshot("before", snapshot(), launch.clock().now())));
    EXPECT_THAT(could_be_lost(), IsEmpty()) << "a file in a folder of its own";
    ASSERT_TRUE(close(evidence));
    ASSERT_TRUE(fs::exists(evidence.folder() / "seal/manifest.tlog-proof"));
    ASSERT_TRUE(fs::exists(directory / "audit/last-checkpoint")) << "the log's, beside it";
    EXPECT_THAT(could_be_lost(), IsEmpty()) << "manifest, seal and what the log has signed";
    launch.run(cosign());
    EXPECT_THAT(could_be_lost(), IsEmpty()) << "what it has signed since";
    audit::write_policy(directory / "trust", policy());
    EXPECT_THAT(could_be_lost(), IsEmpty()) << "the policy";
    std::ofstream{evidence.folder() / "execution.jsonl", std::ios::app} << "not put on disk";
    std::ofstream{evidence.folder() / "new"} << "nor this";
    EXPECT_THAT(
        could_be_lost(),
        UnorderedElementsAre(
            HasSubstr("execution.jsonl: its bytes"),
            HasSubstr("new: its bytes"),
            HasSubstr("new: its name")
        )
    );
}

TEST_F(EvidenceTest, TheLogTellsTheSameHistory) {
    Evidence evidence = open();
    ASSERT_TRUE(append(evidence, 1, std::ssize(lines)));
    ASSERT_TRUE(close(evidence));
    const fs::path file = evidence.folder() / "execution.jsonl";
    const auto write = [&file](const std::string& text) {
        std::ofstream{file, std::ios::binary} << text;
    };
    std::string good;
    for (const std::string& line : lines) {
        good += line + "\n";
    }
    ASSERT_TRUE(replay_evidence(evidence.folder()));
    std::string changed = good;
    const std::string_view why = "not today";
    changed.replace(changed.find(why), why.size(), "for nothing");
    write(changed);
    const auto refused = replay_evidence(evidence.folder());
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "replay.differs");
    EXPECT_THAT(refused.error().detail, HasSubstr("tells another event"));
    // A history that is cut short is one too, but not the log's.
    write(lines[0] + "\n");
    EXPECT_THAT(replay_evidence(evidence.folder()).error().detail, HasSubstr("audit log"));
}

TEST_F(EvidenceTest, AnotherInstanceGoesOnWhereOneWasKilled) {
    {
        Evidence killed = open();
        ASSERT_TRUE(append(killed, 1, 1));
    }
    Evidence next = open();
    EXPECT_EQ(next.lines(Lines::events), 1);
    ASSERT_TRUE(append(next, 1, std::ssize(lines)));
    ASSERT_TRUE(close(next));
    // One that notices late does no harm, and one that comes after the end finds it sealed.
    Evidence late = open();
    EXPECT_TRUE(late.is_finished());
    EXPECT_TRUE(late.is_sealed());
    EXPECT_TRUE(append(late, 1, 1));
    EXPECT_TRUE(close(late));
    const auto proven = audit::verify_evidence(next.folder(), policy());
    ASSERT_TRUE(proven.has_value()) << proven.error().detail;
}

TEST_F(EvidenceTest, IsReportedButNotSealedByALogThatDoesntTellAllOfIt) {
    Evidence evidence = open();
    ASSERT_TRUE(append(evidence, 1, std::ssize(lines)));
    launch.run(reopen_log());
    for (int tries = 0; tries < 2; ++tries) {
        const auto closed = close(evidence);
        ASSERT_FALSE(closed.has_value());
        EXPECT_EQ(closed.error().code, "launch.log_reopened");
        EXPECT_FALSE(evidence.is_finished());
    }
    EXPECT_TRUE(launch.run(ReportBook{launch.pool(), launch.clock()}.find(1, soon())).has_value());
}

TEST_F(EvidenceTest, IsNotSealedByAnotherLogThanItsManifestNames) {
    Evidence evidence = open();
    ASSERT_TRUE(append(evidence, 1, std::ssize(lines)));
    ASSERT_TRUE(close(evidence));
    fs::remove_all(evidence.folder() / "seal");
    launch.run(reopen_log());
    Evidence again = open();
    EXPECT_TRUE(again.is_finished());
    EXPECT_EQ(close(again).error().code, "launch.log_reopened");
}

TEST_F(EvidenceTest, NothingIsWrittenToWhatIsFinishedAndNotSealedYet) {
    Evidence evidence = open();
    ASSERT_TRUE(append(evidence, 1, std::ssize(lines)));
    ASSERT_TRUE(close(evidence));
    fs::remove_all(evidence.folder() / "seal");
    ASSERT_TRUE(launch.run(record_line()));
    const Attempt ended = launch.run(attempt());
    Recording recording{
        {.ops = launch.pool(),
         .evidence = {.disk = disk, .directory = directory, .writer = "b, boot 2"}},
        ended
    };
    ASSERT_TRUE(launch.run(recording.write(launch.clock().now(), soon())));
    EXPECT_TRUE(recording.evidence()->is_finished());
    EXPECT_TRUE(close(*recording.evidence()));
    EXPECT_TRUE(audit::is_sealed(evidence.folder()));
}

/// The keeper of an instance whose evidence lies in this folder.
class KeptEvidence : public EvidenceTest {
protected:
    bool look(EvidenceKeeper& keeper) {
        const auto once = [&]() -> base::Task<bool> {
            co_await keeper.look(soon());
            co_return true;
        };
        return launch.run(once());
    }
    EvidenceKeeper::Parts parts(fs::path of) { return parts(std::move(of), quiet); }
    EvidenceKeeper::Parts parts(fs::path of, const telemetry::Log& told) {
        return {
            .on = launch.io().get_executor(),
            .ops = launch.pool(),
            .clock = launch.clock(),
            .log = told,
            .audit_log = log,
            .evidence = {.disk = disk, .directory = std::move(of), .writer = "b, boot 2"},
            .producer = "1.0.0",
        };
    }
    base::Result<std::vector<audit::ProvenAttempt>> proven(const fs::path& in) {
        return audit::verify_evidence(in / "evidence/phase1_pool_scaling", policy());
    }
};

TEST_F(KeptEvidence, IsFinishedThoughItsDriverDiedAtTheEnd) {
    fs::path folder;
    {
        Evidence killed = open();
        ASSERT_TRUE(append(killed, 1, 1));
        folder = killed.folder();
    }
    EvidenceKeeper keeper{parts(directory)};
    look(keeper);
    EXPECT_FALSE(audit::is_sealed(folder)) << "its driver may be at it";
    launch.clock().advance(std::chrono::minutes{2});
    look(keeper);
    const auto found = proven(directory);
    ASSERT_TRUE(found.has_value()) << found.error().detail;
    EXPECT_TRUE(found->front().witnesses.empty());
}

TEST_F(KeptEvidence, WhatCannotBeFinishedIsToldOnce) {
    int told = 0;
    launch.run(reopen_log());
    launch.clock().advance(std::chrono::minutes{10});
    {
        const auto count = [&told](std::string_view) { ++told; };
        const telemetry::Log counting{launch.clock(), telemetry::Level::warning, count};
        EvidenceKeeper keeper{parts(directory, counting)};
        look(keeper);
        look(keeper);
    }
    EXPECT_EQ(told, 1);
}

TEST_F(KeptEvidence, IsMadeAnewWhereNobodyHasIt) {
    const fs::path elsewhere = directory / "elsewhere";
    EvidenceKeeper keeper{parts(elsewhere)};
    look(keeper);
    EXPECT_FALSE(fs::exists(elsewhere / "evidence")) << "its driver may be at it";
    launch.clock().advance(std::chrono::minutes{1});
    look(keeper);
    const auto found = proven(elsewhere);
    ASSERT_TRUE(found.has_value()) << found.error().detail;
    EXPECT_EQ(found->front().manifest.outcome, "cancelled");
    // From then on there is a report, and no other instance makes the evidence again.
    const fs::path third = directory / "third";
    EvidenceKeeper another{parts(third)};
    look(another);
    EXPECT_FALSE(fs::exists(third / "evidence"));
}

TEST_F(KeptEvidence, AWitnessOfALaterCheckpointIsPutBesideTheSeal) {
    Evidence evidence = open();
    ASSERT_TRUE(append(evidence, 1, std::ssize(lines)));
    ASSERT_TRUE(close(evidence));
    launch.clock().advance(std::chrono::minutes{2});
    EvidenceKeeper keeper{parts(directory)};
    look(keeper);
    EXPECT_FALSE(fs::exists(evidence.folder() / "seal/witnessed.txt"));
    launch.run(cosign());
    look(keeper);
    EXPECT_FALSE(fs::exists(evidence.folder() / "seal/witnessed.txt")) << "not each look";
    launch.clock().advance(std::chrono::minutes{1});
    look(keeper);
    audit::Policy with_witness = policy();
    with_witness.witnesses = {witness()};
    with_witness.witnesses_required = 1;
    const auto found = audit::verify_evidence(evidence.folder(), with_witness);
    ASSERT_TRUE(found.has_value()) << found.error().detail;
    EXPECT_EQ(found->front().witnesses, std::vector<std::string>{"witness.test/w1"});
}

TEST_F(EvidenceTest, WhatCannotBeWrittenIsSaid) {
    Evidence evidence = open();
    fs::remove_all(evidence.folder());
    std::ofstream{evidence.folder()} << "in the way";
    const auto refused = append(evidence, 1, 1);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "launch.evidence_not_written");
    EXPECT_THAT(refused.error().detail, HasSubstr("execution.jsonl"));
}

TEST_F(EvidenceTest, IsOfTheApprovedPayloadOnly) {
    payload.back() = ' ';
    const auto refused = launch.run(Evidence::open(
        {.disk = disk, .directory = directory, .writer = "a"}, terms, payload, launch.clock().now()
    ));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "launch.bad_payload");
}

}  // namespace
}  // namespace accubooks::launch
