#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launch/drift_watch.h"
#include "launch/incident_store.h"
#include "ops/change.h"
#include "ops/governance.h"
#include "testing/fake_clock.h"
#include "testing/run.h"
#include "testing/test_cluster.h"

namespace accubooks::launch {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

base::Deadline soon() {
    return base::deadline_in(30s);
}

/// What the looks of two instances find, on a database whose pool a plan governs.
class DriftWatchTest : public ::testing::Test {
protected:
    base::Task<void> prepare(pg::Connection& connection) {
        co_await ops::govern(
            connection, {{"database.pool.min", "phase1"}, {"database.pool.max", "phase1"}}, soon()
        );
        const ops::Values seed = ops::presets(ops::Takes::live);
        (co_await ops::open_settings(connection, seed, "test", soon())).value();
    }

    /// As many looks of each of two instances whose pools have this max; the incidents then.
    std::vector<Incident> after(int looks, std::int64_t pool_max) {
        std::vector<Incident> found;
        const auto work =
            [](DriftWatchTest* test, int count, std::int64_t max, std::vector<Incident>* into
            ) -> base::Task<void> {
            const auto on = co_await boost::asio::this_coro::executor;
            pg::Pool pool{
                on, "ops", test->database.endpoint("accubooks_ops"), {.min = 0, .max = 2}
            };
            {
                auto lease = co_await pool.acquire(soon());
                co_await test->prepare(*lease);
            }
            const auto watch_of = [&](std::string instance) {
                return DriftWatch{{
                    .on = on,
                    .ops = pool,
                    .clock = test->clock,
                    .log = test->log,
                    .plan = test->plan,
                    .instance = std::move(instance),
                    .in_effect = [max] { return ops::Values{{"database.pool.max", max}}; },
                }};
            };
            DriftWatch one = watch_of("a:8080");
            DriftWatch other = watch_of("b:8080");
            for (int at = 0; at < count; ++at) {
                co_await one.look(soon());
                co_await other.look(soon());
            }
            {
                auto lease = co_await pool.acquire(soon());
                *into = co_await all_incidents(*lease, soon());
            }
            co_await pool.close(soon());
        };
        testing::run(work(this, looks, pool_max, &found));
        return found;
    }

    testing::TestDatabase database;
    testing::FakeClock clock;
    Plan plan = default_plan();
    telemetry::Log log{clock, telemetry::Level::error};
};

TEST_F(DriftWatchTest, FindsNothingWhereEverythingIsAsApproved) {
    EXPECT_THAT(after(7, 50), IsEmpty());
}

TEST_F(DriftWatchTest, GivesAnInstanceTheTimeThatItNeeds) {
    EXPECT_THAT(after(6, 60), IsEmpty());
}

TEST_F(DriftWatchTest, LooksAsOftenAsThePlanSays) {
    plan.phase1.drift.consecutive = 8;
    EXPECT_THAT(after(7, 60), IsEmpty());
}

TEST_F(DriftWatchTest, OpensOneP1HoweverManyFindIt) {
    const std::vector<Incident> found = after(7, 60);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].severity, Severity::p1);
    EXPECT_EQ(found[0].trigger, kDriftTrigger);
    EXPECT_THAT(found[0].title, HasSubstr("the pool of a:8080 has database.pool.max = 60, not 50"));
}

}  // namespace
}  // namespace accubooks::launch
