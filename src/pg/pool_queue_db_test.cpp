/// Behaviours 10 to 14 and 26 of the pool: who waits, and for how long.
#include <numeric>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "pg/internal/pool_house_test.h"
#include "testing/fault_proxy.h"

namespace accubooks::pg {
namespace {

using namespace house;

base::Task<void> note_turn(Pool* pool, int turn, std::vector<int>* turns) {
    Lease lease = co_await pool->acquire(soon());
    turns->push_back(turn);
    co_await lease->execute(kOne, {}, soon());
}

/// A borrower that can be called off.
struct Caller {
    asio::cancellation_signal signal;
    std::exception_ptr thrown;
    bool is_done = false;

    void start(const asio::any_io_executor& executor, base::Task<void> work) {
        asio::co_spawn(
            executor,
            std::move(work),
            asio::bind_cancellation_slot(
                signal.slot(),
                [this](std::exception_ptr error) {
                    thrown = std::move(error);
                    is_done = true;
                }
            )
        );
    }
    void call_off() { signal.emit(asio::cancellation_type::terminal); }
};

TEST(PoolBehaviour, B10_WaitersAreServedInOrderOfArrival) {
    with_pool({.min = 0, .max = 1}, [](Pool& pool) -> base::Task<void> {
        Lease first = co_await pool.acquire(soon());
        std::vector<int> turns;
        std::vector<std::unique_ptr<Caller>> callers;
        const auto executor = co_await asio::this_coro::executor;
        for (int turn = 0; turn < 100; ++turn) {
            callers.push_back(std::make_unique<Caller>());
            callers.back()->start(executor, note_turn(&pool, turn, &turns));
        }
        co_await until("all wait", [&pool] { return pool.status().waiting == 100; });
        first.release();
        co_await until("all are served", [&turns] { return turns.size() == 100; });
        std::vector<int> expected(100);
        std::iota(expected.begin(), expected.end(), 0);
        EXPECT_EQ(turns, expected);
        co_await until("all are done", [&] { return callers.back()->is_done; });
    });
}

TEST(PoolBehaviour, B11_OneTenantCannotHoldUpTheOthers) {
    with_pool(
        {.min = 0, .max = 8, .queue_max = 2000, .tenant_max = 4},
        [](Pool& pool) -> base::Task<void> {
            Load hog{pool, 1000, 10ms};
            co_await hog.start(base::TenantId{1});
            co_await until("the share is used up", [&pool] { return pool.status().used == 4; });
            std::vector<std::unique_ptr<Load>> others;
            for (int tenant = 2; tenant < 6; ++tenant) {
                others.push_back(std::make_unique<Load>(pool, 1, 1ms));
                co_await others.back()->start(base::TenantId{tenant});
            }
            co_await until("each was served often", [&others] {
                return std::ranges::all_of(others, [](const auto& o) { return o->served() > 200; });
            });
            double sum = 0;
            double squares = 0;
            for (auto& other : others) {
                co_await other->stop();
                const auto served = static_cast<double>(other->served());
                sum += served;
                squares += served * served;
                // Behind the thousand it would be more than ten seconds. (5 ms on quiet cores.)
                EXPECT_LT(other->waits().quantile(0.95), 1'000'000'000U);
            }
            EXPECT_GE(sum * sum / (static_cast<double>(others.size()) * squares), 0.95);
            EXPECT_GT(pool.status().waiting, 900U);
            EXPECT_GT(hog.served(), 0U);
            co_await hog.stop();
        }
    );
}

TEST(PoolBehaviour, B12_TheDeadlineCoversQueueAndConnectAndIsNotServedAfter) {
    const testing::TestDatabase database{testing::TestDatabase::Kind::empty};
    std::string conninfo = database.conninfo("accubooks_app");
    const std::string folder = conninfo.substr(5, conninfo.find(' ') - 5);  // after "host="
    testing::FaultProxy proxy{folder + "/.s.PGSQL.5432"};
    with_pool(
        {.conninfo = conninfo + proxy.conninfo()},
        {.min = 0, .max = 1, .connection_timeout = 30s, .acquire_timeout = 60s},
        [&proxy](Pool& pool) -> base::Task<void> {
            proxy.black_hole(true);
            const auto connecting = co_await failure_of_call(pool.acquire(base::deadline_in(20ms)));
            EXPECT_EQ(connecting->kind(), Failure::Kind::overloaded);
            EXPECT_EQ(pool.status().timeouts, 1U);
            EXPECT_EQ(pool.status().waiting, 0U);
            EXPECT_EQ(pool.status().connecting, 1U);
            // The connection being made is nobody's: it is there for the next.
            proxy.black_hole(false);
            co_await until("it is made", [&pool] { return pool.status().idle == 1; });
            Lease lease = co_await pool.acquire(soon());
            const auto queued = co_await failure_of_call(pool.acquire(base::deadline_in(20ms)));
            EXPECT_EQ(queued->kind(), Failure::Kind::overloaded);
            const auto past = co_await failure_of_call(pool.acquire(base::deadline_in(-1ms)));
            EXPECT_EQ(past->kind(), Failure::Kind::overloaded);
            lease.release();
            EXPECT_EQ(pool.status().idle, 1U);
            const auto late = co_await failure_of_call(pool.acquire(base::deadline_in(-1ms)));
            EXPECT_EQ(late->kind(), Failure::Kind::overloaded);
            EXPECT_EQ(pool.status().idle, 1U);
            EXPECT_EQ(pool.status().created, 1U);
        }
    );
}

TEST(PoolBehaviour, B13_AWaiterThatIsCalledOffLeavesNothingAndDisturbsNobody) {
    with_pool({.min = 0, .max = 1}, [](Pool& pool) -> base::Task<void> {
        Lease first = co_await pool.acquire(soon());
        std::vector<int> turns;
        std::vector<std::unique_ptr<Caller>> callers;
        const auto executor = co_await asio::this_coro::executor;
        for (int turn = 0; turn < 60; ++turn) {
            callers.push_back(std::make_unique<Caller>());
            callers.back()->start(executor, note_turn(&pool, turn, &turns));
        }
        co_await until("all wait", [&pool] { return pool.status().waiting == 60; });
        std::vector<int> expected;
        for (int turn = 0; turn < 60; ++turn) {
            if (turn % 3 == 1) {
                expected.push_back(turn);
            } else {
                callers[static_cast<std::size_t>(turn)]->call_off();
            }
        }
        co_await until("they are gone", [&pool] { return pool.status().waiting == 20; });
        first.release();
        co_await until("the others are served", [&] { return turns.size() == 20; });
        EXPECT_EQ(turns, expected);
        co_await until("all are done", [&callers] {
            return std::ranges::all_of(callers, [](const auto& each) { return each->is_done; });
        });
        EXPECT_EQ(pool.status().created, 1U);
        EXPECT_EQ(pool.status().timeouts, 0U);
    });
}

TEST(PoolBehaviour, B14_AConnectionBeingMadeOutlivesTheCallerItWasMadeFor) {
    const testing::TestDatabase database{testing::TestDatabase::Kind::empty};
    std::string conninfo = database.conninfo("accubooks_app");
    const std::string folder = conninfo.substr(5, conninfo.find(' ') - 5);
    testing::FaultProxy proxy{folder + "/.s.PGSQL.5432"};
    with_pool(
        {.conninfo = conninfo + proxy.conninfo()},
        {.min = 0, .max = 1, .connection_timeout = 30s},
        [&proxy](Pool& pool) -> base::Task<void> {
            proxy.black_hole(true);
            std::vector<int> turns;
            Caller gone;
            Caller next;
            const auto executor = co_await asio::this_coro::executor;
            gone.start(executor, note_turn(&pool, 1, &turns));
            next.start(executor, note_turn(&pool, 2, &turns));
            co_await until("both wait", [&pool] {
                return pool.status().waiting == 2 && pool.status().connecting == 1;
            });
            gone.call_off();
            co_await until("one has gone", [&gone] { return gone.is_done; });
            EXPECT_EQ(pool.status().connecting, 1U);
            proxy.black_hole(false);
            co_await until("the next has it", [&next] { return next.is_done; });
            EXPECT_EQ(turns, std::vector<int>{2});
            EXPECT_EQ(proxy.links_made(), 1U);
        }
    );
}

TEST(PoolBehaviour, B26_OneMoreThanTheQueueHoldsIsRefusedAtOnceAsOverload) {
    with_pool({.min = 0, .max = 1, .queue_max = 3}, [](Pool& pool) -> base::Task<void> {
        Lease held = co_await pool.acquire(soon());
        Load load{pool, 3, 1ms};
        co_await load.start();
        co_await until("the queue is full", [&pool] { return pool.status().waiting == 3; });
        const auto failure = co_await failure_of_call(pool.acquire(soon()));
        EXPECT_EQ(failure->kind(), Failure::Kind::overloaded);
        EXPECT_EQ(pool.status().refused_full, 1U);
        const base::Error error = error_of(*failure);  // net adds Retry-After to every overload
        EXPECT_EQ(error.kind, base::ErrorKind::overloaded);
        EXPECT_EQ(error.code, "database.unavailable");
        held.release();
        co_await load.stop();
        EXPECT_TRUE(load.failed_acquires().empty());
    });
}

}  // namespace
}  // namespace accubooks::pg
