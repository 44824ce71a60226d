#include "console/grade.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace accubooks::console {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

constexpr Holding::Time kNow{1000h};

std::vector<std::string> words_of(std::string_view metric) {
    const Thresholds all = thresholds_of(launch::default_plan());
    std::vector<std::string> words;
    const auto found = all.find(metric);
    if (found != all.end()) {
        for (const Threshold& one : found->second) {
            words.push_back(std::string{to_string(one.grade)} + " " + to_text(one.when));
        }
    }
    return words;
}

Threshold threshold(Grade grade, std::string_view text) {
    return {.grade = grade, .when = launch::parse_condition(text).value()};
}

TEST(Thresholds, AreThePlans) {
    EXPECT_THAT(
        words_of("latency_p95"),
        ElementsAre("warn latency_p95 >= 500 ms", "danger latency_p95 > 1 s")
    );
    EXPECT_THAT(words_of("latency_p50"), ElementsAre("warn latency_p50 >= 200 ms"));
    EXPECT_THAT(
        words_of("queue_depth"),
        ElementsAre("warn queue_depth > 50", "danger queue_depth > 200 for 10 min")
    );
    EXPECT_THAT(
        words_of("pool_utilisation"),
        ElementsAre(
            "warn pool_utilisation > 70 %",
            "danger pool_utilisation > 85 %",
            "danger pool_utilisation > 90 % for 5 min"
        )
    );
    EXPECT_THAT(words_of("upgrades"), ElementsAre());
}

TEST(Thresholds, FollowAnotherPlan) {
    launch::Plan plan = launch::default_plan();
    plan.phase1.alerts.warning = {launch::parse_condition("pool_utilisation > 40 %").value()};
    EXPECT_EQ(
        thresholds_of(plan).at("pool_utilisation").front(),
        threshold(Grade::warn, "pool_utilisation > 40 %")
    );
}

TEST(Holding, GradesByTheGravestThreshold) {
    Holding holding;
    const std::vector all{
        threshold(Grade::warn, "latency_p95 >= 500 ms"),
        threshold(Grade::danger, "latency_p95 > 1000 ms"),
    };
    EXPECT_EQ(holding.grade(all, 499'999, kNow), Grade::ok);
    EXPECT_EQ(holding.grade(all, 500'000, kNow), Grade::warn);
    EXPECT_EQ(holding.grade(all, 1'000'000, kNow), Grade::warn);
    EXPECT_EQ(holding.grade(all, 1'000'001, kNow), Grade::danger);
    EXPECT_EQ(holding.grade(all, std::nullopt, kNow), Grade::no_data);
}

TEST(Holding, WarnsUntilSomethingHasHeldForItsTime) {
    Holding holding;
    const Threshold high = threshold(Grade::danger, "error_rate > 1 % for 5 min");
    EXPECT_EQ(holding.grade(high, 20'000, kNow), Grade::warn);
    EXPECT_EQ(holding.grade(high, 20'000, kNow + 299s), Grade::warn);
    EXPECT_EQ(holding.grade(high, 20'000, kNow + 300s), Grade::danger);
    EXPECT_EQ(holding.grade(high, 5'000, kNow + 301s), Grade::ok);
    EXPECT_EQ(holding.grade(high, 20'000, kNow + 302s), Grade::warn);  // it begins anew
    EXPECT_EQ(holding.grade(high, std::nullopt, kNow + 400s), Grade::no_data);
    EXPECT_EQ(holding.grade(high, 20'000, kNow + 700s), Grade::warn);  // likewise
}

TEST(Grade, NothingKnownIsGraverThanAWarning) {
    EXPECT_EQ(graver(Grade::ok, Grade::warn), Grade::warn);
    EXPECT_EQ(graver(Grade::no_data, Grade::warn), Grade::no_data);
    EXPECT_EQ(graver(Grade::danger, Grade::no_data), Grade::danger);
}

}  // namespace
}  // namespace accubooks::console
