#include "telemetry/health.h"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/fake_clock.h"

namespace accubooks::telemetry {
namespace {

using namespace std::chrono_literals;

TEST(Health, IsNotReadyWithoutChecks) {
    const ::accubooks::testing::FakeClock clock;
    Metrics metrics;
    EXPECT_FALSE(Health(clock, metrics).ready());
}

TEST(Health, IsReadyWhileEveryReportIsGoodAndFresh) {
    ::accubooks::testing::FakeClock clock;
    Metrics metrics;
    Health health{clock, metrics};
    health.expect("database", 10s);
    health.expect("migrations", 10s);
    EXPECT_FALSE(health.ready());
    health.report("database", HealthState::ok);
    EXPECT_FALSE(health.ready());
    health.report("migrations", HealthState::ok);
    EXPECT_TRUE(health.ready());

    clock.advance(10s);
    EXPECT_TRUE(health.ready());
    clock.advance(1us);
    EXPECT_FALSE(health.ready());
    EXPECT_EQ(health.checks().at(0).state, HealthState::unknown);

    health.report("migrations", HealthState::ok);
    health.report("database", HealthState::failing, "no connection");
    EXPECT_FALSE(health.ready());
    EXPECT_EQ(health.checks().at(0).state, HealthState::failing);
    EXPECT_EQ(health.checks().at(0).detail, "no connection");
    EXPECT_EQ(health.checks().at(1).state, HealthState::ok);
}

TEST(Health, CountsFailuresInARow) {
    ::accubooks::testing::FakeClock clock;
    Metrics metrics;
    Health health{clock, metrics};
    health.expect("a", 10s);
    health.expect("b", 10s);
    const auto failures = [&](int count) {
        return ::testing::HasSubstr(
            "accubooks_health_consecutive_failures " + std::to_string(count) + "\n"
        );
    };
    EXPECT_THAT(metrics.exposition(), failures(0));
    health.report("a", HealthState::failing);
    health.report("b", HealthState::unknown);
    health.report("b", HealthState::failing);
    EXPECT_THAT(metrics.exposition(), failures(2));
    health.report("b", HealthState::ok);
    EXPECT_THAT(metrics.exposition(), failures(1));
}

TEST(HealthDeathTest, StopsOnACheckNobodyExpects) {
    ::accubooks::testing::FakeClock clock;
    Metrics metrics;
    Health health{clock, metrics};
    EXPECT_DEATH(health.report("a", HealthState::ok), "expected");
}

}  // namespace
}  // namespace accubooks::telemetry
