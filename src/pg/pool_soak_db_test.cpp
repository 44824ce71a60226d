/// Behaviour 31 of the pool: no wake-up is lost, whatever happens. script/soak asks for ten million
/// loans by ACCUBOOKS_SOAK_LOANS.
#include <random>
#include <thread>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include "pg/internal/pool_house_test.h"

namespace accubooks::pg {
namespace {

using namespace house;

std::uint64_t loans_wanted() {
    if (const char* const count = std::getenv("ACCUBOOKS_SOAK_LOANS")) {
        return std::strtoull(count, nullptr, 10);
    }
    return 20'000;
}

/// Changes the pool's size now and then. By loans and not by time: each change costs some
/// connections, and a server process for each.
class Resizer {
public:
    explicit Resizer(Pool& pool) : pool_{pool} {}

    void note_loan(std::uint64_t number) {
        constexpr std::uint64_t kLoansBetween = 250;
        if (number % kLoansBetween == 1) {
            resize();
        }
    }

private:
    void resize() {
        const auto max = static_cast<std::uint32_t>(1 + random_() % 12);
        PoolSettings settings{.min = max / 3, .max = max, .queue_max = 200};
        settings.tenant_max = static_cast<std::uint32_t>(random_() % 4);
        settings.lifetime = 500ms;
        settings.check_after = 50ms;
        settings.idle_timeout = 200ms;
        EXPECT_TRUE(pool_.resize(settings).has_value());
    }

    Pool& pool_;
    std::mt19937_64 random_{3};
};

/// Borrowers on one executor with one source of chance.
class Crowd {
public:
    Crowd(Pool& pool, std::uint64_t seed, std::uint64_t loans, Resizer* resizer = nullptr)
        : pool_{pool}, random_{seed}, loans_{loans}, resizer_{resizer} {}

    base::Task<void> run(int borrowers) {
        const auto executor = co_await asio::this_coro::executor;
        for (int at = 0; at < borrowers; ++at) {
            ++running_;
            asio::co_spawn(executor, borrow(), [this](const std::exception_ptr& thrown) {
                --running_;
                EXPECT_EQ(thrown, nullptr);
            });
        }
        while (running_ > 0) {
            co_await sleep_for(5ms);
        }
    }

    std::uint64_t served() const { return served_; }

private:
    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

    base::Task<void> borrow() {
        while (asked_ < loans_) {
            ++asked_;
            if (resizer_ != nullptr) {
                resizer_->note_loan(asked_);
            }
            if (below(16) == 0) {
                co_await borrow_and_be_called_off();
            } else {
                co_await borrow_once();
            }
        }
    }

    base::Task<void> borrow_once() {
        const auto tenant = std::optional{base::TenantId{static_cast<std::int64_t>(below(5))}};
        const auto deadline = below(32) == 0 ? base::deadline_in(100us) : soon();
        try {
            Lease lease = co_await pool_.acquire(deadline, tenant);
            ++served_;
            const std::uint64_t deed = below(10'000);
            if (deed == 0) {
                static constexpr Statement kEnd{
                    .name = "test.end", .text = "select pg_terminate_backend(pg_backend_pid())"
                };
                co_await lease->execute(kEnd, {}, soon());
            } else if (deed < 4) {
                static constexpr Statement kBegin{.name = "test.begin", .text = "begin"};
                co_await lease->execute(kBegin, {}, soon());
            } else if (deed < 30) {
                co_await lease->execute(kOne, {}, soon());
            } else if (deed < 3000) {
                // Held over a turn, so that others have to wait.
                co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
            }
        } catch (const Failure&) {
            // A killed connection, a late acquire: what counts is the state afterwards.
            ++failed_;
        }
    }

    base::Task<void> borrow_and_be_called_off() {
        auto signal = std::make_shared<asio::cancellation_signal>();
        auto is_done = std::make_shared<bool>(false);
        const auto executor = co_await asio::this_coro::executor;
        asio::co_spawn(
            executor,
            borrow_once(),
            asio::bind_cancellation_slot(
                signal->slot(), [signal, is_done](const std::exception_ptr&) { *is_done = true; }
            )
        );
        const std::uint64_t turns = below(4);
        for (std::uint64_t turn = 0; turn < turns; ++turn) {
            co_await asio::post(executor, asio::use_awaitable);
        }
        signal->emit(asio::cancellation_type::terminal);
        while (!*is_done) {
            co_await asio::post(executor, asio::use_awaitable);
        }
    }

    Pool& pool_;
    std::mt19937_64 random_;
    const std::uint64_t loans_;
    Resizer* resizer_;  // none: the size is another's to change
    std::uint64_t asked_ = 0;
    std::uint64_t served_ = 0;
    std::uint64_t failed_ = 0;
    int running_ = 0;
};

TEST(PoolBehaviour, B31_NoWakeUpIsLostInMillionsOfLoansWithCancelsKillsAndResizes) {
    const testing::TestDatabase database{testing::TestDatabase::Kind::empty};
    const std::uint64_t loans = loans_wanted();
    asio::io_context owner{1};
    auto stay = asio::make_work_guard(owner);
    Pool pool{
        owner.get_executor(), "test", database.endpoint("accubooks_app"), {.min = 2, .max = 8}
    };
    // Most borrow on the pool's own lane, some from another.
    Resizer resizer{pool};
    Crowd near{pool, 1, loans - loans / 10, &resizer};
    Crowd far{pool, 2, loans / 10};
    std::thread lane{[&owner] { owner.run(); }};
    std::thread other{[&far] { testing::run(far.run(8)); }};
    asio::co_spawn(owner, near.run(40), asio::use_future).get();
    other.join();

    const PoolStatus status = pool.status();
    EXPECT_EQ(status.waiting, 0U);
    EXPECT_LE(status.idle + status.used + status.connecting, status.settings.max);
    EXPECT_GT(near.served(), loans / 2);
    asio::co_spawn(owner, pool.close(soon()), asio::use_future).get();
    stay.reset();
    lane.join();
    const PoolStatus closed = pool.status();
    EXPECT_EQ(closed.idle + closed.used + closed.connecting + closed.checking, 0U);
    std::uint64_t sum = 0;
    for (const std::uint64_t count : closed.closed) {
        sum += count;
    }
    EXPECT_EQ(sum, closed.created);
}

}  // namespace
}  // namespace accubooks::pg
