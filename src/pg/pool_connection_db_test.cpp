/// Behaviours 15 to 18, 24, 25, 27 and 29 of the pool: what one borrower does to a connection and
/// the next one finds.
#include <random>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "pg/internal/pool_house_test.h"
#include "testing/fault_proxy.h"

namespace accubooks::pg {
namespace {

using namespace house;
using testing::FaultProxy;
using testing::TestDatabase;

constexpr PoolSettings kSingle{.min = 0, .max = 1};

/// A database behind a proxy.
struct Far {
    TestDatabase database{TestDatabase::Kind::empty};
    FaultProxy proxy{socket_of(database.conninfo("accubooks_app"))};

    static std::string socket_of(const std::string& conninfo) {
        return conninfo.substr(5, conninfo.find(' ') - 5) + "/.s.PGSQL.5432";  // after "host="
    }
    Endpoint endpoint() const {
        return {.conninfo = database.conninfo("accubooks_app") + proxy.conninfo()};
    }
};

TEST(PoolBehaviour, B15_ACancelNeverHitsTheNextBorrower) {
    with_pool(kSingle, [](Pool& pool) -> base::Task<void> {
        for (int turn = 0; turn < 30; ++turn) {
            Lease lease = co_await pool.acquire(soon());
            const auto failure = co_await failure_of_call(
                lease->execute(kSleep, milliseconds(60'000), base::deadline_in(1ms))
            );
            EXPECT_EQ(failure->kind(), Failure::Kind::deadline);
            lease.release();
            lease = co_await pool.acquire(soon());
            EXPECT_FALSE(co_await failure_of_call(lease->execute(kSleep, milliseconds(5), soon())));
        }
        EXPECT_EQ(pool.status().created, 1U);
    });
}

TEST(PoolBehaviour, B15_AConnectionWhoseServerDoesNotAnswerTheCancelIsClosed) {
    Far far;
    with_pool(far.endpoint(), kSingle, [&far](Pool& pool) -> base::Task<void> {
        Lease lease = co_await pool.acquire(soon());
        co_await lease->execute(kOne, {}, soon());
        far.proxy.black_hole(true);
        const auto failure = co_await failure_of_call(
            lease->execute(kSleep, milliseconds(1), base::deadline_in(10ms))
        );
        EXPECT_EQ(failure->kind(), Failure::Kind::deadline);
        EXPECT_FALSE(lease->is_usable());
        lease.release();
        EXPECT_EQ(pool.status().used, 0U);
        far.proxy.black_hole(false);
        far.proxy.cut();  // the cancel's own socket too
        lease = co_await pool.acquire(soon());
        co_await lease->execute(kOne, {}, soon());
        EXPECT_EQ(pool.status().created, 2U);
    });
}

TEST(PoolBehaviour, B16_ACommitUnderWayIsNotCancelledAndSilenceIsAnUnknownOutcome) {
    Far far;
    far.database.run_script("accubooks_owner", "create table public.kept (id int primary key)");
    far.database.run_script("accubooks_owner", "grant all on public.kept to accubooks_app");
    static constexpr Statement kBegin{.name = "test.begin", .text = "begin"};
    static constexpr Statement kInsert{
        .name = "test.insert", .text = "insert into public.kept values ($1)"
    };
    with_pool(far.endpoint(), kSingle, [&far](Pool& pool) -> base::Task<void> {
        Lease lease = co_await pool.acquire(soon());
        co_await lease->execute(kBegin, {}, soon());
        co_await lease->execute(kInsert, Params::of(1), soon());
        far.proxy.delay(50ms);
        asio::cancellation_signal signal;
        bool is_done = false;
        std::exception_ptr thrown;
        asio::co_spawn(
            co_await asio::this_coro::executor,
            lease->commit(soon()),
            asio::bind_cancellation_slot(
                signal.slot(),
                [&](std::exception_ptr error) {
                    is_done = true;
                    thrown = std::move(error);
                }
            )
        );
        co_await sleep_for(5ms);
        signal.emit(asio::cancellation_type::terminal);
        co_await until("the commit is answered", [&is_done] { return is_done; });
        EXPECT_EQ(thrown, nullptr);
        far.proxy.delay(0ms);
        co_await lease->execute(kBegin, {}, soon());
        co_await lease->execute(kInsert, Params::of(2), soon());
        far.proxy.black_hole(true);
        const auto failure = co_await failure_of_call(lease->commit(base::deadline_in(20ms)));
        EXPECT_EQ(failure->kind(), Failure::Kind::unknown_outcome);
        EXPECT_FALSE(failure->retryable());
        far.proxy.black_hole(false);
    });
}

TEST(PoolBehaviour, B17_NoDirtOfAnyKindReachesTheNextBorrower) {
    struct Dirt {
        const char* name;
        const char* script;
        const char* trace;  // a query that gives true where it can be seen
    };
    const Dirt dirts[] = {
        {"an open transaction", "begin", "select false"},
        {"a failed transaction", "begin; select 1 / 0", "select false"},
        {"a temporary table",
         "create temp table dirt (a int)",
         "select exists (select from pg_class where relname = 'dirt')"},
        {"an advisory lock",
         "select pg_advisory_lock(7)",
         "select exists (select from pg_locks where locktype = 'advisory' and pid = "
         "pg_backend_pid())"},
        {"a cursor held",
         "declare dirt cursor with hold for select 1",
         "select exists (select from pg_cursors where name = 'dirt')"},
        {"a prepared statement",
         "prepare dirt as select 1",
         "select exists (select from pg_prepared_statements where name = 'dirt')"},
        {"listening", "listen dirt", "select exists (select from pg_listening_channels())"},
        {"a notification on its way",
         "listen dirt; notify dirt",
         "select exists (select from pg_listening_channels())"},
        {"a setting",
         "set statement_timeout = 12345",
         "select current_setting('statement_timeout') = '12345s'"},
        {"a role", "set role none", "select current_user <> session_user"},
        {"a COPY", "copy (select 1) to stdout", "select false"},
        {"an isolation level",
         "set session characteristics as transaction read only",
         "select current_setting('transaction_read_only')::bool"},
    };
    TestDatabase database{TestDatabase::Kind::empty};
    database.run_script(
        "postgres", fmt::format("grant temporary on database {} to accubooks_app", database.name())
    );
    for (const Dirt& dirt : dirts) {
        SCOPED_TRACE(dirt.name);
        const Statement look{.name = "test.look", .text = dirt.trace};
        with_pool(database.endpoint("accubooks_app"), kSingle, [&](Pool& pool) -> base::Task<void> {
            Lease lease = co_await pool.acquire(soon());
            co_await failure_of_call(lease->run_script(dirt.script, soon()));
            lease.release();
            lease = co_await pool.acquire(soon());
            EXPECT_FALSE(lease->in_transaction());
            const Rows rows = co_await lease->execute(look, {}, soon());
            EXPECT_FALSE(rows[0].get<bool>(0));
        });
    }
}

/// What a borrower may do to its session; statements of the kinds that the program could have.
constexpr Statement kDeeds[] = {
    {.name = "test.tenant", .text = "select set_config('app.tenant_id', '7', false)"},
    {.name = "test.local", .text = "select set_config('app.tenant_id', '8', true)"},
    {.name = "test.path", .text = "set search_path = pg_temp, public"},
    {.name = "test.timeout", .text = "set statement_timeout = 54321"},
    {.name = "test.role", .text = "set role none"},
    {.name = "test.zone", .text = "set time zone 'Asia/Tokyo'"},
    {.name = "test.temp", .text = "create temp table if not exists dirt (a int)"},
    {.name = "test.lock", .text = "select pg_advisory_lock(9)"},
    {.name = "test.listen", .text = "listen dirt"},
    {.name = "test.begin", .text = "begin"},
    {.name = "test.fail", .text = "select 1 / 0"},
    {.name = "test.nothing", .text = "select 1"},
};

constexpr Statement kSession{
    .name = "test.session",
    .text =
        "select concat_ws('|', current_setting('app.tenant_id', true), "
        "current_setting('search_path'), current_setting('statement_timeout'), "
        "current_setting('TimeZone'), current_user, to_regclass('pg_temp.dirt'), "
        "(select count(*) from pg_locks where locktype = 'advisory' and pid = "
        "pg_backend_pid()), (select count(*) from pg_listening_channels()))",
};

TEST(PoolBehaviour, B18_WhatOneBorrowerSetsIsInvisibleToTheNext) {
    TestDatabase database{TestDatabase::Kind::empty};
    database.run_script(
        "postgres", fmt::format("grant temporary on database {} to accubooks_app", database.name())
    );
    const int borrowers = std::getenv("ACCUBOOKS_SOAK") == nullptr ? 1000 : 10'000;
    with_pool(
        database.endpoint("accubooks_app"),
        {.min = 0, .max = 3},
        [borrowers](Pool& pool) -> base::Task<void> {
            std::mt19937_64 random{7};
            const auto below = [&random](std::size_t limit) { return random() % limit; };
            std::string clean;
            for (int turn = 0; turn < borrowers; ++turn) {
                Lease lease = co_await pool.acquire(soon());
                const Rows seen = co_await lease->execute(kSession, {}, soon());
                const auto session = seen[0].get<std::string>(0);
                if (clean.empty()) {
                    clean = session;
                }
                // A custom setting that was set and reset is empty, no longer absent.
                EXPECT_TRUE(session == clean || session == "|" + clean) << session;
                std::string done;
                for (std::size_t deeds = below(4); deeds > 0; --deeds) {
                    const Statement& deed = kDeeds[below(std::size(kDeeds))];
                    done += std::string{deed.name} + " ";
                    if (below(4) == 0) {
                        co_await failure_of_call(lease->run_script(deed.text, soon()));
                    } else {
                        co_await failure_of_call(lease->execute(deed, {}, soon()));
                    }
                }
                if (::testing::Test::HasFailure()) {
                    ADD_FAILURE() << "turn " << turn << ", before: " << done;
                    co_return;
                }
            }
        }
    );
}

TEST(PoolBehaviour, B24_OnlyWhatWasIdleForLongIsCheckedAndAFailedCheckIsNobodysError) {
    Far far;
    std::vector<std::string> statements;
    PoolObserver observer;
    observer.statement = [&statements](std::string_view name, auto, auto) {
        statements.emplace_back(name);
    };
    const auto checks = [&statements] {
        return std::ranges::count(statements, std::string{"pg.is_read_only"});
    };
    PoolSettings settings = kSingle;
    settings.check_after = 100ms;
    with_pool(
        far.endpoint(),
        settings,
        [&](Pool& pool) -> base::Task<void> {
            Lease lease = co_await pool.acquire(soon());
            for (int turn = 0; turn < 20; ++turn) {
                lease.release();
                lease = co_await pool.acquire(soon());
            }
            EXPECT_EQ(checks(), 0);
            lease.release();
            co_await sleep_for(150ms);
            lease = co_await pool.acquire(soon());
            EXPECT_EQ(checks(), 1);
            EXPECT_EQ(pool.status().created, 1U);
            lease.release();
            co_await sleep_for(150ms);
            // The link is dead without a word; the check's own bound finds it.
            far.proxy.black_hole(true);
            bool is_opened = false;
            const auto reopen = [&]() -> base::Task<void> {
                co_await until("the check has failed", [&pool] {
                    return pool.status().closed[static_cast<std::size_t>(CloseReason::check)] == 1;
                });
                far.proxy.black_hole(false);
                is_opened = true;
            };
            asio::co_spawn(co_await asio::this_coro::executor, reopen(), asio::detached);
            lease = co_await pool.acquire(soon());
            co_await lease->execute(kOne, {}, soon());
            EXPECT_TRUE(is_opened);
            EXPECT_EQ(pool.status().created, 2U);
        },
        observer
    );
}

TEST(PoolBehaviour, B25_ALeakIsReportedOnceByRequestTenantAndStatement) {
    std::vector<PoolLeak> leaks;
    PoolObserver observer;
    observer.leaked = [&leaks](const PoolLeak& leak) { leaks.push_back(leak); };
    PoolSettings settings = kSingle;
    settings.leak_after = 20ms;
    with_pool(
        settings,
        [&](Pool& pool) -> base::Task<void> {
            Lease lease = co_await pool.acquire(soon(), base::TenantId{42}, "request-1");
            co_await lease->execute(kPid, {}, soon());
            co_await until("the leak is told", [&leaks] { return !leaks.empty(); });
            EXPECT_EQ(leaks[0].request_id, "request-1");
            EXPECT_EQ(leaks[0].tenant, base::TenantId{42});
            EXPECT_EQ(leaks[0].statement, "test.pid");
            EXPECT_GE(leaks[0].lent_for, 20ms);
            EXPECT_FALSE(leaks[0].is_taken_away);
            EXPECT_EQ(pool.status().leaked, 1U);
            co_await sleep_for(60ms);
            EXPECT_EQ(leaks.size(), 1U);
            lease.release();
            EXPECT_EQ(pool.status().leaked, 0U);
            EXPECT_EQ(pool.status().leaks, 1U);
        },
        observer
    );
}

TEST(PoolBehaviour, B25_AnOldLoanIsTakenAwayWhereThatIsWanted) {
    std::vector<PoolLeak> leaks;
    PoolObserver observer;
    observer.leaked = [&leaks](const PoolLeak& leak) { leaks.push_back(leak); };
    PoolSettings settings = kSingle;
    settings.leak_after = 20ms;
    settings.reclaim_after = 40ms;
    with_pool(
        settings,
        [&](Pool& pool) -> base::Task<void> {
            Lease leaked = co_await pool.acquire(soon());
            Lease next = co_await pool.acquire(soon());  // only then is there one
            EXPECT_EQ(leaks.size(), 2U);
            EXPECT_TRUE(leaks.back().is_taken_away);
            const auto failure = co_await failure_of_call(leaked->execute(kOne, {}, soon()));
            EXPECT_EQ(failure->kind(), Failure::Kind::lost);
            leaked.release();
            EXPECT_EQ(pool.status().used, 1U);
            EXPECT_EQ(pool.status().closed[static_cast<std::size_t>(CloseReason::leak)], 1U);
            next.release();
        },
        observer
    );
}

TEST(PoolBehaviour, B27_ReleaseTwiceUseAfterReleaseAndReleaseAfterCloseAreHarmless) {
    with_pool({.min = 0, .max = 2}, [](Pool& pool) -> base::Task<void> {
        Lease lease = co_await pool.acquire(soon());
        lease.release();
        EXPECT_EQ(pool.status().misuses, 0U);
        lease.release();
        EXPECT_EQ(pool.status().misuses, 1U);
        EXPECT_THROW(lease->is_usable(), Failure);
        EXPECT_EQ(pool.status().misuses, 2U);
        EXPECT_EQ(pool.status().idle, 1U);
        Lease late = co_await pool.acquire(soon());
        co_await pool.close(base::deadline_in(10ms));
        EXPECT_EQ(pool.status().used, 1U);
        late.release();
        EXPECT_EQ(pool.status().used, 0U);
        EXPECT_EQ(pool.status().idle, 0U);
    });
}

TEST(PoolBehaviour, B29_StatementsArePreparedOncePerConnectionAndAgainWhenTheServerForgot) {
    TestDatabase database{TestDatabase::Kind::empty};
    database.run_script("accubooks_owner", "create table public.shape (a int)");
    database.run_script("accubooks_owner", "grant all on public.shape to accubooks_app");
    static constexpr Statement kShape{.name = "test.shape", .text = "select * from public.shape"};
    static constexpr Statement kHeld{
        .name = "test.held",
        .text = "select count(*) from pg_prepared_statements where name = 'test.shape'"
    };
    with_pool(
        database.endpoint("accubooks_app"),
        kSingle,
        [&database](Pool& pool) -> base::Task<void> {
            Lease lease = co_await pool.acquire(soon());
            co_await lease->execute(kShape, {}, soon());
            lease.release();
            lease = co_await pool.acquire(soon());
            Rows held = co_await lease->execute(kHeld, {}, soon());
            EXPECT_EQ(held[0].get<std::int64_t>(0), 1);
            // The plan's result type changes under it: 0A000.
            database.run_script("accubooks_owner", "alter table public.shape add b int");
            Rows rows = co_await lease->execute(kShape, {}, soon());
            lease.release();
            // The server forgets it behind our back: 26000.
            lease = co_await pool.acquire(soon());
            static constexpr Statement kForget{.name = "test.forget", .text = "deallocate all"};
            co_await failure_of_call(lease->execute(kForget, {}, soon()));
            rows = co_await lease->execute(kShape, {}, soon());
            EXPECT_EQ(rows.size(), 0);
            // And a script's end discards the session, statements with it.
            co_await lease->run_script("select 1", soon());
            lease.release();
            lease = co_await pool.acquire(soon());
            rows = co_await lease->execute(kShape, {}, soon());
            EXPECT_EQ(pool.status().created, 1U);
        }
    );
}

}  // namespace
}  // namespace accubooks::pg
