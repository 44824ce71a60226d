/// Behaviours 1 to 9 of the pool: its size. Number 7, what the server has room for, is refused
/// before a pool hears of it.
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "pg/internal/pool_house_test.h"
#include "testing/fault_proxy.h"

namespace accubooks::pg {
namespace {

using namespace house;
using testing::TestServer;

const TestServer::Settings kRoomFor260 = {{"max_connections", "260"}};

TEST(PoolBehaviour, B01_GrowsUnderSaturationWithoutAFailedAcquire) {
    const TestServer server{kRoomFor260};
    const PoolSettings small{.min = 10, .max = 50, .queue_max = 2000};
    PoolSettings large = small;
    large.min = 20;
    large.max = 200;
    with_pool(
        {.conninfo = server.conninfo("accubooks_app")},
        small,
        [&large](Pool& pool) -> base::Task<void> {
            Load load{pool, 1000, 20ms};
            co_await load.start();
            co_await until("the pool is saturated", [&pool] { return pool.status().used == 50; });
            const auto begun = std::chrono::steady_clock::now();
            EXPECT_TRUE(pool.resize(large).has_value());
            std::uint32_t connecting = 0;
            co_await until("all 200 are in use", [&pool, &connecting] {
                connecting = std::max(connecting, pool.status().connecting);
                return pool.status().used == 200;
            });
            const auto took = std::chrono::steady_clock::now() - begun;
            ::testing::Test::RecordProperty(
                "ms",
                std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count())
            );
            co_await load.stop();
            EXPECT_TRUE(load.failed_acquires().empty());
            EXPECT_TRUE(load.failed_statements().empty());
            EXPECT_LE(connecting, large.connecting_max);
            EXPECT_LT(took, 10s);  // 0.9 s on two quiet cores; bench/ measures it
        }
    );
}

TEST(PoolBehaviour, B02_AGrowthServesThoseAlreadyQueued) {
    with_pool({.min = 0, .max = 1}, [](Pool& pool) -> base::Task<void> {
        const Lease held = co_await pool.acquire(soon());
        Load load{pool, 3, 1ms};
        co_await load.start();
        co_await until("three wait", [&pool] { return pool.status().waiting == 3; });
        EXPECT_TRUE(pool.resize({.min = 0, .max = 4}).has_value());
        co_await until("they are served", [&load] { return load.served() >= 3; });
        co_await load.stop();
        EXPECT_EQ(pool.status().timeouts, 0U);
    });
}

TEST(PoolBehaviour, B03_ShrinksUnderSaturationWithoutCuttingAStatement) {
    const TestServer server{kRoomFor260};
    const PoolSettings large{.min = 20, .max = 200, .queue_max = 2000};
    PoolSettings small = large;
    small.min = 10;
    small.max = 50;
    with_pool(
        {.conninfo = server.conninfo("accubooks_app")},
        large,
        [&](Pool& pool) -> base::Task<void> {
            BackendCount backends{server.conninfo("postgres")};
            co_await backends.start();
            Load load{pool, 1000, 100ms};
            co_await load.start();
            co_await until("the pool is saturated", [&pool] { return pool.status().used == 200; });
            const auto version = pool.resize(small);
            EXPECT_TRUE(version.has_value());
            EXPECT_GT(pool.status().closing, 0U);
            EXPECT_EQ(pool.status().effective.settings, large);
            // While clients queue, every one that comes back is closed until there are no more
            // than 50: each of the 200 runs one statement to its end, and 150 of them their last.
            const std::uint64_t before = load.served();
            co_await until("the shrink is effective", [&pool, &version] {
                return pool.status().effective.version == *version;
            });
            const PoolStatus then = pool.status();
            EXPECT_LE(then.idle + then.used + then.connecting + then.checking, 50U);
            EXPECT_GT(then.waiting, 0U);
            EXPECT_LT(load.served() - before, 400U);
            co_await until("the server has let go", [&backends] { return backends.now() <= 50; });
            co_await load.stop();
            co_await backends.stop();
            EXPECT_TRUE(load.failed_acquires().empty());
            EXPECT_TRUE(load.failed_statements().empty());
            EXPECT_GE(pool.status().closed[static_cast<std::size_t>(CloseReason::excess)], 150U);
        }
    );
}

/// Borrows `count` connections at once and gives them back.
base::Task<void> fill(Pool& pool, std::size_t count) {
    std::vector<Lease> leases;
    while (leases.size() < count) {
        leases.push_back(co_await pool.acquire(soon()));
    }
}

TEST(PoolBehaviour, B04_ShrinksAnIdlePoolAtOnceTheOldestFirst) {
    with_pool({.min = 0, .max = 12}, [](Pool& pool) -> base::Task<void> {
        std::vector<Lease> leases;
        while (leases.size() < 12) {
            leases.push_back(co_await pool.acquire(soon()));
        }
        std::vector<std::int32_t> pids;
        for (Lease& lease : leases) {
            pids.push_back(co_await pid_of(lease));
        }
        for (Lease& lease : leases) {
            lease.release();
        }
        EXPECT_TRUE(pool.resize({.min = 4, .max = 5}).has_value());
        const PoolStatus after = pool.status();
        EXPECT_EQ(after.idle, 5U);
        EXPECT_EQ(after.effective.settings.max, 5U);
        for (std::size_t at = 0; at < 5; ++at) {
            leases[at] = co_await pool.acquire(soon());
            const auto pid = co_await pid_of(leases[at]);
            EXPECT_NE(std::find(pids.begin() + 7, pids.end(), pid), pids.end());
        }
        leases.clear();
        EXPECT_EQ(pool.status().created, 12U);
    });
}

TEST(PoolBehaviour, B05_AHigherMinimumIsWarmWithoutAnyRequest) {
    with_pool({.min = 2, .max = 10}, [](Pool& pool) -> base::Task<void> {
        co_await until("the first minimum", [&pool] { return pool.status().idle == 2; });
        EXPECT_TRUE(pool.resize({.min = 6, .max = 10}).has_value());
        co_await until("the second", [&pool] { return pool.status().idle == 6; });
        const PoolStatus before = pool.status();
        const auto refused = pool.resize({.min = 11, .max = 10, .queue_max = 7});
        EXPECT_EQ(refused.error().code, "pool.bad_settings");
        EXPECT_EQ(refused.error().fields[0].pointer, "/min");
        EXPECT_EQ(pool.status().settings, before.settings);
        EXPECT_EQ(pool.status().requested.version, before.requested.version);
    });
}

TEST(PoolBehaviour, B06_AResizeIsWholeNumberedAndUndoneExactly) {
    const PoolSettings first{.min = 1, .max = 3, .idle_timeout = 12345ms};
    with_pool(first, [&first](Pool& pool) -> base::Task<void> {
        EXPECT_EQ(pool.status().requested.version, 1U);
        co_await fill(pool, 3);
        Lease held = co_await pool.acquire(soon());
        Lease other = co_await pool.acquire(soon());
        const PoolSettings second{.min = 0, .max = 1, .tenant_max = 1};
        const auto version = pool.resize(second);
        EXPECT_EQ(version.value(), 2U);
        PoolStatus status = pool.status();
        EXPECT_EQ(status.requested.settings, second);
        EXPECT_EQ(status.requested.version, 2U);
        EXPECT_EQ(status.effective.settings, first);  // two are lent still
        EXPECT_EQ(status.effective.version, 1U);
        other.release();
        status = pool.status();
        EXPECT_EQ(status.effective.settings, second);
        EXPECT_EQ(status.effective.version, 2U);
        EXPECT_GE(status.effective.since, status.requested.since);
        EXPECT_EQ(pool.resize(first).value(), 3U);
        EXPECT_EQ(pool.status().settings, first);
        EXPECT_EQ(pool.status().effective.settings, first);
    });
}

TEST(PoolBehaviour, B06_OfTwoResizesAtOnceOneHoldsWhole) {
    const testing::TestDatabase database{testing::TestDatabase::Kind::empty};
    asio::io_context context{1};
    Pool pool{context.get_executor(), "test", database.endpoint("accubooks_app"), {.min = 0}};
    const auto resize_often = [&pool](std::uint32_t max) {
        for (int turn = 0; turn < 1000; ++turn) {
            EXPECT_TRUE(pool.resize({.min = max / 2, .max = max}).has_value());
        }
    };
    std::thread one{resize_often, 4};
    std::thread other{resize_often, 8};
    one.join();
    other.join();
    testing::run(context, [](Pool* inner) -> base::Task<void> {
        const PoolStatus status = inner->status();
        EXPECT_EQ(status.requested.version, 2001U);
        EXPECT_EQ(status.settings.min, status.settings.max / 2);
        co_await inner->close(soon());
    }(&pool));
}

TEST(PoolBehaviour, B08_TheServerNeverSeesMoreThanTheMaximumEvenWhileStatementsAreCancelled) {
    const testing::TestDatabase database{testing::TestDatabase::Kind::empty};
    with_pool(
        database.endpoint("accubooks_app"),
        {.min = 0, .max = 5},
        [&database](Pool& pool) -> base::Task<void> {
            BackendCount backends{database.conninfo("postgres")};
            co_await backends.start();
            int running = 0;
            const auto borrow = [](Pool* inner) -> base::Task<void> {
                for (int turn = 0; turn < 5; ++turn) {
                    const Lease lease = co_await inner->acquire(soon());
                    co_await failure_of_call(
                        lease->execute(kSleep, milliseconds(60'000), base::deadline_in(1ms))
                    );
                }
            };
            const auto executor = co_await asio::this_coro::executor;
            for (int at = 0; at < 20; ++at) {
                ++running;
                asio::co_spawn(executor, borrow(&pool), [&running](const std::exception_ptr& e) {
                    --running;
                    EXPECT_EQ(e, nullptr);
                });
            }
            co_await until("the storm is over", [&running] { return running == 0; });
            co_await backends.stop();
            // Each was closed by us before its successor was made; the server may need a moment to
            // see that, for as many as were closed.
            const PoolStatus status = pool.status();
            EXPECT_LE(backends.peak(), 5 + static_cast<std::int64_t>(status.created - 5));
            EXPECT_GE(backends.peak(), 1);
        }
    );
}

TEST(PoolBehaviour, B09_AServerWithoutRoomLowersTheCeilingUntilItHasSome) {
    const testing::TestDatabase database{testing::TestDatabase::Kind::empty};
    std::vector<std::string> warnings;
    PoolObserver observer;
    observer.warned = [&warnings](std::string_view line) { warnings.emplace_back(line); };
    const auto allow = [&database](int connections) {
        // Of this database alone: the cluster is everybody's.
        database.run_script(
            "postgres",
            fmt::format("alter database {} connection limit {}", database.name(), connections)
        );
    };
    allow(2);
    with_pool(
        database.endpoint("accubooks_app"),
        {.min = 0, .max = 6},
        [&](Pool& pool) -> base::Task<void> {
            Load load{pool, 20, 10ms};
            co_await load.start();
            co_await until("the ceiling is lowered", [&pool] {
                return pool.status().ceiling == 2;
            });
            const auto served = load.served();
            co_await until("waiters go on being served", [&] {
                return load.served() > served + 20;
            });
            EXPECT_EQ(pool.status().settings.max, 6U);
            const auto late = co_await failure_of_call([](Pool* inner) -> base::Task<void> {
                std::vector<Lease> leases;
                for (;;) {
                    leases.push_back(co_await inner->acquire(base::deadline_in(2s)));
                }
            }(&pool));
            EXPECT_EQ(late->sqlstate(), "53300");
            allow(100);
            co_await until("the ceiling is gone", [&pool] { return pool.status().ceiling == 6; });
            co_await until("all six are there", [&pool] { return pool.status().used == 6; });
            co_await load.stop();
            EXPECT_TRUE(load.failed_acquires().empty());
            EXPECT_EQ(warnings.size(), 1U);
        },
        observer
    );
}

}  // namespace
}  // namespace accubooks::pg
