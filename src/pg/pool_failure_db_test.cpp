/// Behaviours 19 to 23, 28, 30 and 32 of the pool: servers that go, come back, fall silent or
/// change places, and what the pool tells of itself.
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/use_future.hpp>
#include <signal.h>

#include "pg/internal/pool_house_test.h"
#include "testing/fault_proxy.h"

namespace accubooks::pg {
namespace {

using namespace house;
using testing::FaultProxy;
using testing::TestDatabase;
using testing::TestServer;

std::uint64_t closed_for(const Pool& pool, CloseReason reason) {
    return pool.status().closed[static_cast<std::size_t>(reason)];
}

/// A pool on a thread of its own, so that the test's thread can stop and start servers.
class Lane {
public:
    Lane(Endpoint endpoint, PoolSettings settings)
        : pool_{context_.get_executor(), "test", std::move(endpoint), settings},
          thread_{[this] { context_.run(); }} {}
    ~Lane() {
        run(pool_.close(soon()));
        guard_.reset();
        thread_.join();
    }
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    Pool& pool() { return pool_; }
    template <class T>
    T run(base::Task<T> task) {
        return asio::co_spawn(context_, std::move(task), asio::use_future).get();
    }

private:
    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> guard_{context_.get_executor()};
    Pool pool_;
    std::thread thread_;
};

base::Task<void> await_served(const Load* load, std::uint64_t more) {
    const std::uint64_t before = load->served();
    co_await until("the load is served", [load, before, more] {
        return load->served() >= before + more;
    });
}

base::Task<void> await_failed(const Load* load) {
    co_await until("the load fails", [load] {
        return !load->failed_statements().empty() || !load->failed_acquires().empty();
    });
}

TEST(PoolBehaviour, B19_AnErrorThatOthersMayMeetHasAllIdleOnesChecked) {
    struct Case {
        const char* name;
        const char* script;
        CloseReason reason;
    };
    const Case cases[] = {
        {"the server ends the session (57P01)",
         "select pg_terminate_backend(pg_backend_pid())",
         CloseReason::suspect},
        {"the server takes no writes any more (25006)",
         "begin read only; create table public.t (a int)",
         CloseReason::suspect},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        int checks = 0;
        PoolObserver observer;
        observer.statement = [&checks](std::string_view name, auto, auto) {
            checks += name == "pg.is_read_only" ? 1 : 0;
        };
        with_pool(
            {.min = 0, .max = 3},
            [&](Pool& pool) -> base::Task<void> {
                Lease one = co_await pool.acquire(soon());
                Lease two = co_await pool.acquire(soon());
                Lease three = co_await pool.acquire(soon());
                one.release();
                two.release();
                co_await failure_of_call(three->run_script(c.script, soon()));
                three.release();
                EXPECT_EQ(closed_for(pool, c.reason), 1U);
                one = co_await pool.acquire(soon());
                two = co_await pool.acquire(soon());
                EXPECT_EQ(checks, 2);
                EXPECT_EQ(pool.status().created, 3U);
                one.release();
                one = co_await pool.acquire(soon());
                EXPECT_EQ(checks, 2);
            },
            observer
        );
    }
}

TEST(PoolBehaviour, B20_ARestartUnderLoadIsSurvivedWithoutABurstOfConnections) {
    TestServer server;
    Lane lane{{.conninfo = server.conninfo("accubooks_app")}, {.min = 2, .max = 20}};
    Load load{lane.pool(), 60, 2ms};
    lane.run(load.start());
    lane.run(await_served(&load, 500));
    server.stop(TestServer::Stop::fast);
    lane.run(await_failed(&load));
    server.start();
    std::uint32_t connecting = 0;
    lane.run([](Lane* on, Load* with, std::uint32_t* most) -> base::Task<void> {
        const std::uint64_t before = with->served();
        co_await until("the load is served again", [&] {
            *most = std::max(*most, on->pool().status().connecting);
            return with->served() >= before + 500;
        });
    }(&lane, &load, &connecting));
    lane.run(load.stop());
    EXPECT_LE(connecting, PoolSettings{}.connecting_max);
    EXPECT_EQ(lane.pool().status().waiting, 0U);
}

TEST(PoolBehaviour, B21_ACrashOfTheServerReturnsEverySlot) {
    TestServer server;
    Lane lane{{.conninfo = server.conninfo("accubooks_app")}, {.min = 0, .max = 10}};
    Load load{lane.pool(), 20, 50ms};
    lane.run(load.start());
    lane.run(await_served(&load, 50));
    server.stop(TestServer::Stop::immediate);
    lane.run(await_failed(&load));
    server.start();
    lane.run(await_served(&load, 50));
    lane.run(load.stop());
    EXPECT_EQ(lane.pool().status().used, 0U);
}

TEST(PoolBehaviour, B21_ABackendThatStandsStillCostsItsStatementOnly) {
    const TestDatabase database{TestDatabase::Kind::empty};
    with_pool(
        database.endpoint("accubooks_app"),
        {.min = 0, .max = 2},
        [](Pool& pool) -> base::Task<void> {
            Lease lease = co_await pool.acquire(soon());
            const pid_t backend = co_await pid_of(lease);
            kill(backend, SIGSTOP);
            const auto failure =
                co_await failure_of_call(lease->execute(kOne, {}, base::deadline_in(20ms)));
            EXPECT_EQ(failure->kind(), Failure::Kind::deadline);
            lease.release();
            EXPECT_EQ(pool.status().used, 0U);
            lease = co_await pool.acquire(soon());
            co_await lease->execute(kOne, {}, soon());
            kill(backend, SIGCONT);
        }
    );
}

TEST(PoolBehaviour, B21_ABlackHoleIsFoundByTheStatementsDeadline) {
    const TestServer server;
    FaultProxy proxy{server.socket()};
    with_pool(
        {.conninfo = server.conninfo("accubooks_app") + proxy.conninfo()},
        {.min = 0, .max = 4, .connection_timeout = 500ms},
        [&proxy](Pool& pool) -> base::Task<void> {
            std::vector<Lease> leases;
            while (leases.size() < 4) {
                leases.push_back(co_await pool.acquire(soon()));
            }
            proxy.black_hole(true);
            for (Lease& lease : leases) {
                const auto failure =
                    co_await failure_of_call(lease->execute(kOne, {}, base::deadline_in(10ms)));
                EXPECT_EQ(failure->kind(), Failure::Kind::deadline);
            }
            leases.clear();
            EXPECT_EQ(pool.status().used, 0U);
            proxy.black_hole(false);
            proxy.cut();
            Lease lease = co_await pool.acquire(soon());
            co_await lease->execute(kOne, {}, soon());
        }
    );
}

TEST(
    PoolBehaviour, B22_WhileTheDatabaseIsDownAcquiresFailFastWithItsLastWordAndItRecoversByItself
) {
    const TestDatabase database{TestDatabase::Kind::empty};
    FaultProxy proxy{
        database.conninfo("accubooks_app")
            .substr(5, database.conninfo("accubooks_app").find(' ') - 5) +
        "/.s.PGSQL.5432"
    };
    with_pool(
        {.conninfo = database.conninfo("accubooks_app") + proxy.conninfo()},
        {.min = 0, .max = 10},
        [&proxy](Pool& pool) -> base::Task<void> {
            proxy.refuse(true);
            Load load{pool, 50, 1ms};
            co_await load.start();
            co_await until("acquires fail", [&load] {
                return load.failed_acquires().size() > 200;
            });
            // One attempt at a time, further and further apart: far fewer than were asked for.
            EXPECT_LT(proxy.links_made(), 60U);
            for (const Failure& failure : load.failed_acquires()) {
                EXPECT_EQ(failure.kind(), Failure::Kind::connect);
            }
            proxy.refuse(false);
            co_await await_served(&load, 100);
            co_await load.stop();
        }
    );
    with_pool(
        {.conninfo = database.conninfo("accubooks_app") + " dbname=nothing"},
        {.min = 0, .max = 10},
        [](Pool& pool) -> base::Task<void> {
            for (int turn = 0; turn < 2; ++turn) {
                const auto failure = co_await failure_of_call(pool.acquire(soon()));
                EXPECT_EQ(failure->sqlstate(), "3D000");
            }
        }
    );
}

TEST(PoolBehaviour, B23_LivesEndSpreadAndNeverUnderABorrower) {
    PoolSettings settings{.min = 0, .max = 8};
    settings.lifetime = 200ms;
    with_pool(settings, [](Pool& pool) -> base::Task<void> {
        std::vector<Lease> leases;
        while (leases.size() < 8) {
            leases.push_back(co_await pool.acquire(soon()));
        }
        co_await sleep_for(250ms);
        for (Lease& lease : leases) {
            EXPECT_FALSE(co_await failure_of_call(lease->execute(kOne, {}, soon())));
        }
        EXPECT_EQ(closed_for(pool, CloseReason::lifetime), 0U);
        leases.clear();
        EXPECT_EQ(closed_for(pool, CloseReason::lifetime), 8U);
        // An idle one ends by itself.
        (co_await pool.acquire(soon())).release();
        co_await until("an idle one ends", [&pool] {
            return closed_for(pool, CloseReason::lifetime) == 9U;
        });
    });
}

TEST(PoolBehaviour, B28_AClosingPoolServesCancelsAndSaysGoodbye) {
    const TestServer server{{{"log_connections", "on"}, {"log_disconnections", "on"}}};
    with_pool(
        {.conninfo = server.conninfo("accubooks_app")},
        {.min = 2, .max = 4},
        [](Pool& pool) -> base::Task<void> {
            // Some are served within the time, one runs for too long.
            Load load{pool, 12, 5ms};
            co_await load.start();
            Load slow{pool, 1, 600'000ms};
            co_await slow.start();
            co_await until("all run", [&pool] { return pool.status().used == 4; });
            co_await await_served(&load, 20);
            const auto begun = std::chrono::steady_clock::now();
            co_await pool.close(base::deadline_in(3s));
            EXPECT_LT(std::chrono::steady_clock::now() - begun, 30s);
            EXPECT_EQ(pool.status().used, 0U);
            EXPECT_EQ(slow.failed_statements().size(), 1U);
            EXPECT_EQ(slow.failed_statements()[0].sqlstate(), "57014");
            for (const Failure& failure : load.failed_acquires()) {
                EXPECT_EQ(failure.kind(), Failure::Kind::overloaded);
            }
            EXPECT_TRUE(load.failed_statements().empty());
            co_await load.stop();
            co_await slow.stop();
        }
    );
    EXPECT_EQ(server.log().find("unexpected EOF"), std::string::npos);
    EXPECT_EQ(server.log().find("onnection reset"), std::string::npos);
}

TEST(PoolBehaviour, B30_ItTellsItsTimesExactlyAndKeepsItsCountsOverAResize) {
    with_pool({.min = 0, .max = 4}, [](Pool& pool) -> base::Task<void> {
        Lease one = co_await pool.acquire(soon());
        co_await one->execute(kSleep, milliseconds(50), soon());
        one.release();
        Lease two = co_await pool.acquire(soon());
        two.release();
        PoolTimes times = pool.times();
        EXPECT_EQ(times.wait.count(), 2U);
        EXPECT_LT(times.wait.min(), 20'000'000U);  // the second didn't wait at all, and counts
        EXPECT_EQ(times.use.count(), 2U);
        EXPECT_GE(times.use.max(), 50'000'000U);
        EXPECT_EQ(times.connect.count(), 1U);
        const PoolStatus before = pool.status();
        EXPECT_EQ(
            before.used_time,
            std::chrono::duration_cast<std::chrono::microseconds>(
                std::chrono::nanoseconds{times.use.sum()}
            )
        );
        EXPECT_TRUE(pool.resize({.min = 0, .max = 2}).has_value());
        const PoolStatus after = pool.status();
        EXPECT_EQ(after.used_time, before.used_time);
        EXPECT_GE(after.max_time, before.max_time);
        EXPECT_EQ(after.created, before.created);
        EXPECT_EQ(pool.times().wait.count(), 2U);
        // From now on the integral grows by two connections.
        const auto begun = std::chrono::steady_clock::now();
        co_await sleep_for(30ms);
        const auto grown = pool.status().max_time - after.max_time;
        EXPECT_GE(grown, 2 * 30ms);
        EXPECT_LE(grown, 2 * (std::chrono::steady_clock::now() - begun) + 2ms + 100ms);
    });
}

TEST(PoolBehaviour, B32_WithSeveralHostsItGoesToTheOneThatTakesWrites) {
    TestServer first;
    TestServer second;
    second.run_script("alter system set default_transaction_read_only = on");
    second.run_script("select pg_reload_conf()");
    FaultProxy to_first{first.socket()};
    FaultProxy to_second{second.socket()};
    const std::string conninfo = fmt::format(
        "host=127.0.0.1,127.0.0.1 port={},{} user=accubooks_app dbname=accubooks_empty "
        "target_session_attrs=read-write",
        to_second.port(),
        to_first.port()
    );
    Lane lane{{.conninfo = conninfo}, {.min = 0, .max = 5}};
    Load load{lane.pool(), 20, 1ms};
    lane.run(load.start());
    lane.run(await_served(&load, 100));
    // What HAProxy does on a switch-over: the old primary's sessions are cut, and it is read-only.
    first.run_script("alter system set default_transaction_read_only = on");
    first.run_script("select pg_reload_conf()");
    second.run_script("alter system reset default_transaction_read_only");
    second.run_script("select pg_reload_conf()");
    to_first.cut();
    lane.run(await_served(&load, 100));
    lane.run(load.stop());
    EXPECT_GT(to_second.links(), 0U);
    EXPECT_EQ(to_first.links(), 0U);
}

}  // namespace
}  // namespace accubooks::pg
