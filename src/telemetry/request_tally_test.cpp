#include "telemetry/request_tally.h"

#include <gtest/gtest.h>

namespace accubooks::telemetry {
namespace {

using namespace std::chrono_literals;
using Time = RequestTally::Time;

constexpr Time kBegan{1000h};
constexpr std::string_view kRoute = "/api/v1/things";

RequestTally::Answered answered(Traffic traffic = Traffic::real, bool is_error = false) {
    return {.method = "GET", .route = kRoute, .traffic = traffic, .is_error = is_error};
}

const RequestFigures& of(const ByTraffic& figures, Traffic traffic) {
    return figures.at(static_cast<std::size_t>(traffic));
}

TEST(RequestTally, CountsByRouteAndByWhoAsked) {
    RequestTally tally{kBegan};
    tally.add(answered(), 2ms, kBegan);
    tally.add(answered(Traffic::real, true), 8ms, kBegan);
    tally.add(answered(Traffic::synthetic), 4ms, kBegan);
    tally.add({.method = "POST", .route = kRoute}, 1ms, kBegan);
    const auto totals = tally.totals();
    ASSERT_EQ(totals.routes.size(), 3U);
    EXPECT_EQ(totals.routes[0].name, "GET /api/v1/things");
    EXPECT_EQ(totals.routes[0].traffic, Traffic::real);
    EXPECT_EQ(totals.routes[0].figures.requests, 2U);
    EXPECT_EQ(totals.routes[0].figures.errors, 1U);
    EXPECT_EQ(totals.routes[0].figures.took.max(), 8'000'000U);
    EXPECT_EQ(totals.routes[1].traffic, Traffic::synthetic);
    EXPECT_EQ(totals.routes[1].figures.requests, 1U);
    EXPECT_EQ(totals.routes[2].name, "POST /api/v1/things");
}

TEST(RequestTally, TellsApartWhatIsNotTheService) {
    RequestTally tally{kBegan};
    tally.add({.method = "GET", .route = ""}, 1ms, kBegan);
    tally.add({.method = "GET", .route = "/api/v1/launch/events"}, 300s, kBegan);
    EXPECT_TRUE(tally.totals().routes.empty());
    EXPECT_EQ(tally.totals().unmatched, 1U);
    EXPECT_EQ(of(tally.last(1min, kBegan).figures, Traffic::real).requests, 0U);
}

TEST(RequestTally, FilesOfTheWebClientThinNothingOut) {
    RequestTally tally{kBegan};
    tally.add(answered(Traffic::real, true), 900ms, kBegan);
    for (int file = 0; file < 99; ++file) {
        tally.add({.method = "GET", .route = "web client"}, 1ms, kBegan);
    }
    const auto minute = tally.last(1min, kBegan);
    const RequestFigures& judged = of(minute.figures, Traffic::real);
    EXPECT_EQ(judged.requests, 1U);
    EXPECT_EQ(judged.errors, 1U);
    EXPECT_EQ(judged.took.quantile(0.5), 900'000'000U);
    ASSERT_EQ(tally.totals().routes.size(), 1U);
    EXPECT_EQ(tally.totals().routes[0].name, "GET /api/v1/things");
    // They are there, in a class of their own.
    EXPECT_EQ(tally.totals().web.requests, 99U);
    EXPECT_EQ(minute.classes.at(static_cast<std::size_t>(RouteClass::web)).requests, 99U);
    EXPECT_EQ(tally.totals().unmatched, 0U);
}

TEST(RequestTally, TellsClassesApartInItsWindows) {
    RequestTally tally{kBegan};
    tally.add({.method = "GET", .route = "/api/v1/tenants/{tenant_id}/accounts"}, 2ms, kBegan);
    tally.add({.method = "POST", .route = "/api/v1/tenants/{tenant_id}/drafts"}, 4ms, kBegan);
    tally.add({.method = "POST", .route = "/api/v1/session", .is_error = true}, 8ms, kBegan);
    const auto minute = tally.last(1min, kBegan);
    const auto in = [&minute](RouteClass one) {
        return minute.classes.at(static_cast<std::size_t>(one));
    };
    EXPECT_EQ(in(RouteClass::read).took.max(), 2'000'000U);
    EXPECT_EQ(in(RouteClass::write).took.max(), 4'000'000U);
    EXPECT_EQ(in(RouteClass::sign_in).errors, 1U);
    EXPECT_EQ(in(RouteClass::report).requests, 0U);
    EXPECT_EQ(of(minute.figures, Traffic::real).requests, 3U);
}

TEST(RequestTally, CountsAnswersThatNobodyTook) {
    RequestTally tally{kBegan};
    tally.abandoned();
    tally.add({.method = "GET", .route = kRoute, .is_delivered = false}, 1ms, kBegan);
    EXPECT_EQ(tally.totals().undelivered, 2U);
    EXPECT_EQ(tally.totals().routes[0].figures.requests, 1U);
}

TEST(RequestTally, ForgetsInItsWindowsAndNowhereElse) {
    RequestTally tally{kBegan};
    for (int second = 0; second < 600; ++second) {
        const bool is_error = second < 300;
        tally.add(answered(Traffic::real, is_error), 1ms, kBegan + std::chrono::seconds{second});
    }
    const Time now = kBegan + 599s;
    const auto minute = tally.last(1min, now);
    EXPECT_EQ(minute.covers, 69s);  // a minute, and the slot that is being filled
    EXPECT_EQ(of(minute.figures, Traffic::real).requests, 70U);
    EXPECT_EQ(of(minute.figures, Traffic::real).errors, 0U);
    const auto five = tally.last(5min, now);
    EXPECT_EQ(five.covers, 309s);
    EXPECT_EQ(of(five.figures, Traffic::real).requests, 310U);
    EXPECT_EQ(of(five.figures, Traffic::real).errors, 10U);
    EXPECT_EQ(tally.totals().routes[0].figures.requests, 600U);
    EXPECT_EQ(tally.totals().routes[0].figures.errors, 300U);

    // Without requests the windows empty themselves.
    const auto later = tally.last(5min, now + 10min);
    EXPECT_EQ(of(later.figures, Traffic::real).requests, 0U);
}

TEST(RequestTally, CoversLessThanAWindowSoonAfterTheStart) {
    RequestTally tally{kBegan};
    tally.add(answered(), 1ms, kBegan + 2s);
    const auto window = tally.last(5min, kBegan + 4s);
    EXPECT_EQ(window.covers, 4s);
    EXPECT_EQ(of(window.figures, Traffic::real).requests, 1U);
}

TEST(TrafficOf, OnlyOurOwnToolsAreSynthetic) {
    EXPECT_EQ(traffic_of("accubooks-load"), Traffic::synthetic);
    EXPECT_EQ(traffic_of("accubooks-probe/1.0"), Traffic::synthetic);
    EXPECT_EQ(traffic_of(""), Traffic::real);
    EXPECT_EQ(traffic_of("Mozilla/5.0 accubooks-load"), Traffic::real);
}

}  // namespace
}  // namespace accubooks::telemetry
