#include "launch/measured_baseline.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "launch/measurement.h"
#include "launch/rehearsal.h"
#include "testing/temporary_folder.h"

namespace accubooks::launch {
namespace {

using base::Instant;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

const Instant kStart = Instant::from_unix_micros(1'767'225'600'000'000);
constexpr std::int64_t kScale = 60;
constexpr seconds kWindow{30};

class MeasuredBaselineTest : public ::testing::Test {
protected:
    /// An attempt that ended its baseline after `requests` a second of 4 ms each, in the first of
    /// which one failed; without a frozen one where nothing was `taken`.
    void write_attempt(const std::string& name, std::int64_t requests, Instant from, bool taken) {
        const auto folder = folder_.path() / name;
        std::filesystem::create_directories(folder);
        const Terms terms{
            .change = "CHG-1",
            .revision = 1,
            .attempt = 1,
            .digest = std::string(64, 'a'),
            .time_scale = kScale,
            .instances = {"a"},
            .prior = {{"database.pool.min", 10}, {"database.pool.max", 50}},
        };
        const Events started = start(plan_, terms, std::nullopt, 1, from);
        Execution execution;
        std::string history;
        const auto add = [&](const Events& events) {
            for (const ExecutionEvent& event : events) {
                execution = evolve(execution, event);
                history += to_json(event) + "\n";
            }
        };
        add(started);
        PrechecksDone checks;
        for (const Precheck& one : plan_.phase1.prechecks.checks) {
            checks.checks.push_back({.check = one.check, .outcome = Outcome::pass, .why = ""});
        }
        add(*decide(plan_, execution, checks, 1, from));
        const TimeSpan span{.from = from, .to = from + kWindow};
        if (taken) {
            const BaselineTaken frozen{
                .outcome = Outcome::pass, .span = span, .why = "", .checks = checks.checks
            };
            add(*decide(plan_, execution, frozen, 1, span.to));
        }
        std::ofstream{folder / "execution.jsonl"} << history;
        std::ofstream{folder / "measurements.jsonl"} << measurements(requests, span);
    }

    static std::string measurements(std::int64_t requests, const TimeSpan& span) {
        std::string lines;
        InstanceSample sample{
            .at = span.from, .instance = "a", .boot_id = {}, .real = {}, .synthetic = {}
        };
        base::Sketch took;
        while (true) {
            sample.wait = took;
            sample.routes = {
                RouteSample{.route = "GET /x", .traffic = TrafficKind::synthetic, .took = took}
            };
            lines += to_json(Measurement{sample}) + "\n";
            if (sample.at >= span.to) {
                break;
            }
            sample.at = sample.at + seconds{1};
            sample.synthetic.requests += requests;
            sample.synthetic.errors = 1;
            took.add(4'000'000, static_cast<std::uint64_t>(requests));
        }
        const ProbeSample probe{
            .span = span,
            .counts = {.requests = 150, .errors = 0},
            .first_success = span.from,
            .last_success = span.to,
        };
        return lines + to_json(Measurement{probe}) + "\n";
    }

    std::filesystem::path write_sketch(std::uint64_t latencies) {
        base::Sketch sketch;
        sketch.add(4'000'000, latencies);
        const auto file = folder_.path() / "sketch";
        std::ofstream{file} << base::to_base64(sketch.to_bytes()) << "\n";
        return file;
    }

    testing::TemporaryFolder folder_;
    Plan plan_ = rehearsal_of(default_plan(), kScale);
};

TEST_F(MeasuredBaselineTest, IsThatOfAnAttempt) {
    write_attempt("CHG-1-1-1", 10, kStart, true);
    for (const auto& path : {folder_.path() / "CHG-1-1-1", folder_.path()}) {
        const auto found = measured_baseline(path, plan_);
        ASSERT_TRUE(found.has_value()) << found.error().detail;
        EXPECT_EQ(found->source, "CHG-1-1-1");
        EXPECT_EQ(found->span->to, kStart + kWindow);
        EXPECT_EQ(found->latencies.count(), 300U);
        EXPECT_EQ(found->errors->ppm, 3334);  // one of 300, rounded up
    }
}

TEST_F(MeasuredBaselineTest, HasWhatThePlanAsksOfABaseline) {
    write_attempt("CHG-1-1-1", 10, kStart, true);
    const auto found = measured_baseline(folder_.path(), default_plan());
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().code, "launch.no_baseline");
    EXPECT_EQ(
        found.error().detail,
        "CHG-1-1-1 has no baseline for this plan: 300 requests, where 9000 are needed."
    );
}

TEST_F(MeasuredBaselineTest, IsTheNewestThatIsEnough) {
    write_attempt("CHG-1-1-10", 20, kStart, true);
    write_attempt("CHG-1-1-9", 10, kStart + -seconds{3600}, true);
    write_attempt("CHG-1-1-11", 1, kStart + seconds{3600}, true);
    write_attempt("CHG-1-1-12", 20, kStart + seconds{7200}, false);
    const auto found = measured_baseline(folder_.path(), plan_);
    ASSERT_TRUE(found.has_value()) << found.error().detail;
    EXPECT_EQ(found->source, "CHG-1-1-10");
}

TEST_F(MeasuredBaselineTest, IsAsLongAsThePlansWindow) {
    write_attempt("CHG-1-1-1", 1000, kStart, true);
    Plan plan = plan_;
    plan.phase1.baseline.window += seconds{1};
    EXPECT_THAT(
        measured_baseline(folder_.path(), plan).error().detail,
        HasSubstr("30 s, where 31 s are needed.")
    );
}

TEST_F(MeasuredBaselineTest, IsntAnOlderOneWhereTheNewestIsDamaged) {
    write_attempt("CHG-1-1-9", 10, kStart, true);
    write_attempt("CHG-1-1-10", 10, kStart + seconds{3600}, true);
    std::ofstream{folder_.path() / "CHG-1-1-10/measurements.jsonl"} << "{";
    EXPECT_EQ(measured_baseline(folder_.path(), plan_).error().code, "replay.bad_line");
}

TEST_F(MeasuredBaselineTest, IsntThereBeforeOneWasTaken) {
    EXPECT_EQ(measured_baseline(folder_.path(), plan_).error().code, "launch.no_baseline");
    write_attempt("CHG-1-1-1", 10, kStart, false);
    EXPECT_THAT(
        measured_baseline(folder_.path(), plan_).error().detail,
        HasSubstr("no attempt in it took one")
    );
}

TEST_F(MeasuredBaselineTest, MayBeASketchAlone) {
    const auto few = measured_baseline(write_sketch(149), plan_);
    ASSERT_FALSE(few.has_value());
    EXPECT_EQ(few.error().code, "launch.no_baseline");
    EXPECT_THAT(few.error().detail, HasSubstr("149 latencies, where 150 are needed."));
    const auto enough = measured_baseline(write_sketch(150), plan_);
    ASSERT_TRUE(enough.has_value()) << enough.error().detail;
    EXPECT_EQ(enough->latencies.count(), 150U);
    EXPECT_FALSE(enough->errors.has_value());
    for (const char* const odd : {"none", "loop"}) {
        std::error_code ignored;
        std::filesystem::create_symlink("loop", folder_.path() / "loop", ignored);
        EXPECT_THAT(
            measured_baseline(folder_.path() / odd, plan_).error().detail,
            HasSubstr("no such folder and no such file")
        ) << odd;
    }
    std::ofstream{folder_.path() / "large"} << std::string(64 * 1024 + 1, 'A');
    EXPECT_THAT(
        measured_baseline(folder_.path() / "large", plan_).error().detail,
        HasSubstr("64 KB at most")
    );
}

}  // namespace
}  // namespace accubooks::launch
