// Drives the pool in process for script/bench: borrowers take a connection, run one statement and
// give it back. Prints one JSON object. The peers (pgbench, PgBouncer) are driven by pool_rows.py
// on the same server in the same run.
//
//   rate    operations a second, closed loop, or with --rate a Poisson arrival of that many
//           and the p95 of their latency, counted from the moment at which each was due
//   resize  how long a change of size takes to hold while every connection is busy and more
//           borrowers wait, none of whom may fail

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "pg/pool.h"

namespace {

namespace asio = boost::asio;
namespace base = accubooks::base;
namespace pg = accubooks::pg;
using Clock = std::chrono::steady_clock;
using std::chrono::duration;
using std::chrono::milliseconds;

constexpr pg::Statement kOnce{
    .name = "bench.once", .text = "select 1", .preparation = pg::Preparation::once
};
constexpr pg::Statement kKept{.name = "bench.kept", .text = "select 1"};
constexpr pg::Statement kBusy{.name = "bench.busy", .text = "select pg_sleep(0.05)"};
constexpr milliseconds kPatience{60000};
constexpr milliseconds kLook{1};

struct Options {
    std::string conninfo;
    std::uint32_t borrowers = 64;
    std::uint32_t connections = 16;
    std::uint32_t connections_after = 50;  // of a resize
    double seconds = 5;
    double rate = 0;          // operations a second; 0: as many as there can be
    bool is_private = false;  // one connection for each borrower, no pool
    bool is_prepared = false;
};

/// What one run of the rate found.
struct Run {
    Clock::time_point begins;  // of what counts
    Clock::time_point ends;
    std::uint64_t done = 0;
    std::vector<double> latencies_ms;  // of an open loop

    void count(Clock::time_point due, bool is_open) {
        const auto now = Clock::now();
        if (now < begins || now >= ends) {
            return;
        }
        ++done;
        if (is_open) {
            latencies_ms.push_back(duration<double, std::milli>(now - due).count());
        }
    }
};

/// When the next operation is due, for all borrowers together.
class Arrivals {
public:
    explicit Arrivals(double rate, Clock::time_point from)
        : gap_{rate > 0 ? rate : 1}, next_{from} {}

    Clock::time_point next() {
        next_ += std::chrono::duration_cast<Clock::duration>(duration<double>(gap_(random_)));
        return next_;
    }

private:
    std::mt19937_64 random_{1};
    std::exponential_distribution<double> gap_;
    Clock::time_point next_;
};

base::Task<void> borrow(
    const Options& options, pg::Pool* pool, pg::Endpoint endpoint, Arrivals& arrivals, Run& run
) {
    const bool is_open = options.rate > 0;
    const pg::Statement& statement = options.is_prepared ? kKept : kOnce;
    const base::Deadline deadline =
        base::deadline_in(kPatience + milliseconds{static_cast<int>(options.seconds * 1000)});
    std::unique_ptr<pg::Connection> own;
    if (pool == nullptr) {
        own = co_await pg::Connection::open(std::move(endpoint), deadline);
    }
    asio::steady_timer timer{co_await asio::this_coro::executor};
    while (Clock::now() < run.ends) {
        auto due = Clock::now();
        if (is_open) {
            due = arrivals.next();
            if (due >= run.ends) {
                co_return;
            }
            if (due > Clock::now()) {
                timer.expires_at(due);
                co_await timer.async_wait(asio::use_awaitable);
            }
        }
        if (pool == nullptr) {
            co_await own->execute(statement, {}, deadline);
        } else {
            const pg::Lease lease = co_await pool->acquire(deadline);
            co_await lease->execute(statement, {}, deadline);
        }
        run.count(due, is_open);
    }
}

double percentile(std::vector<double> values, double share) {
    if (values.empty()) {
        return std::nan("");
    }
    const auto rank =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(rank) - 1);
    return values[rank - 1];
}

pg::PoolSettings settings_of(std::uint32_t connections) {
    return {
        .min = connections,
        .max = connections,
        .acquire_timeout = kPatience,
        .queue_max = 100'000,
        .tenant_max = 0,
    };
}

template <class Body>
void spawn(asio::io_context& context, Body body) {
    asio::co_spawn(context, std::move(body), [](const std::exception_ptr& thrown) {
        if (thrown != nullptr) {
            std::rethrow_exception(thrown);
        }
    });
}

/// Waits until the pool's status is as wanted; throws after a minute.
template <class Condition>
base::Task<void> until(const pg::Pool& pool, Condition is_met) {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    const auto deadline = Clock::now() + kPatience;
    while (!is_met(pool.status())) {
        if (Clock::now() > deadline) {
            throw std::runtime_error{"the pool didn't get there within a minute"};
        }
        timer.expires_after(kLook);
        co_await timer.async_wait(asio::use_awaitable);
    }
}

/// The pool with all its connections made.
std::unique_ptr<pg::Pool> warm_pool(asio::io_context& context, const Options& options) {
    auto pool = std::make_unique<pg::Pool>(
        context.get_executor(),
        "bench",
        pg::Endpoint{.conninfo = options.conninfo},
        settings_of(options.connections)
    );
    // The pool's own timers keep the context busy for ever, so this runs only until all are there.
    while (pool->status().idle < options.connections) {
        context.run_one();
    }
    return pool;
}

void run_rate(const Options& options) {
    asio::io_context context{1};
    const pg::Endpoint endpoint{.conninfo = options.conninfo};
    const auto pool = options.is_private ? nullptr : warm_pool(context, options);
    const auto start = Clock::now();
    Run run{.begins = start + std::chrono::seconds{1}, .ends = {}, .latencies_ms = {}};
    run.ends =
        run.begins + std::chrono::duration_cast<Clock::duration>(duration<double>(options.seconds));
    Arrivals arrivals{options.rate, start};
    std::uint32_t left = options.borrowers;
    for (std::uint32_t number = 0; number < options.borrowers; ++number) {
        asio::co_spawn(
            context,
            borrow(options, pool.get(), endpoint, arrivals, run),
            [&](const std::exception_ptr& thrown) {
                if (thrown != nullptr) {
                    std::rethrow_exception(thrown);
                }
                if (--left == 0 && pool != nullptr) {
                    spawn(context, pool->close(base::deadline_in(kPatience)));
                }
            }
        );
    }
    context.run();
    fmt::print(
        "{{\"done\":{},\"per_s\":{:.1f},\"p95_ms\":{}}}\n",
        run.done,
        static_cast<double>(run.done) / options.seconds,
        run.latencies_ms.empty() ? "null"
                                 : fmt::format("{:.4f}", percentile(run.latencies_ms, 0.95))
    );
}

base::Task<void> keep_busy(pg::Pool& pool, const bool& is_over) {
    while (!is_over) {
        const base::Deadline deadline = base::deadline_in(kPatience);
        const pg::Lease lease = co_await pool.acquire(deadline);
        co_await lease->execute(kBusy, {}, deadline);
    }
}

/// Milliseconds until the other size holds: of a larger one, until all its connections are in use.
base::Task<double> resize(pg::Pool& pool, const Options& options) {
    co_await until(pool, [&options](const pg::PoolStatus& status) {
        return status.used == options.connections && status.waiting > 0;
    });
    const auto begin = Clock::now();
    if (!pool.resize(settings_of(options.connections_after))) {
        throw std::runtime_error{"the pool refused its new size"};
    }
    co_await until(pool, [&options](const pg::PoolStatus& status) {
        const bool grows = options.connections_after > options.connections;
        return status.effective.settings.max == options.connections_after &&
               (!grows || status.used == options.connections_after);
    });
    co_return duration<double, std::milli>(Clock::now() - begin).count();
}

void run_resize(const Options& options) {
    asio::io_context context{1};
    const auto owned = warm_pool(context, options);
    pg::Pool& pool = *owned;
    bool is_over = false;
    std::uint32_t left = options.borrowers;
    for (std::uint32_t number = 0; number < options.borrowers; ++number) {
        asio::co_spawn(context, keep_busy(pool, is_over), [&](const std::exception_ptr& thrown) {
            if (thrown != nullptr) {
                std::rethrow_exception(thrown);
            }
            if (--left == 0) {
                spawn(context, pool.close(base::deadline_in(kPatience)));
            }
        });
    }
    double took_ms = 0;
    asio::co_spawn(
        context,
        resize(pool, options),
        [&](const std::exception_ptr& thrown, double effective_ms) {
            is_over = true;
            if (thrown != nullptr) {
                std::rethrow_exception(thrown);
            }
            took_ms = effective_ms;
        }
    );
    context.run();
    fmt::print("{{\"effective_ms\":{:.1f}}}\n", took_ms);
}

int run(int count, char** words) {
    Options options;
    CLI::App app{"The pool in process, for script/bench."};
    app.add_option("--conninfo", options.conninfo, "where to connect")->required();
    app.add_option("--borrowers", options.borrowers, "coroutines that borrow");
    app.add_option("--connections", options.connections, "connections of the pool");
    app.require_subcommand(1);
    auto* const rate = app.add_subcommand("rate", "operations a second, or latency at a rate");
    rate->add_option("--seconds", options.seconds, "that count, after one to warm up");
    rate->add_option("--rate", options.rate, "operations a second; closed loop without it");
    rate->add_flag("--private", options.is_private, "a connection for each borrower, no pool");
    rate->add_flag("--prepared", options.is_prepared, "the statement is kept prepared");
    auto* const other = app.add_subcommand("resize", "time until another size holds");
    other->add_option("--to", options.connections_after, "connections after it");
    CLI11_PARSE(app, count, words);
    rate->parsed() ? run_rate(options) : run_resize(options);
    return 0;
}

}  // namespace

int main(int count, char** words) {
    try {
        return run(count, words);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "pool_bench: %s\n", failure.what());
        return 1;
    }
}
