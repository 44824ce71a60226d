#include "console/history.h"

#include <algorithm>

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace accubooks::console {
namespace {

constexpr std::int64_t kFirst = 1'767'225'600'000'000;

Sample sample(std::int64_t number) {
    Sample made{.number = number};
    made.findings.at =
        base::Instant::from_unix_micros(kFirst) + std::chrono::seconds{number - kFirst};
    made.findings.pool.used = static_cast<std::uint32_t>(number - kFirst);
    made.findings.readings["latency_p95"] = {.value = 1500, .samples = 3};
    return made;
}

void fill(History& history, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        history.add(sample(history.next()));
    }
}

std::int64_t events_in(const std::string& frames) {
    return std::ranges::count(frames, '\n') / 4;
}

TEST(History, NobodyIsToldAnythingBeforeTheFirstSample) {
    const History history{kFirst};
    EXPECT_FALSE(history.snapshot().has_value());
    EXPECT_EQ(history.after(std::nullopt).frames, "");
    EXPECT_EQ(history.after(7).last, 7) << "it is told to begin anew once there is something";
}

TEST(History, ASnapshotHasTheNewestSampleAndItsCourse) {
    History history{kFirst};
    fill(history, History::kKept + 5);
    const auto snapshot = boost::json::parse(history.snapshot().value());
    const auto& course = snapshot.at("course").as_array();
    ASSERT_EQ(course.size(), History::kKept);
    EXPECT_EQ(course.front().at("seq").to_number<std::int64_t>(), kFirst + 5);
    EXPECT_EQ(course.back().at("seq"), snapshot.at("now").at("seq"));
    EXPECT_EQ(course.back().at("p95_us").to_number<std::int64_t>(), 1500);
    EXPECT_TRUE(course.back().at("p50_us").is_null()) << "nobody measured it";
}

TEST(History, AStreamGoesOnBehindWhatItHas) {
    History history{kFirst};
    fill(history, 10);
    const auto news = history.after(kFirst + 6);
    EXPECT_TRUE(news.frames.starts_with(
        "id: 1767225600000007\nevent: sample\ndata: {\"seq\":1767225600000007,"
    ));
    EXPECT_EQ(events_in(news.frames), 3);
    EXPECT_EQ(news.last, kFirst + 9);
    EXPECT_EQ(history.after(news.last).frames, "");
    fill(history, 1);
    EXPECT_EQ(events_in(history.after(news.last).frames), 1);
}

TEST(History, AStreamWithoutANumberBeginsWithTheNewest) {
    History history{kFirst};
    fill(history, 10);
    const auto news = history.after(std::nullopt);
    EXPECT_TRUE(news.frames.starts_with("id: 1767225600000009\n"));
    EXPECT_EQ(events_in(news.frames), 1);
}

TEST(History, WhatIsTooLongAgoOrOfAnotherStartBeginsAnew) {
    History history{kFirst};
    fill(history, History::kKept + 5);
    // The oldest that is kept is number 5, so number 4 is the earliest to go on behind.
    EXPECT_FALSE(history.after(kFirst + 4).frames.starts_with("event: reset"));
    for (const std::int64_t last : {kFirst + 3, kFirst - 1, std::int64_t{0}, history.next()}) {
        SCOPED_TRACE(last);
        const auto news = history.after(last);
        EXPECT_TRUE(news.frames.starts_with("event: reset\ndata: {}\n\nid: "));
        EXPECT_EQ(news.last, history.next() - 1);
    }
}

}  // namespace
}  // namespace accubooks::console
