#include <chrono>
#include <thread>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "pg/internal/connection_house_test.h"
#include "pg/pool.h"
#include "testing/run.h"
#include "testing/test_cluster.h"

namespace accubooks::pg {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using house::failure_of_call;
using house::soon;
using testing::TestDatabase;

constexpr PoolSettings kSmall{.min = 0, .max = 2};

/// Runs `body(pool)` with a pool of accubooks_app, then closes it.
template <class Body>
void with_pool(PoolSettings settings, Body body, PoolObserver observer = {}) {
    TestDatabase database{TestDatabase::Kind::empty};
    asio::io_context context{1};
    Pool pool{
        context.get_executor(),
        "test",
        database.endpoint("accubooks_app"),
        settings,
        std::move(observer)
    };
    const auto work = [](Pool* inner, Body* todo) -> base::Task<void> {
        co_await (*todo)(*inner);
        co_await inner->close(soon());
    };
    testing::run(context, work(&pool, &body));
    const PoolStatus status = pool.status();
    EXPECT_EQ(status.idle + status.used + status.connecting + status.waiting, 0U);
}

/// Lets everything that is ready happen.
base::Task<void> settle() {
    for (int turn = 0; turn < 5; ++turn) {
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    }
}

constexpr Statement kPid{.name = "test.pid", .text = "select pg_backend_pid()"};
constexpr Statement kTenant{
    .name = "test.tenant", .text = "select current_setting('app.tenant_id', true)"
};

base::Task<std::int32_t> pid_of(Lease& lease) {
    const Rows rows = co_await lease->execute(kPid, {}, soon());
    co_return rows[0].get<std::int32_t>(0);
}

/// Takes a connection, notes its turn, gives it back.
base::Task<void> note_turn(Pool* pool, int turn, std::vector<int>* turns) {
    const Lease lease = co_await pool->acquire(soon());
    turns->push_back(turn);
}

TEST(Pool, ServesWaitersInOrder) {
    with_pool({.min = 0, .max = 1}, [](Pool& pool) -> base::Task<void> {
        std::vector<int> turns;
        Lease first = co_await pool.acquire(soon());
        for (int turn = 0; turn < 50; ++turn) {
            asio::co_spawn(
                co_await asio::this_coro::executor, note_turn(&pool, turn, &turns), asio::detached
            );
        }
        co_await settle();
        EXPECT_EQ(pool.status().waiting, 50U);
        EXPECT_TRUE(turns.empty());
        first.release();
        Lease last = co_await pool.acquire(soon());
        std::vector<int> expected(50);
        for (int turn = 0; turn < 50; ++turn) {
            expected[static_cast<std::size_t>(turn)] = turn;
        }
        EXPECT_EQ(turns, expected);
        EXPECT_EQ(pool.status().created, 1U);
    });
}

TEST(Pool, KeepsItsMinimumWarm) {
    with_pool({.min = 3, .max = 5}, [](Pool& pool) -> base::Task<void> {
        const Lease lease = co_await pool.acquire(soon());
        while (pool.status().connecting > 0) {
            co_await settle();
        }
        EXPECT_EQ(pool.status().idle + pool.status().used, 3U);
    });
}

TEST(Pool, RefusesAtOnceWhenTheQueueIsFull) {
    with_pool({.min = 0, .max = 1, .queue_max = 1}, [](Pool& pool) -> base::Task<void> {
        std::vector<int> turns;
        Lease lease = co_await pool.acquire(soon());
        asio::co_spawn(
            co_await asio::this_coro::executor, note_turn(&pool, 1, &turns), asio::detached
        );
        co_await settle();
        const auto failure = co_await failure_of_call(pool.acquire(soon()));
        EXPECT_TRUE(failure && failure->kind() == Failure::Kind::overloaded);
        lease.release();
        while (turns.empty()) {
            co_await settle();
        }
    });
}

TEST(Pool, GivesUpAtTheDeadlineAndLosesNothing) {
    with_pool({.min = 0, .max = 1}, [](Pool& pool) -> base::Task<void> {
        Lease lease = co_await pool.acquire(soon());
        const auto failure = co_await failure_of_call(pool.acquire(base::deadline_in(5ms)));
        EXPECT_TRUE(failure && failure->kind() == Failure::Kind::overloaded);
        EXPECT_EQ(pool.status().timeouts, 1U);
        EXPECT_EQ(pool.status().waiting, 0U);
        lease.release();
        lease = co_await pool.acquire(soon());
        EXPECT_EQ(pool.status().created, 1U);
    });
}

TEST(Pool, ForgetsAWaiterWhoseCallerGaveUp) {
    with_pool({.min = 0, .max = 1}, [](Pool& pool) -> base::Task<void> {
        std::vector<int> turns;
        asio::cancellation_signal signal;
        Lease lease = co_await pool.acquire(soon());
        const auto executor = co_await asio::this_coro::executor;
        std::exception_ptr thrown;
        asio::co_spawn(
            executor,
            note_turn(&pool, 1, &turns),
            asio::bind_cancellation_slot(
                signal.slot(), [&thrown](std::exception_ptr e) { thrown = e; }
            )
        );
        asio::co_spawn(executor, note_turn(&pool, 2, &turns), asio::detached);
        co_await settle();
        signal.emit(asio::cancellation_type::terminal);
        co_await settle();
        EXPECT_NE(thrown, nullptr);
        EXPECT_EQ(pool.status().waiting, 1U);
        lease.release();
        lease = co_await pool.acquire(soon());
        EXPECT_EQ(turns, std::vector<int>{2});
    });
}

TEST(Pool, RollsBackWhatABorrowerLeftOpen) {
    with_pool({.min = 0, .max = 1}, [](Pool& pool) -> base::Task<void> {
        static constexpr Statement kBegin{.name = "test.begin", .text = "begin"};
        static constexpr Statement kBad{.name = "test.bad", .text = "select 1 / $1::bigint"};
        for (const bool fails : {false, true}) {
            Lease lease = co_await pool.acquire(soon());
            const auto pid = co_await pid_of(lease);
            co_await lease->execute(kBegin, {}, soon());
            if (fails) {
                co_await failure_of_call(lease->execute(kBad, Params::of(std::int64_t{0}), soon()));
            }
            lease.release();
            Lease next = co_await pool.acquire(soon());
            EXPECT_FALSE(next->in_transaction());
            EXPECT_EQ(co_await pid_of(next), pid);
        }
    });
}

TEST(Pool, HidesTheSettingsOfOneBorrowerFromTheNext) {
    with_pool({.min = 0, .max = 1}, [](Pool& pool) -> base::Task<void> {
        static constexpr Statement kSettings{
            .name = "test.settings",
            .text =
                "select coalesce(current_setting('app.tenant_id', true), '') || '|' || "
                "current_setting('search_path') || '|' || current_setting('statement_timeout') "
                "|| '|' || current_user || '|' || current_setting('TimeZone')",
        };
        Lease lease = co_await pool.acquire(soon());
        const Rows clean = co_await lease->execute(kSettings, {}, soon());
        co_await lease->run_script(
            "set app.tenant_id = '7'; set search_path = pg_catalog; set statement_timeout = 77777; "
            "set timezone = 'Asia/Tokyo'; set role none",
            soon()
        );
        lease.release();
        lease = co_await pool.acquire(soon());
        const Rows next = co_await lease->execute(kSettings, {}, soon());
        EXPECT_EQ(next[0].get<std::string>(0), clean[0].get<std::string>(0));
    });
}

TEST(Pool, DoesNotBringBackASettingWhenTheNextBorrowersTransactionIsRolledBack) {
    with_pool({.min = 0, .max = 1}, [](Pool& pool) -> base::Task<void> {
        static constexpr Statement kBegin{.name = "test.begin", .text = "begin"};
        static constexpr Statement kRollback{.name = "test.rollback", .text = "rollback"};
        static constexpr Statement kPoison{
            .name = "test.poison", .text = "select set_config('app.tenant_id', '7', false)"
        };
        for (const bool by_script : {false, true}) {
            SCOPED_TRACE(by_script);
            Lease lease = co_await pool.acquire(soon());
            co_await lease->execute(kPoison, {}, soon());
            lease.release();
            lease = co_await pool.acquire(soon());
            if (by_script) {
                co_await lease->run_script("begin; select 1; rollback", soon());
            } else {
                co_await lease->execute(kBegin, {}, soon());
                co_await lease->execute(kRollback, {}, soon());
            }
            const Rows rows = co_await lease->execute(kTenant, {}, soon());
            EXPECT_EQ(rows[0].get<std::optional<std::string>>(0).value_or(""), "");
        }
    });
}

TEST(Pool, ReplacesAConnectionThatBroke) {
    with_pool({.min = 0, .max = 1}, [](Pool& pool) -> base::Task<void> {
        static constexpr Statement kEnd{
            .name = "test.end", .text = "select pg_terminate_backend(pg_backend_pid())"
        };
        Lease lease = co_await pool.acquire(soon());
        const auto failure = co_await failure_of_call(lease->execute(kEnd, {}, soon()));
        EXPECT_TRUE(failure && failure->kind() == Failure::Kind::lost);
        lease.release();
        lease = co_await pool.acquire(soon());
        EXPECT_GT(co_await pid_of(lease), 0);
        EXPECT_EQ(pool.status().created, 2U);
    });
}

TEST(Pool, DoesNotLendAConnectionThatWasKilledWhileIdle) {
    TestDatabase database{TestDatabase::Kind::empty};
    asio::io_context context{1};
    Pool pool{context.get_executor(), "test", database.endpoint("accubooks_app"), kSmall};
    const auto work = [](Pool* inner, TestDatabase* where) -> base::Task<void> {
        Lease lease = co_await inner->acquire(soon());
        const auto pid = co_await pid_of(lease);
        lease.release();
        where->run_script("postgres", fmt::format("select pg_terminate_backend({}, 5000)", pid));
        lease = co_await inner->acquire(soon());
        EXPECT_NE(co_await pid_of(lease), pid);
        lease.release();
        co_await inner->close(soon());
    };
    testing::run(context, work(&pool, &database));
}

TEST(Pool, GrowsForCallersAlreadyWaiting) {
    with_pool({.min = 0, .max = 1}, [](Pool& pool) -> base::Task<void> {
        std::vector<int> turns;
        const Lease lease = co_await pool.acquire(soon());
        asio::co_spawn(
            co_await asio::this_coro::executor, note_turn(&pool, 1, &turns), asio::detached
        );
        co_await settle();
        EXPECT_TRUE(pool.resize({.min = 0, .max = 2}).has_value());
        while (turns.empty()) {
            co_await settle();
        }
        EXPECT_EQ(pool.status().created, 2U);
    });
}

TEST(Pool, ShrinksAtOnceWhereIdleAndAsTheyComeBackWhereUsed) {
    with_pool({.min = 0, .max = 4}, [](Pool& pool) -> base::Task<void> {
        std::vector<Lease> leases;
        for (int count = 0; count < 4; ++count) {
            leases.push_back(co_await pool.acquire(soon()));
        }
        leases.pop_back();
        EXPECT_EQ(pool.status().idle, 1U);
        EXPECT_TRUE(pool.resize({.min = 0, .max = 2}).has_value());
        EXPECT_EQ(pool.status().idle, 0U);
        EXPECT_EQ(pool.status().used, 3U);
        leases.pop_back();
        EXPECT_EQ(pool.status().idle, 0U);
        leases.pop_back();
        EXPECT_EQ(pool.status().idle, 1U);
    });
}

TEST(Pool, ClosesWhatIsIdleTooLong) {
    with_pool({.min = 1, .max = 3, .idle_timeout = 1ms}, [](Pool& pool) -> base::Task<void> {
        {
            const Lease one = co_await pool.acquire(soon());
            const Lease two = co_await pool.acquire(soon());
            const Lease three = co_await pool.acquire(soon());
        }
        while (pool.status().idle + pool.status().used > 1) {
            co_await settle();
        }
        EXPECT_EQ(pool.status().idle, 1U);
    });
}

TEST(Pool, RefusesSettingsThatContradictEachOther) {
    with_pool(kSmall, [](Pool& pool) -> base::Task<void> {
        const auto refused = pool.resize({.min = 3, .max = 2});
        EXPECT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().code, "pool.bad_settings");
        EXPECT_EQ(pool.status().settings.max, kSmall.max);
        co_return;
    });
}

TEST(Pool, SaysWhyItCannotConnectAndFailsFast) {
    TestDatabase database{TestDatabase::Kind::empty};
    asio::io_context context{1};
    const Endpoint endpoint{.conninfo = database.conninfo("accubooks_app") + " dbname=nothing"};
    Pool pool{context.get_executor(), "test", endpoint, kSmall};
    const auto work = [](Pool* inner) -> base::Task<void> {
        for (int attempt = 0; attempt < 2; ++attempt) {
            const auto failure = co_await failure_of_call(inner->acquire(soon()));
            EXPECT_TRUE(failure && failure->kind() == Failure::Kind::connect);
            EXPECT_EQ(failure->sqlstate(), "3D000");
        }
        co_await inner->close(soon());
    };
    testing::run(context, work(&pool));
}

TEST(Pool, NeverHasMoreConnectionsThanItsMaximum) {
    with_pool({.min = 0, .max = 3, .connecting_max = 8}, [](Pool& pool) -> base::Task<void> {
        std::vector<int> turns;
        const auto executor = co_await asio::this_coro::executor;
        for (int turn = 0; turn < 30; ++turn) {
            asio::co_spawn(executor, note_turn(&pool, turn, &turns), asio::detached);
        }
        while (turns.size() < 30) {
            const PoolStatus status = pool.status();
            EXPECT_LE(status.idle + status.used + status.connecting, 3U);
            co_await settle();
        }
        EXPECT_LE(pool.status().created, 3U);
    });
}

TEST(Pool, ServesCallersOnOtherThreads) {
    TestDatabase database{TestDatabase::Kind::empty};
    asio::io_context owner{1};
    auto stay = asio::make_work_guard(owner);
    Pool pool{owner.get_executor(), "test", database.endpoint("accubooks_app"), kSmall};
    std::thread lane{[&owner] { owner.run(); }};
    const auto borrow = [](Pool* inner) -> base::Task<int> {
        int answers = 0;
        for (int turn = 0; turn < 50; ++turn) {
            Lease lease = co_await inner->acquire(soon());
            answers += co_await pid_of(lease) > 0 ? 1 : 0;
            // A cancel from this thread too.
            static constexpr Statement kSleep{.name = "test.sleep", .text = "select pg_sleep(60)"};
            if (turn % 10 == 0) {
                co_await failure_of_call(lease->execute(kSleep, {}, base::deadline_in(1ms)));
            }
        }
        co_return answers;
    };
    int answers[2] = {0, 0};
    std::thread first{[&] { answers[0] = testing::run(borrow(&pool)); }};
    std::thread second{[&] { answers[1] = testing::run(borrow(&pool)); }};
    first.join();
    second.join();
    testing::run(pool.close(soon()));
    stay.reset();
    lane.join();
    EXPECT_EQ(answers[0] + answers[1], 100);
}

TEST(Pool, RefusesEverybodyOnceClosed) {
    with_pool(kSmall, [](Pool& pool) -> base::Task<void> {
        co_await pool.close(soon());
        const auto failure = co_await failure_of_call(pool.acquire(soon()));
        EXPECT_TRUE(failure && failure->kind() == Failure::Kind::overloaded);
    });
}

TEST(Pool, CountsTheTimeThatConnectionsAreInUse) {
    with_pool(kSmall, [](Pool& pool) -> base::Task<void> {
        Lease lease = co_await pool.acquire(soon());
        co_await pid_of(lease);
        const auto during = pool.status().used_time;
        EXPECT_GT(during, 0us);
        lease.release();
        const auto after = pool.status().used_time;
        EXPECT_GE(after, during);
        EXPECT_EQ(pool.status().used_time, after);
    });
}

/// What an observer was told, in order.
struct Told {
    PoolObserver observer() {
        return {
            .created = [this](auto) { events.emplace_back("created"); },
            .waited = [this](auto) { events.emplace_back("waited"); },
            .used = [this](auto) { events.emplace_back("used"); },
            .in_use = [this](auto count) { events.push_back(fmt::format("{} in use", count)); },
            .statement =
                [this](auto name, auto took, auto error) {
                    EXPECT_GT(took, 0ns);
                    events.push_back(fmt::format("{} [{}]", name, error));
                },
        };
    }

    std::vector<std::string> take() { return std::exchange(events, {}); }

    std::vector<std::string> events;
};

using Events = std::vector<std::string>;

TEST(Pool, TellsItsObserverOfConnectionsWaitsAndLoans) {
    Told told;
    with_pool(
        {.min = 0, .max = 1},
        [&told](Pool& pool) -> base::Task<void> {
            Lease lease = co_await pool.acquire(soon());
            EXPECT_EQ(told.take(), (Events{"created", "1 in use", "waited"}));
            const auto failure = co_await failure_of_call(pool.acquire(base::deadline_in(5ms)));
            EXPECT_TRUE(failure.has_value());
            EXPECT_EQ(told.take(), (Events{"waited"}));
            lease.release();
            EXPECT_EQ(told.take(), (Events{"used"}));
            lease = co_await pool.acquire(soon());
            EXPECT_EQ(told.take(), (Events{"1 in use", "waited"}));
        },
        told.observer()
    );
}

TEST(Pool, TellsItsObserverOfEveryStatementAndOfTheOneThatFailed) {
    static constexpr Statement kBegin{.name = "test.begin", .text = "begin"};
    static constexpr Statement kWrong{.name = "test.wrong", .text = "select 1 / $1"};
    Told told;
    with_pool(
        {.min = 0, .max = 1},
        [&told](Pool& pool) -> base::Task<void> {
            Lease lease = co_await pool.acquire(soon());
            told.take();
            std::vector<Query> queries;
            queries.push_back({.statement = &kBegin});
            queries.push_back({.statement = &kPid});
            co_await lease->execute_all(std::move(queries), soon());
            co_await lease->commit(soon());
            EXPECT_EQ(told.take(), (Events{"test.begin []", "test.pid []", "pg.commit []"}));

            queries.clear();
            queries.push_back({.statement = &kPid});
            queries.push_back({.statement = &kWrong, .params = Params::of(0)});
            queries.push_back({.statement = &kTenant});
            const auto failure =
                co_await failure_of_call(lease->execute_all(std::move(queries), soon()));
            EXPECT_TRUE(failure.has_value());
            EXPECT_EQ(told.take(), (Events{"test.pid []", "test.wrong [22012]"}));

            co_await lease->stream(kPid, {}, [](const Rows&) {}, soon());
            EXPECT_EQ(told.take(), (Events{"test.pid []"}));
        },
        told.observer()
    );
}

}  // namespace
}  // namespace accubooks::pg
