#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "pg/internal/connection_house_test.h"
#include "pg/pool.h"

/// What the tests of the pool's behaviours share: a pool on an io_context, many borrowers, and
/// waiting for what must come to pass.
namespace accubooks::pg::house {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr Statement kOne{.name = "test.one", .text = "select 1"};
constexpr Statement kPid{.name = "test.pid", .text = "select pg_backend_pid()"};
constexpr Statement kSleep{.name = "test.sleep", .text = "select pg_sleep($1::float8 / 1000)"};

inline Params milliseconds(std::int64_t count) {
    return Params::of(count);
}

inline base::Task<void> sleep_for(std::chrono::milliseconds time) {
    asio::steady_timer timer{co_await asio::this_coro::executor, time};
    co_await timer.async_wait(asio::use_awaitable);
}

/// Looks again and again until `holds`; a failure of the test when it never does.
template <class Holds>
base::Task<void> until(const char* what, Holds holds) {
    const auto deadline = soon();
    while (!holds()) {
        if (std::chrono::steady_clock::now() > deadline) {
            ADD_FAILURE() << "never: " << what;
            throw std::runtime_error{what};
        }
        co_await sleep_for(1ms);
    }
}

inline base::Task<std::int32_t> pid_of(Lease& lease) {
    const Rows rows = co_await lease->execute(kPid, {}, soon());
    co_return rows[0].get<std::int32_t>(0);
}

/// Runs `body(pool)` with a pool over `endpoint`, then closes it; nothing may be left then.
template <class Body>
void with_pool(Endpoint endpoint, PoolSettings settings, Body body, PoolObserver observer = {}) {
    asio::io_context context{1};
    Pool pool{context.get_executor(), "test", std::move(endpoint), settings, std::move(observer)};
    const auto work = [](Pool* inner, Body* todo) -> base::Task<void> {
        co_await (*todo)(*inner);
        co_await inner->close(soon());
    };
    testing::run(context, work(&pool, &body));
    const PoolStatus status = pool.status();
    EXPECT_EQ(status.idle + status.used + status.connecting + status.waiting, 0U);
}

/// The same on an empty database of the test's own.
template <class Body>
void with_pool(PoolSettings settings, Body body, PoolObserver observer = {}) {
    const testing::TestDatabase database{testing::TestDatabase::Kind::empty};
    with_pool(database.endpoint("accubooks_app"), settings, std::move(body), std::move(observer));
}

/// Borrowers that borrow, run one statement of `hold` and give back, again and again until `stop`.
class Load {
public:
    Load(Pool& pool, int borrowers, std::chrono::milliseconds hold)
        : pool_{pool}, borrowers_{borrowers}, hold_{hold} {}

    base::Task<void> start(std::optional<base::TenantId> tenant = {}) {
        const auto executor = co_await asio::this_coro::executor;
        for (int at = 0; at < borrowers_; ++at) {
            ++running_;
            asio::co_spawn(executor, borrow(tenant), [this](const std::exception_ptr& thrown) {
                --running_;
                if (thrown != nullptr) {
                    std::rethrow_exception(thrown);
                }
            });
        }
    }
    base::Task<void> stop() {
        is_stopped_ = true;
        co_await until("the load ends", [this] { return running_ == 0; });
    }

    std::uint64_t served() const { return served_; }
    /// Of acquires and of statements.
    const std::vector<Failure>& failed_acquires() const { return failed_acquires_; }
    const std::vector<Failure>& failed_statements() const { return failed_statements_; }
    const base::Sketch& waits() const { return waits_; }

private:
    base::Task<void> borrow(std::optional<base::TenantId> tenant) {
        while (!is_stopped_) {
            const auto begun = std::chrono::steady_clock::now();
            bool is_failed = false;
            try {
                Lease lease = co_await pool_.acquire(soon(), tenant);
                waits_.add(
                    static_cast<std::uint64_t>((std::chrono::steady_clock::now() - begun).count())
                );
                try {
                    co_await lease->execute(kSleep, milliseconds(hold_.count()), soon());
                    ++served_;
                } catch (const Failure& failure) {
                    failed_statements_.push_back(failure);
                }
            } catch (const Failure& failure) {
                failed_acquires_.push_back(failure);
                is_failed = true;
            }
            if (is_failed) {
                co_await sleep_for(5ms);
            }
        }
    }

    Pool& pool_;
    const int borrowers_;
    const std::chrono::milliseconds hold_;
    int running_ = 0;
    bool is_stopped_ = false;
    std::uint64_t served_ = 0;
    std::vector<Failure> failed_acquires_;
    std::vector<Failure> failed_statements_;
    base::Sketch waits_;
};

/// Looks at the server every 20 ms how many backends accubooks_app has.
class BackendCount {
public:
    static constexpr Statement kCount{
        .name = "test.backends",
        .text =
            "select count(*) from pg_stat_activity where usename = 'accubooks_app' and "
            "backend_type = 'client backend' and datname = current_database()",
    };

    explicit BackendCount(std::string conninfo) : conninfo_{std::move(conninfo)} {}

    base::Task<void> start() {
        connection_ = co_await Connection::open({.conninfo = conninfo_}, soon());
        asio::co_spawn(
            co_await asio::this_coro::executor,
            look(),
            [this](const std::exception_ptr& thrown) {
                is_running_ = false;
                if (thrown != nullptr) {
                    std::rethrow_exception(thrown);
                }
            }
        );
    }
    base::Task<void> stop() {
        is_stopped_ = true;
        co_await until("the sampling ends", [this] { return !is_running_; });
        connection_.reset();
    }
    std::int64_t peak() const { return peak_; }
    std::int64_t now() const { return now_; }

private:
    base::Task<void> look() {
        while (!is_stopped_) {
            const Rows rows = co_await connection_->execute(kCount, {}, soon());
            now_ = rows[0].get<std::int64_t>(0);
            peak_ = std::max(peak_, now_);
            co_await sleep_for(20ms);
        }
    }

    std::string conninfo_;
    std::unique_ptr<Connection> connection_;
    bool is_running_ = true;
    bool is_stopped_ = false;
    std::int64_t now_ = 0;
    std::int64_t peak_ = 0;
};

}  // namespace accubooks::pg::house
