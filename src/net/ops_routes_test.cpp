#include "net/ops_routes.h"

#include <chrono>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/fake_clock.h"

namespace accubooks::net {
namespace {

using ::testing::HasSubstr;

Response answer_of(const Router& router, std::string_view path) {
    const auto match = router.match(Method::get, path, nullptr);
    base::ensure(match.has_value(), "the test asks for a route that is there");
    const Request request;
    boost::asio::io_context events;
    auto answer =
        boost::asio::co_spawn(events, (*match->handler)(request), boost::asio::use_future);
    events.run();
    return answer.get().value();
}

TEST(OpsRoutes, TellTheMetrics) {
    const ::accubooks::testing::FakeClock clock;
    telemetry::Metrics metrics;
    const telemetry::Health health{clock, metrics};
    metrics.counter("accubooks_things_total", "Things.").add(3);
    const auto answer = answer_of(ops_routes(metrics, health), "/api/metrics");
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr("\naccubooks_things_total 3\n"));
    EXPECT_EQ(answer.headers.find("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
}

TEST(OpsRoutes, AreReadyOnlyWhenEveryCheckIsOk) {
    const ::accubooks::testing::FakeClock clock;
    telemetry::Metrics metrics;
    telemetry::Health health{clock, metrics};
    const Router router = ops_routes(metrics, health);
    EXPECT_EQ(answer_of(router, "/api/health").status, 200);
    EXPECT_EQ(answer_of(router, "/api/health/ready").status, 503);
    health.expect("database", std::chrono::seconds{10});
    const auto unknown = answer_of(router, "/api/health/ready");
    EXPECT_EQ(unknown.status, 503);
    EXPECT_EQ(
        unknown.body,
        R"({"status":"not_ready","checks":[{"name":"database","state":"unknown","detail":"Nothing was reported yet."}]})"
    );
    health.report("database", telemetry::HealthState::ok);
    const auto ok = answer_of(router, "/api/health/ready");
    EXPECT_EQ(ok.status, 200);
    EXPECT_EQ(
        ok.body, R"({"status":"ready","checks":[{"name":"database","state":"ok","detail":""}]})"
    );
}

}  // namespace
}  // namespace accubooks::net
