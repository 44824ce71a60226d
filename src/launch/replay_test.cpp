#include "launch/replay.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/manifest.h"
#include "base/rfc3339.h"
#include "launch/rehearsal.h"

namespace accubooks::launch {
namespace {

using base::Instant;
using std::chrono::seconds;
using ::testing::HasSubstr;

const Instant kStart = Instant::from_unix_micros(1'767'225'600'000'000);

// An attempt that ended at its first stage, since errors came with the new values.
class Replay : public ::testing::Test {
protected:
    Replay()
        : folder_{
              std::filesystem::temp_directory_path() / ("replay_" + std::to_string(::getpid()))
          } {
        std::filesystem::create_directories(folder_ / "snapshots");
        play(default_plan());
        write_all();
    }
    void write_all() {
        write("execution.jsonl", lines(history_));
        write("measurements.jsonl", lines(measurements_));
        write("verdicts.jsonl", lines(records_));
    }
    ~Replay() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& name, const std::string& text) {
        std::ofstream{folder_ / name, std::ios::binary} << text;
    }
    template <class T>
    static std::string lines(const std::vector<T>& all) {
        std::string text;
        for (const T& one : all) {
            text += to_json(one) + "\n";
        }
        return text;
    }
    void add(const Events& events) {
        for (const ExecutionEvent& event : events) {
            execution_ = evolve(execution_, event);
            history_.push_back(event);
        }
    }
    void tell(const Report& report) { add(*decide(plan_, execution_, report, 1, now_)); }
    void measure(Measurement one) {
        measured_.add(one);
        measurements_.push_back(std::move(one));
    }

    /// A snapshot; only its time is judged.
    void take_snapshot(const std::string& moment, Instant at) {
        write("snapshots/" + moment + ".json", R"({"at":")" + base::to_rfc3339(at) + R"("})");
    }
    void finish(audit::FileAbout measurements, std::vector<audit::MissingEntry> missing = {}) {
        write(
            "manifest.json",
            to_json(audit::Manifest{
                .head = {.change = "CHG-1", .revision = 1, .attempt = 1, .rehearsal = true},
                .outcome = "rolled_back",
                .producer = "1.0.0",
                .finished_at = now_,
                .files = {{.about = std::move(measurements)}},
                .missing = std::move(missing),
                .audit = {.origin = "accubooks.test/launch-audit", .size = 1},
            })
        );
    }
    /// What is wrong with it.
    std::string complaint() {
        const auto replayed = replay_evidence(folder_);
        return replayed ? "nothing" : replayed.error().detail;
    }

    void play(const Plan& plan) {
        write("analysis-plan.json", canonical_json(plan));
        plan_ = rehearsal_of(plan, 60);
        add(start(
            plan_,
            {
                .change = "CHG-1",
                .revision = 1,
                .attempt = 1,
                .digest = std::string(64, 'a'),
                .time_scale = 60,
                .instances = {"a"},
                .prior = {{"database.pool.min", 10}, {"database.pool.max", 50}},
            },
            TimeSpan{.from = kStart + -seconds{60}, .to = kStart},
            1,
            now_
        ));
        PrechecksDone checks;
        for (const Precheck& one : plan_.phase1.prechecks.checks) {
            checks.checks.push_back({.check = one.check, .outcome = Outcome::pass, .why = ""});
        }
        tell(checks);
        acknowledge(100);
        tell(TimeCovered{.state = ExecutionState::soak, .covered = plan_.phase1.apply.soak});
        acknowledge(200);
        InstanceSample sample{
            .at = now_, .instance = "a", .boot_id = {}, .real = {}, .synthetic = {}, .pool_max = 200
        };
        for (int second = 0; second < 6; ++second) {
            measure(sample);
            sample.at = sample.at + seconds{1};
            sample.synthetic.requests += 50;
            sample.synthetic.errors += 10;
        }
        now_ = sample.at + -seconds{1};
        VerdictRecord record{
            .at = now_,
            .kind = VerdictKind::stage,
            .state = ExecutionState::immediate,
            .window = {.from = kStart, .to = now_},
            .baseline = execution_.baseline,
            .applied_at = kStart,
            .measurements = static_cast<std::int64_t>(measurements_.size()),
            .verdicts = {},
        };
        record.verdicts = judge_again(plan_, {"a"}, measured_, record);
        records_.push_back(record);
        tell(VerdictsReached{.state = ExecutionState::immediate, .verdicts = record.verdicts});
        record.kind = VerdictKind::triggers;
        record.verdicts = judge_again(plan_, {"a"}, measured_, record);
        records_.push_back(record);
    }
    void acknowledge(std::int64_t pool_max) {
        const std::int64_t generation = execution_.order->generation;
        tell(OrderPlaced{.generation = generation, .revision = 7});
        tell(InstancesAnswered{
            .generation = generation,
            .acknowledged =
                {{.instance = "a", .boot_id = {}, .generation = generation, .pool_max = pool_max}},
            .live = {"a"},
        });
    }

    std::filesystem::path folder_;
    Plan plan_;
    Instant now_ = kStart;
    Execution execution_;
    std::vector<ExecutionEvent> history_;
    std::vector<Measurement> measurements_;
    Measurements measured_;
    std::vector<VerdictRecord> records_;
};

TEST_F(Replay, MakesEveryVerdictAgain) {
    const auto replayed = replay_evidence(folder_);
    ASSERT_TRUE(replayed.has_value()) << replayed.error().detail;
    EXPECT_EQ(replayed->verdicts, 2);
    EXPECT_EQ(replayed->measurements, 6);
    EXPECT_EQ(replayed->state, ExecutionState::rolling_back);
    EXPECT_TRUE(replayed->is_rehearsal);
    EXPECT_FALSE(records_.back().verdicts.empty());
}

TEST_F(Replay, FindsEveryChange) {
    struct Case {
        const char* name;
        const char* file;
        const char* piece;
        const char* instead;
        std::string_view code;
    };
    const Case cases[] = {
        {"a measurement", "measurements.jsonl", R"("errors":50)", R"("errors":0)", "replay.differs"
        },
        {"a verdict",
         "verdicts.jsonl",
         R"("outcome":"fail")",
         R"("outcome":"pass")",
         "replay.differs"},
        {"the plan",
         "analysis-plan.json",
         R"("confidence_ppm":999000)",
         R"("confidence_ppm":1)",
         "replay.differs"},
        {"a stage left out",
         "execution.jsonl",
         R"("state":"soak")",
         R"("state":"sustained")",
         "launch.bad_history"},
        {"a broken line",
         "measurements.jsonl",
         R"("kind":"instance")",
         R"("kind":"guess")",
         "replay.bad_line"},
        {"a floating point number",
         "measurements.jsonl",
         R"("errors":50)",
         R"("errors":0.5)",
         "replay.bad_line"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        std::ifstream input{folder_ / c.file, std::ios::binary};
        const std::string text{std::istreambuf_iterator<char>{input}, {}};
        const auto at = text.find(c.piece);
        ASSERT_NE(at, std::string::npos);
        std::string changed = text;
        write(c.file, changed.replace(at, std::string_view{c.piece}.size(), c.instead));
        const auto replayed = replay_evidence(folder_);
        write(c.file, text);
        ASSERT_FALSE(replayed.has_value());
        EXPECT_EQ(replayed.error().code, c.code) << replayed.error().detail;
    }
}

TEST_F(Replay, NothingPassesOnTimeThatIsntCovered) {
    Plan plan = default_plan();
    plan.phase1.stages.immediate.passes = {parse_condition("pool_max = 200").value()};
    history_.clear();
    execution_ = {};
    measurements_.clear();
    measured_ = {};
    records_.clear();
    now_ = kStart;
    play(plan);
    write_all();
    const auto unproven = replay_evidence(folder_);
    ASSERT_FALSE(unproven.has_value());
    EXPECT_EQ(
        unproven.error().detail, "immediate passed with 0 s of covered time, where 5 s are needed."
    );
    // The prober's word is what lacked.
    measurements_.emplace_back(ProbeSample{
        .span = {.from = kStart, .to = now_},
        .counts = {.requests = 25, .errors = 0},
        .first_success = kStart,
        .last_success = now_,
    });
    for (VerdictRecord& record : records_) {
        ++record.measurements;
    }
    write_all();
    const auto proven = replay_evidence(folder_);
    ASSERT_TRUE(proven.has_value()) << proven.error().detail;
    EXPECT_EQ(proven->state, ExecutionState::synthetic);
}

TEST_F(Replay, SnapshotsLieOnBothSidesOfTheFirstOrder) {
    const auto micro = std::chrono::microseconds{1};
    take_snapshot("before", kStart + -micro);
    take_snapshot("after", kStart + micro);
    EXPECT_EQ(complaint(), "nothing");
    take_snapshot("before", kStart);
    EXPECT_THAT(complaint(), HasSubstr("snapshots/before.json was taken at "));
    EXPECT_THAT(complaint(), HasSubstr("isn't before the first order, at 2026-01-01T00:00:00"));
    take_snapshot("before", kStart + -micro);
    take_snapshot("after", kStart);
    EXPECT_THAT(complaint(), HasSubstr("snapshots/after.json"));
    EXPECT_THAT(complaint(), HasSubstr("isn't behind the first order"));
    write("snapshots/after.json", R"({"at":"yesterday"})");
    EXPECT_EQ(replay_evidence(folder_).error().code, "replay.bad_line");
}

TEST_F(Replay, TheManifestTellsWhatTheMeasurementsCover) {
    // Of the five seconds the prober heard the system in the first two.
    for (int second = 0; second < 2; ++second) {
        const Instant from = kStart + seconds{second};
        measurements_.emplace_back(ProbeSample{
            .span = {.from = from, .to = from + seconds{1}},
            .counts = {.requests = 5, .errors = 0},
            .first_success = from,
            .last_success = from + seconds{1},
        });
    }
    write_all();
    take_snapshot("before", kStart + -seconds{1});
    const audit::FileAbout good{
        .path = "measurements.jsonl",
        .covers_from = kStart,
        .covers_to = at(history_.back()),
        .coverage_ppm = 400'000,
    };
    const std::vector<audit::MissingEntry> missing{
        {.what = "snapshots/after.json", .reason = "none was taken"}
    };
    finish(good, missing);
    EXPECT_EQ(complaint(), "nothing");
    finish(good);
    EXPECT_EQ(
        complaint(), "snapshots/after.json lacks, and the manifest doesn't say that it does."
    );
    audit::FileAbout wrong = good;
    wrong.coverage_ppm = 990'000;
    finish(wrong, missing);
    EXPECT_EQ(
        complaint(),
        "measurements.jsonl has data for 400000 ppm of its time, the manifest says 990000."
    );
    wrong = good;
    wrong.covers_from = kStart + -seconds{60};
    finish(wrong, missing);
    EXPECT_THAT(complaint(), HasSubstr("another time that measurements.jsonl covers"));
    wrong = good;
    wrong.covers_to = now_ + seconds{60};
    finish(wrong, missing);
    EXPECT_THAT(complaint(), HasSubstr("another time that measurements.jsonl covers"));
    // One measurement less is less time, whatever stands in the manifest.
    measurements_.pop_back();
    write_all();
    finish(good, missing);
    EXPECT_THAT(complaint(), HasSubstr("has data for 200000 ppm"));
    write("manifest.json", "{}");
    EXPECT_EQ(replay_evidence(folder_).error().code, "replay.bad_line");
}

TEST_F(Replay, WhatIsThereAndCantBeReadIsNoAbsence) {
    for (const char* name : {"manifest.json", "snapshots/before.json"}) {
        SCOPED_TRACE(name);
        const std::filesystem::path file = folder_ / name;
        const auto expect_found = [this](const std::filesystem::path& at, const char* why) {
            const auto replayed = replay_evidence(folder_);
            ASSERT_FALSE(replayed.has_value());
            EXPECT_EQ(replayed.error().code, "replay.bad_line");
            EXPECT_THAT(replayed.error().detail, HasSubstr(at.string()));
            EXPECT_THAT(replayed.error().detail, HasSubstr(why));
            std::filesystem::remove_all(at);
        };
        EXPECT_EQ(complaint(), "nothing");
        std::filesystem::create_directory(file);
        expect_found(file, "Something else is there");
        std::filesystem::create_symlink("elsewhere.json", file);
        expect_found(file, "Something else is there");
        write(name, "{");
        std::filesystem::resize_file(file, std::uintmax_t{64} * 1024 * 1024);
        expect_found(file, "It is there, but not as a file");
        if (file.parent_path() != folder_) {
            std::filesystem::remove(file.parent_path());
            std::filesystem::create_symlink("elsewhere", file.parent_path());
            expect_found(file.parent_path(), "Something else is there");
            write(file.parent_path().filename(), "");
            expect_found(file.parent_path(), "Something else is there");
        }
    }
    EXPECT_EQ(complaint(), "nothing");
}

TEST_F(Replay, ReadsPlainFilesAlone) {
    const std::filesystem::path aside = folder_ / "aside";
    for (const char* name :
         {"analysis-plan.json", "execution.jsonl", "measurements.jsonl", "verdicts.jsonl"}) {
        SCOPED_TRACE(name);
        const std::filesystem::path file = folder_ / name;
        std::filesystem::rename(file, aside);
        std::filesystem::create_directory(file);
        EXPECT_THAT(complaint(), HasSubstr("can't be read"));
        std::filesystem::remove(file);
        std::filesystem::create_symlink(aside, file);
        EXPECT_THAT(complaint(), HasSubstr("can't be read"));
        std::filesystem::remove(file);
        ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
        EXPECT_THAT(complaint(), HasSubstr("can't be read"));
        std::filesystem::remove(file);
        std::filesystem::rename(aside, file);
        EXPECT_EQ(complaint(), "nothing");
        std::filesystem::copy_file(file, aside);
        std::filesystem::resize_file(file, std::uintmax_t{64} * 1024 * 1024 * 1024);
        EXPECT_NE(complaint(), "nothing");
        std::filesystem::rename(aside, file);
    }
}

TEST_F(Replay, AFolderOfAttemptsHasOneInEachFolder) {
    const std::filesystem::path above =
        folder_.parent_path() / (folder_.filename().string() + "-all");
    std::filesystem::create_directories(above / "CHG-0001-1-1");
    std::ofstream{above / "manifest.json"} << "{}";
    EXPECT_THAT(attempts_in(above), ::testing::ElementsAre(above / "CHG-0001-1-1"));
    EXPECT_THAT(attempts_in(folder_), ::testing::ElementsAre(folder_));
    std::filesystem::remove_all(above);
}

TEST_F(Replay, FindsWhatIsMissing) {
    write("verdicts.jsonl", "");
    EXPECT_EQ(replay_evidence(folder_).error().code, "replay.differs");
    write("verdicts.jsonl", lines(records_));
    measurements_.pop_back();
    write("measurements.jsonl", lines(measurements_));
    EXPECT_EQ(replay_evidence(folder_).error().code, "replay.differs");
    std::filesystem::remove(folder_ / "measurements.jsonl");
    EXPECT_EQ(replay_evidence(folder_).error().code, "replay.no_file");
}

}  // namespace
}  // namespace accubooks::launch
