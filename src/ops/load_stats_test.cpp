#include "ops/load_stats.h"

#include <numeric>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/json.h"
#include "ops/load_schedule.h"

namespace accubooks::ops {
namespace {

using namespace std::chrono_literals;

TEST(Percentile, IsTheNearestRank) {
    std::vector<std::uint32_t> values(500);
    std::iota(values.begin(), values.end(), 1);
    EXPECT_EQ(percentile(values, 95), 475U);
    EXPECT_EQ(percentile(values, 50), 250U);
    EXPECT_EQ(percentile(values, 99), 495U);
    EXPECT_EQ(percentile(values, 100), 500U);
    EXPECT_EQ(percentile({}, 50), 0U);
    const std::vector<std::uint32_t> few{10, 20, 30};
    EXPECT_EQ(percentile(few, 0), 10U);
    EXPECT_EQ(percentile(few, 33), 10U);
    EXPECT_EQ(percentile(few, 34), 20U);
    EXPECT_EQ(percentile(few, 67), 30U);
}

TEST(LoadStats, CountFailuresByKindAndMeasureTheRest) {
    LoadStats stats;
    stats.succeeded(10ms, 10ms);
    stats.failed("timeout");
    stats.failed("wrong_answer");
    stats.failed("timeout");
    stats.succeeded(25ms, 5ms);
    const LoadReport report = stats.report(2s, 7, {});
    EXPECT_EQ(report.requests, 5U);
    EXPECT_EQ(report.errors, 3U);
    EXPECT_DOUBLE_EQ(report.error_rate(), 0.6);
    EXPECT_DOUBLE_EQ(report.throughput_per_s(), 1.0);
    const std::map<std::string, std::uint64_t> kinds{{"timeout", 2}, {"wrong_answer", 1}};
    EXPECT_EQ(report.errors_by_kind, kinds);
    EXPECT_DOUBLE_EQ(report.latency_ms.p50, 5);
    EXPECT_DOUBLE_EQ(report.latency_ms.max, 10);
}

TEST(LoadStats, MeasureTheGapAtBothEndsToo) {
    {
        LoadStats stats;
        stats.succeeded(300ms, 1ms);
        stats.succeeded(400ms, 1ms);
        EXPECT_DOUBLE_EQ(stats.report(500ms, 1, {}).longest_gap_ms, 300);
        EXPECT_DOUBLE_EQ(stats.report(900ms, 1, {}).longest_gap_ms, 500);
        stats.succeeded(1900ms, 1ms);
        EXPECT_DOUBLE_EQ(stats.report(1900ms, 1, {}).longest_gap_ms, 1500);
    }
    LoadStats none;
    none.failed("connect");
    EXPECT_DOUBLE_EQ(none.report(700ms, 1, {}).longest_gap_ms, 700);
}

TEST(LoadReport, IsTheJsonThatOthersRead) {
    LoadStats stats;
    stats.succeeded(10ms, 12345us);
    stats.failed("http_503");
    EXPECT_EQ(
        to_json(stats.report(4s, 9, LoadMix::parse("post = 3").value())),
        R"({"requests":2,"errors":1,"error_rate":0.500000,"errors_by_kind":{"http_503":1},)"
        R"("throughput_per_s":0.250,"latency_ms":{"p50":12.345,"p75":12.345,"p95":12.345,)"
        R"("p99":12.345,"max":12.345},"longest_gap_ms":3990.000,"duration_s":4.000,"seed":9,)"
        R"("mix":{"post":3,"batch":0,"entry":0,"entries":0,"account":0,"accounts":0,)"
        R"("trial_balance":0}})"
    );
    EXPECT_TRUE(base::parse_json(to_json(LoadReport{})).has_value());
}

TEST(LoadMix, ReadsTomlAndJsonAlike) {
    const auto toml = LoadMix::parse("post = 40\n# reads\nentry = 20\n");
    const auto json = LoadMix::parse(R"( {"post": 40, "entry": 20})");
    for (const auto* mix : {&toml, &json}) {
        ASSERT_TRUE(mix->has_value());
        EXPECT_EQ((*mix)->weight(LoadOperation::post), 40U);
        EXPECT_EQ((*mix)->weight(LoadOperation::entry), 20U);
        EXPECT_EQ((*mix)->weight(LoadOperation::batch), 0U);
    }
}

TEST(LoadMix, RefusesWhatIsNone) {
    for (const char* text :
         {"",
          "post = 0",
          "post = -1",
          "post = 1.5",
          "post = \"1\"",
          "pots = 1",
          "post =",
          "{",
          R"({"post": 1.5})",
          R"({"post": 1, "post": 2})",
          "post = 1000001"}) {
        SCOPED_TRACE(text);
        const auto mix = LoadMix::parse(text);
        ASSERT_FALSE(mix.has_value());
        EXPECT_EQ(mix.error().code, "load.bad_mix");
    }
    EXPECT_EQ(LoadMix::read("/nowhere/mix.toml").error().code, "load.bad_mix");
}

TEST(LoadMix, ChoosesByWeight) {
    const auto mix = LoadMix::parse("post = 3\ntrial_balance = 1").value();
    constexpr std::uint64_t kQuarter = 1ULL << 62U;
    EXPECT_EQ(mix.choose(0), LoadOperation::post);
    EXPECT_EQ(mix.choose(3 * kQuarter - 1), LoadOperation::post);
    EXPECT_EQ(mix.choose(3 * kQuarter), LoadOperation::trial_balance);
    EXPECT_EQ(mix.choose(~0ULL), LoadOperation::trial_balance);
}

TEST(LoadSchedule, GivesEachRequestItsTimeHoweverLateItIs) {
    LoadSchedule schedule{{.duration = 1s, .rate = 4}};
    EXPECT_EQ(schedule.next(0ms)->start, 0ms);
    EXPECT_EQ(schedule.next(0ms)->start, 250ms);
    // A worker that comes late still takes the time that was meant.
    const auto late = schedule.next(10s);
    ASSERT_TRUE(late.has_value());
    EXPECT_EQ(late->start, 500ms);
    EXPECT_EQ(late->index, 2U);
    EXPECT_EQ(schedule.next(10s)->start, 750ms);
    EXPECT_FALSE(schedule.next(10s).has_value());
}

TEST(LoadSchedule, StartsAtOnceWithoutARate) {
    LoadSchedule schedule{{.requests = 2}};
    EXPECT_EQ(schedule.next(7ms)->start, 7ms);
    EXPECT_EQ(schedule.next(9ms)->start, 9ms);
    EXPECT_FALSE(schedule.next(9ms).has_value());
}

TEST(LoadSchedule, EndsAtItsDurationOrWhenItIsStopped) {
    LoadSchedule timed{{.duration = 1s}};
    EXPECT_TRUE(timed.next(999ms).has_value());
    EXPECT_FALSE(timed.next(1s).has_value());
    LoadSchedule stopped{{.requests = 2}};
    stopped.stop();
    EXPECT_FALSE(stopped.next(0ms).has_value());
}

}  // namespace
}  // namespace accubooks::ops
