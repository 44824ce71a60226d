#include "console/window.h"

#include <gtest/gtest.h>

namespace accubooks::console {
namespace {

using namespace std::chrono_literals;

constexpr Window::Time kNow{1000h};

/// As they are after so many seconds of ten connections of which `used` are in use.
Totals after(std::int64_t seconds, std::int64_t used) {
    return {
        .pool_used = std::chrono::seconds{seconds * used},
        .pool_max = std::chrono::seconds{seconds * 10},
    };
}

TEST(Window, NothingIsKnownBeforeTheSecondLook) {
    Window window;
    const Readings first = window.read(after(100, 5), kNow);
    EXPECT_FALSE(first.at("pool_utilisation").value.has_value());
    EXPECT_FALSE(first.at("connection_wait_p95").value.has_value());
    EXPECT_FALSE(first.at("cache_hit_rate").value.has_value());
}

TEST(Window, TellsTheLastMinuteAndNoMore) {
    Window window;
    Totals totals;
    for (int second = 0; second <= 300; ++second) {
        // Half in use for four minutes, then all.
        totals.pool_used += second <= 240 ? 5s : 10s;
        totals.pool_max += 10s;
        const Readings now = window.read(totals, kNow + std::chrono::seconds{second});
        if (second == 240) {
            EXPECT_EQ(now.at("pool_utilisation").value, 500'000);
        }
        if (second == 300) {
            EXPECT_EQ(now.at("pool_utilisation").value, 1'000'000);
        }
    }
}

TEST(Window, CountsWaitsAndLookupsOfThatTimeAlone) {
    Window window;
    Totals totals;
    totals.pool_wait.add(900'000'000, 50);
    totals.cache_hits = 1000;
    window.read(totals, kNow);
    EXPECT_FALSE(window.read(totals, kNow + 1s).at("connection_wait_p95").value.has_value());
    totals.pool_wait.add(2'000'000, 100);
    totals.cache_hits += 1;
    totals.cache_misses += 3;
    const Readings then = window.read(totals, kNow + 2s);
    EXPECT_NEAR(static_cast<double>(then.at("connection_wait_p95").value.value()), 2000, 20);
    EXPECT_EQ(then.at("connection_wait_p95").samples, 100U);
    EXPECT_EQ(then.at("cache_hit_rate").value, 250'000);
}

TEST(RequestReadings, AreOfWhatIsJudgedAndNullWithoutARequest) {
    using telemetry::RequestTally;
    RequestTally tally{kNow};
    const Readings none = readings_of(tally.last(Window::kSpan, kNow));
    EXPECT_FALSE(none.at("error_rate").value.has_value());
    EXPECT_FALSE(none.at("latency_p95").value.has_value());
    tally.add({.method = "GET", .route = "web client"}, 1ms, kNow);
    tally.add(
        {.method = "GET", .route = "/api/v1/tenants/{tenant_id}/accounts", .is_error = true},
        40ms,
        kNow
    );
    const auto requests = tally.last(Window::kSpan, kNow);
    const Readings readings = readings_of(requests);
    EXPECT_EQ(readings.at("error_rate").value, 1'000'000);
    EXPECT_EQ(readings.at("latency_p50").samples, 1U);
    for (const ClassFigures& one : classes_of(requests)) {
        SCOPED_TRACE(to_string(one.of));
        const bool has_one =
            one.of == telemetry::RouteClass::web || one.of == telemetry::RouteClass::read;
        EXPECT_EQ(one.samples, has_one ? 1U : 0U);
        EXPECT_EQ(one.p95.has_value(), has_one);
        EXPECT_NE(one.of, telemetry::RouteClass::control);
    }
}

}  // namespace
}  // namespace accubooks::console
