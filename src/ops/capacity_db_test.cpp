/// Behaviour 7 of the pool: what the server can't serve is refused before anything moves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ops/capacity.h"
#include "ops/revision_store.h"
#include "testing/run.h"
#include "testing/test_cluster.h"

namespace accubooks::ops {
namespace {

using ::testing::HasSubstr;
using testing::TestServer;

base::Result<void> check_max(const TestServer& server, std::int64_t max, std::size_t instances) {
    const auto look = [](std::string conninfo) -> base::Task<ServerLimits> {
        const auto deadline = base::deadline_in(std::chrono::seconds{30});
        const auto connection =
            co_await pg::Connection::open({.conninfo = std::move(conninfo)}, deadline);
        co_return co_await server_limits(*connection, deadline);
    };
    const ServerLimits limits = testing::run(look(server.conninfo("accubooks_ops")));
    Values live = presets(Takes::live);
    live["database.pool.max"] = max;
    return check_capacity(live, std::vector<std::int64_t>(instances, 5), limits);
}

TEST(PoolBehaviour, B07_AMaximumThatTheServerCannotServeIsRefusedBeforeAnythingMoves) {
    const TestServer server{{{"max_connections", "100"}, {"superuser_reserved_connections", "3"}}};
    EXPECT_TRUE(check_max(server, 50, 1).has_value());
    const auto refused = check_max(server, 200, 1);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "settings.over_capacity");
    EXPECT_THAT(refused.error().detail, HasSubstr("max_connections 100"));
    EXPECT_THAT(refused.error().detail, HasSubstr("restart"));
    EXPECT_FALSE(check_max(server, 50, 2).has_value());

    const std::string database = "accubooks_empty";
    server.run_script("alter role accubooks_ops connection limit 60");
    EXPECT_FALSE(check_max(server, 50, 1).has_value());
    server.run_script("alter role accubooks_ops connection limit -1");
    server.run_script("alter database " + database + " connection limit 60");
    EXPECT_FALSE(check_max(server, 50, 1).has_value());
    server.run_script("alter database " + database + " connection limit -1");
    EXPECT_TRUE(check_max(server, 50, 1).has_value());

    // The plan's three instances, on as many as the private cluster has.
    const TestServer larger{{{"max_connections", "800"}, {"superuser_reserved_connections", "3"}}};
    EXPECT_TRUE(check_max(larger, 200, 3).has_value());
    EXPECT_FALSE(check_max(larger, 200, 4).has_value());
}

}  // namespace
}  // namespace accubooks::ops
