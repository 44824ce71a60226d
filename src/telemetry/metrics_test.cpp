#include "telemetry/metrics.h"

#include <algorithm>
#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/http_metrics.h"
#include "telemetry/pool_metrics.h"
#include "telemetry/process_metrics.h"

namespace accubooks::telemetry {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

TEST(DurationBuckets, GrowByATenthAndHoldOneSecondExactly) {
    const auto bounds = duration_buckets();
    EXPECT_EQ(bounds.front(), 0.002);
    EXPECT_EQ(bounds.back(), 10.0);
    EXPECT_EQ(std::ranges::count(bounds, 1.0), 1);
    for (std::size_t i = 1; i < bounds.size(); ++i) {
        SCOPED_TRACE(bounds[i]);
        EXPECT_GT(bounds[i] / bounds[i - 1], 1.0);
        EXPECT_LT(bounds[i] / bounds[i - 1], 1.125);
    }
}

TEST(Metrics, ShowACounterBeforeItsFirstIncrease) {
    Metrics metrics;
    const Counter counter = metrics.counter("accubooks_things_total", "Things.", {{"kind", "a"}});
    EXPECT_THAT(metrics.exposition(), HasSubstr("accubooks_things_total{kind=\"a\"} 0\n"));
    counter.add();
    counter.add(2);
    counter.raise_to(2);
    EXPECT_THAT(metrics.exposition(), HasSubstr("accubooks_things_total{kind=\"a\"} 3\n"));
    counter.raise_to(5);
    metrics.counter("accubooks_things_total", "Things.", {{"kind", "a"}}).add();
    EXPECT_THAT(metrics.exposition(), HasSubstr("accubooks_things_total{kind=\"a\"} 6\n"));
    EXPECT_THAT(metrics.exposition(), HasSubstr("# TYPE accubooks_things_total counter\n"));
}

TEST(Metrics, RefreshBeforeAScrape) {
    Metrics metrics;
    const Gauge gauge = metrics.gauge("accubooks_depth", "Depth.");
    metrics.at_scrape([gauge] { gauge.add(1); });
    EXPECT_THAT(metrics.exposition(), HasSubstr("accubooks_depth 1\n"));
    EXPECT_THAT(metrics.exposition(), HasSubstr("accubooks_depth 2\n"));
}

TEST(Metrics, EscapeLabels) {
    Metrics metrics;
    metrics.gauge("accubooks_x", "X.", {{"a", "q\"b\\c\nd"}}).set(1);
    EXPECT_THAT(metrics.exposition(), HasSubstr(R"(accubooks_x{a="q\"b\\c\nd"} 1)"));
}

TEST(HttpMetrics, CountByRouteAndStatus) {
    Metrics metrics;
    const HttpMetrics http{metrics, "api"};
    const HttpMetrics other{metrics, "operations"};
    other.started();
    http.started();
    http.started();
    http.started();
    EXPECT_THAT(
        metrics.exposition(), HasSubstr(R"(http_server_active_requests{listener="api"} 3)")
    );
    const auto now = RequestTally::Time::clock::now();
    const HttpAnswer answer{.method = "GET", .route = "/a/{id}", .status = 200, .error_type = ""};
    http.answered(answer, 1000ms, now);
    http.answered(answer, 1001ms, now);
    http.abandoned();
    const std::string text = metrics.exposition();
    EXPECT_THAT(text, HasSubstr(R"(http_server_active_requests{listener="api"} 0)"));
    const std::string labels =
        R"({error_type="",http_request_method="GET",http_response_status_code="200",http_route="/a/{id}",listener="api",user_agent_synthetic_type="")";
    EXPECT_THAT(text, HasSubstr("http_server_request_duration_seconds_count" + labels + "} 2\n"));
    EXPECT_THAT(
        text, HasSubstr("http_server_request_duration_seconds_bucket" + labels + ",le=\"1\"} 1\n")
    );
    EXPECT_THAT(
        text, HasSubstr("http_server_request_duration_seconds_bucket" + labels + ",le=\"1.1\"} 2\n")
    );
}

TEST(PoolMetrics, ShowTheSampleAndItsPeak) {
    Metrics metrics;
    const PoolMetrics pool{metrics, "main"};
    pool.sample(
        {.idle = 1,
         .used = 9,
         .max = 50,
         .idle_max = 50,
         .idle_min = 10,
         .pending = 2,
         .timeouts = 4,
         .used_time = 1500ms}
    );
    pool.sample(
        {.idle = 7,
         .used = 3,
         .max = 50,
         .idle_max = 50,
         .idle_min = 10,
         .pending = 0,
         .timeouts = 4,
         .used_time = 2500ms,
         .max_time = 8000ms,
         .leaks = 2,
         .connect_failures = 5,
         .no_room = 3,
         .closed = {{"idle", 3}, {"excess", 150}}}
    );
    pool.waited(3ms);
    pool.waited(20us);
    const std::string text = metrics.exposition();
    const std::string name = R"(db_client_connection_pool_name="main")";
    EXPECT_THAT(
        text,
        HasSubstr(
            "db_client_connection_count{" + name + ",db_client_connection_state=\"used\"} 3\n"
        )
    );
    EXPECT_THAT(
        text,
        HasSubstr(
            "db_client_connection_count{" + name + ",db_client_connection_state=\"idle\"} 7\n"
        )
    );
    EXPECT_THAT(text, HasSubstr("db_client_connection_max{" + name + "} 50\n"));
    EXPECT_THAT(text, HasSubstr("db_client_connection_timeouts_total{" + name + "} 4\n"));
    EXPECT_THAT(text, HasSubstr("db_client_connection_wait_time_seconds_count{" + name + "} 2\n"));
    EXPECT_THAT(text, HasSubstr("db_client_connection_use_time_seconds_count{" + name + "} 0\n"));
    EXPECT_THAT(
        text, HasSubstr("accubooks_db_pool_used_connection_seconds_total{" + name + "} 2.5\n")
    );
    EXPECT_THAT(
        text, HasSubstr("accubooks_db_pool_max_connection_seconds_total{" + name + "} 8\n")
    );
    EXPECT_THAT(text, HasSubstr("accubooks_db_pool_leaks_total{" + name + "} 2\n"));
    EXPECT_THAT(
        text, HasSubstr("accubooks_db_pool_closed_total{" + name + ",reason=\"excess\"} 150\n")
    );
    EXPECT_THAT(
        text,
        HasSubstr("accubooks_db_pool_connect_failures_total{" + name + ",reason=\"no_room\"} 3\n")
    );
    EXPECT_THAT(
        text,
        HasSubstr("accubooks_db_pool_connect_failures_total{" + name + ",reason=\"other\"} 2\n")
    );
    // A wait of nothing has its own bucket.
    EXPECT_THAT(
        text,
        HasSubstr("db_client_connection_wait_time_seconds_bucket{" + name + ",le=\"5e-05\"} 1\n")
    );
}

TEST(PoolMetrics, ShowTheMostInUseBetweenTwoScrapes) {
    Metrics metrics;
    const PoolMetrics pool{metrics, "main"};
    const auto peak_at = [&](std::uint32_t used_now) {
        pool.sample({.used = used_now});
        const std::string text = metrics.exposition();
        const std::string name =
            R"(accubooks_db_pool_used_peak{db_client_connection_pool_name="main"} )";
        return text.substr(text.find(name) + name.size(), 1);
    };
    pool.in_use(4);
    pool.in_use(9);
    pool.in_use(5);
    EXPECT_EQ(peak_at(2), "9");
    EXPECT_EQ(peak_at(1), "2");  // of the last scrape, lent ever since
    pool.in_use(3);
    EXPECT_EQ(peak_at(7), "7");
}

TEST(StatementMetrics, HaveASeriesForEachStatementAndEachErrorOfIt) {
    Metrics metrics;
    StatementMetrics statements{metrics};
    statements.observe("pg.commit", 3ms, "");
    statements.observe("pg.commit", 4ms, "");
    statements.observe("pg.commit", 4ms, "lost");
    statements.observe("ledger.post", 200us, "");
    const std::string text = metrics.exposition();
    const auto count = [](const std::string& statement, const std::string& error) {
        return "db_client_operation_duration_seconds_count{db_operation_name=\"" + statement +
               "\",db_system_name=\"postgresql\",error_type=\"" + error + "\"} ";
    };
    EXPECT_THAT(text, HasSubstr(count("pg.commit", "") + "2\n"));
    EXPECT_THAT(text, HasSubstr(count("pg.commit", "lost") + "1\n"));
    EXPECT_THAT(text, HasSubstr(count("ledger.post", "") + "1\n"));
}

TEST(ProcessMetrics, NameTheBuildAndItsMemory) {
    Metrics metrics;
    add_process_metrics(metrics, {.version = "1.0.0", .commit = "abc"});
    const std::string text = metrics.exposition();
    EXPECT_THAT(text, HasSubstr(R"(accubooks_build_info{commit="abc",version="1.0.0"} 1)"));
    EXPECT_THAT(text, HasSubstr("accubooks_memory_used_bytes "));
    EXPECT_THAT(text, Not(HasSubstr("accubooks_memory_used_bytes 0\n")));
    EXPECT_THAT(text, Not(HasSubstr("accubooks_memory_limit_bytes 0\n")));
}

}  // namespace
}  // namespace accubooks::telemetry
