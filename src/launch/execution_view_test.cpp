#include "launch/execution_view.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace accubooks::launch {
namespace {

const base::Instant kStart = base::Instant::from_unix_micros(1'767'225'600'000'000);

Attempt attempt_in(ExecutionState state) {
    Attempt attempt{.row = {.number = 1}, .payload = {}, .plan = default_plan()};
    attempt.execution.terms.instances = {"a"};
    attempt.execution.state = state;
    attempt.execution.started_at = kStart;
    attempt.execution.entered_at = kStart;
    attempt.execution.checks = {{.check = "backup", .outcome = Outcome::pass, .why = "It is 1 h."}};
    return attempt;
}

std::string why_not_yet(const Attempt& attempt, const std::vector<CheckOutcome>& checks) {
    const base::Instant now = kStart + std::chrono::seconds{90};
    const auto view = boost::json::parse(view_json(attempt, view_of(attempt, {}, checks, now)));
    return std::string{view.at("why_not_yet").as_string()};
}

TEST(ExecutionView, SaysWhichPrechecksAreWaitedForAndWhy) {
    const Attempt attempt = attempt_in(ExecutionState::precheck);
    const CheckOutcome known{.check = "backup", .outcome = Outcome::fail, .why = "It is 2 d."};
    const CheckOutcome few{
        .check = "latency", .outcome = Outcome::inconclusive, .why = "40 of 300 requests."
    };
    EXPECT_EQ(why_not_yet(attempt, {known, few}), "Waiting for latency: 40 of 300 requests.");
    EXPECT_EQ(
        why_not_yet(attempt, {known}),
        "Every pre-check is known; what must stay as it is gets its fingerprint."
    );
}

TEST(ExecutionView, KeepsWhatThePrechecksCameTo) {
    const Attempt attempt = attempt_in(ExecutionState::baseline);
    const auto view = view_of(attempt, {}, {}, kStart);
    ASSERT_EQ(view.checks.size(), 1U);
    EXPECT_EQ(view.checks.front().check, "backup");
    EXPECT_EQ(why_not_yet(attempt, {}), "0 s of 30 min are measured.");
}

TEST(ExecutionView, SaysWhatBecomesOfAPause) {
    Attempt attempt = attempt_in(ExecutionState::paused);
    attempt.execution.paused_from = ExecutionState::baseline;
    EXPECT_EQ(
        why_not_yet(attempt, {}),
        "Paused before anything was changed; a person resumes, or it is cancelled at its deadline."
    );
    EXPECT_TRUE(view_of(attempt, {}, {}, kStart).triggers.empty());
    attempt.execution.order = Order{.generation = 1, .values = {}};
    EXPECT_EQ(
        why_not_yet(attempt, {}), "Paused; a person resumes, or it rolls back at its deadline."
    );
}

TEST(Metrics, AreSpokenOfAsPeopleDo) {
    const struct {
        std::int64_t value;
        Unit unit;
        const char* text;
    } cases[] = {
        {218'249, Unit::ms, "3 min 38 s"},
        {60'000, Unit::ms, "1 min"},
        {59'999, Unit::ms, "59999 ms"},
        {7'325'000, Unit::ms, "2 h 2 min"},
        {7'200'999, Unit::ms, "2 h"},
        {90'000'000, Unit::ms, "1 d 1 h"},
        {61'500'000, Unit::us, "1 min 1 s"},
        {5'407, Unit::us, "5.407 ms"},
        {0, Unit::ms, "0 s"},
        {1'000, Unit::ppm, "0.1 %"},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(to_spoken_text(c.value, c.unit), c.text);
    }
}

}  // namespace
}  // namespace accubooks::launch
