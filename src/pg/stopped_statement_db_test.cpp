#include <chrono>
#include <csignal>
#include <optional>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "pg/internal/connection_house_test.h"

namespace accubooks::pg {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using house::failure_of_call;
using house::on_connection;
using house::one;
using house::soon;

constexpr Statement kSleep{.name = "test.sleep", .text = "select pg_sleep($1::int)"};

TEST(StoppedStatement, EndsAtItsDeadlineAndTheConnectionGoesOn) {
    on_connection([](Connection& connection) -> base::Task<void> {
        const auto failure = co_await failure_of_call(
            connection.execute(kSleep, Params::of(std::int32_t{60}), base::deadline_in(20ms))
        );
        EXPECT_TRUE(failure && failure->kind() == Failure::Kind::deadline);
        EXPECT_TRUE(connection.is_usable());
        EXPECT_EQ(co_await one(connection), 1);
    });
}

TEST(StoppedStatement, EndsThoughTheServerHadNotReadItWhenItWasCancelled) {
    on_connection([](Connection& connection) -> base::Task<void> {
        co_await one(connection);
        // A cancel request to a server process that still waits for a statement is lost.
        const pid_t backend = connection.backend_pid();
        kill(backend, SIGSTOP);
        asio::steady_timer later{co_await asio::this_coro::executor, 150ms};
        later.async_wait([backend](boost::system::error_code) { kill(backend, SIGCONT); });
        const auto failure = co_await failure_of_call(
            connection.execute(kSleep, Params::of(std::int32_t{60}), base::deadline_in(20ms))
        );
        EXPECT_TRUE(failure && failure->kind() == Failure::Kind::deadline);
        EXPECT_TRUE(connection.is_usable());
        EXPECT_EQ(co_await one(connection), 1);
    });
}

TEST(StoppedStatement, LeavesNoLateCancelForTheNext) {
    on_connection([](Connection& connection) -> base::Task<void> {
        static constexpr Statement kShort{
            .name = "test.short", .text = "select pg_sleep(0.001 * $1::int)::text"
        };
        // The statement and its deadline end at about the same time, but for a few that are stopped
        // for sure; the next statement takes as long as a cancel request needs to arrive.
        int stopped = 0;
        for (int turn = 0; turn < 100; ++turn) {
            const std::int32_t takes_ms = turn % 25 == 0 ? 10'000 : turn % 4;
            const auto failure = co_await failure_of_call(
                connection.execute(kShort, Params::of(takes_ms), base::deadline_in(turn % 3 * 1ms))
            );
            stopped += failure.has_value() ? 1 : 0;
            co_await connection.execute(kShort, Params::of(std::int32_t{10}), soon());
        }
        EXPECT_GT(stopped, 0);
    });
}

TEST(StoppedStatement, EndsWhenItsCallerGivesUp) {
    on_connection([](Connection& connection) -> base::Task<void> {
        asio::cancellation_signal signal;
        asio::steady_timer later{co_await asio::this_coro::executor, 10ms};
        later.async_wait([&signal](boost::system::error_code) {
            signal.emit(asio::cancellation_type::terminal);
        });
        std::optional<Failure> failure;
        co_await asio::co_spawn(
            co_await asio::this_coro::executor,
            [](Connection* inner, std::optional<Failure>* result) -> base::Task<void> {
                *result = co_await failure_of_call(
                    inner->execute(kSleep, Params::of(std::int32_t{60}), soon())
                );
            }(&connection, &failure),
            asio::bind_cancellation_slot(signal.slot(), asio::use_awaitable)
        );
        EXPECT_TRUE(failure && failure->kind() == Failure::Kind::cancelled);
        EXPECT_EQ(co_await one(connection), 1);
    });
}

}  // namespace
}  // namespace accubooks::pg
