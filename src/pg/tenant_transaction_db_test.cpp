#include <type_traits>

#include <gtest/gtest.h>

#include "pg/internal/connection_house_test.h"
#include "pg/tenant_transaction.h"
#include "testing/run.h"
#include "testing/test_cluster.h"

namespace accubooks::pg {
namespace {

namespace asio = boost::asio;
using house::failure_of_call;
using house::soon;
using testing::TestDatabase;

/// One table under forced row security, as those in `books` are.
constexpr std::string_view kSchema = R"sql(
create table public.note (tenant_id bigint not null, text text not null);
alter table public.note enable row level security;
alter table public.note force row level security;
create policy note__tenant on public.note
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint);
grant select, insert on public.note to accubooks_app;
grant usage on schema public to accubooks_app;
)sql";

constexpr Statement kAdd{
    .name = "test.add", .text = "insert into public.note (tenant_id, text) values ($1, $2)"
};
constexpr Statement kAll{.name = "test.all", .text = "select text from public.note order by text"};
constexpr Statement kTenant{
    .name = "test.tenant", .text = "select current_setting('app.tenant_id', true)"
};

constexpr base::TenantId kOne{1};
constexpr base::TenantId kTwo{2};

template <class Body>
void with_pool(Body body) {
    TestDatabase database{TestDatabase::Kind::empty};
    database.run_script("accubooks_owner", kSchema);
    asio::io_context context{1};
    Pool pool{
        context.get_executor(), "test", database.endpoint("accubooks_app"), {.min = 0, .max = 1}
    };
    const auto work = [](Pool* inner, Body* todo) -> base::Task<void> {
        co_await (*todo)(*inner);
        co_await inner->close(soon());
    };
    testing::run(context, work(&pool, &body));
}

base::Task<TenantTransaction> begin(Pool& pool, base::TenantId tenant, Access access) {
    return TenantTransaction::begin(pool, tenant, access, soon());
}

base::Task<void> add(Pool& pool, base::TenantId tenant, std::string text) {
    auto transaction = co_await begin(pool, tenant, Access::read_write);
    co_await transaction.execute(kAdd, Params::of(tenant, text));
    co_await transaction.commit();
}

base::Task<std::vector<std::string>> all(Pool& pool, base::TenantId tenant) {
    auto transaction = co_await begin(pool, tenant, Access::read_only);
    const Rows rows = co_await transaction.execute(kAll, {});
    std::vector<std::string> texts;
    for (int row = 0; row < rows.size(); ++row) {
        texts.push_back(rows[row].get<std::string>(0));
    }
    co_return texts;
}

TEST(TenantTransaction, SeesItsTenantAndNoOther) {
    with_pool([](Pool& pool) -> base::Task<void> {
        co_await add(pool, kOne, "of one");
        co_await add(pool, kTwo, "of two");
        EXPECT_EQ(co_await all(pool, kOne), std::vector<std::string>{"of one"});
        EXPECT_EQ(co_await all(pool, kTwo), std::vector<std::string>{"of two"});
    });
}

TEST(TenantTransaction, CannotWriteForAnotherTenant) {
    with_pool([](Pool& pool) -> base::Task<void> {
        auto transaction = co_await begin(pool, kOne, Access::read_write);
        const auto failure =
            co_await failure_of_call(transaction.execute(kAdd, Params::of(kTwo, "foreign")));
        EXPECT_TRUE(failure && failure->sqlstate() == "42501");
    });
}

TEST(TenantTransaction, KeepsNothingWithoutCommit) {
    with_pool([](Pool& pool) -> base::Task<void> {
        {
            auto transaction = co_await begin(pool, kOne, Access::read_write);
            co_await transaction.execute(kAdd, Params::of(kOne, "forgotten"));
        }
        EXPECT_TRUE((co_await all(pool, kOne)).empty());
    });
}

TEST(TenantTransaction, LeavesNoTenantBehind) {
    with_pool([](Pool& pool) -> base::Task<void> {
        co_await add(pool, kOne, "of one");
        const Lease lease = co_await pool.acquire(soon());
        const Rows tenant = co_await lease->execute(kTenant, {}, soon());
        EXPECT_EQ(tenant[0].get<std::optional<std::string>>(0).value_or(""), "");
        const Rows rows = co_await lease->execute(kAll, {}, soon());
        EXPECT_TRUE(rows.empty());
    });
}

TEST(TenantTransaction, OverridesATenantThatSomebodyLeftInTheSession) {
    with_pool([](Pool& pool) -> base::Task<void> {
        co_await add(pool, kTwo, "of two");
        Lease lease = co_await pool.acquire(soon());
        co_await lease->run_script("set app.tenant_id = '2'", soon());
        lease.release();
        EXPECT_TRUE((co_await all(pool, kOne)).empty());
    });
}

TEST(TenantTransaction, WritesNothingWhenItIsReadOnly) {
    with_pool([](Pool& pool) -> base::Task<void> {
        auto transaction = co_await begin(pool, kOne, Access::read_only);
        const auto failure =
            co_await failure_of_call(transaction.execute(kAdd, Params::of(kOne, "x")));
        EXPECT_TRUE(failure && failure->sqlstate() == "25006");
    });
}

TEST(TenantTransaction, StreamsUnderItsTenant) {
    with_pool([](Pool& pool) -> base::Task<void> {
        co_await add(pool, kOne, "a");
        co_await add(pool, kOne, "b");
        co_await add(pool, kTwo, "c");
        std::vector<std::string> texts;
        auto transaction = co_await begin(pool, kOne, Access::read_only);
        co_await transaction.stream(kAll, {}, [&texts](const Rows& rows) {
            texts.push_back(rows[0].get<std::string>(0));
        });
        co_await transaction.commit();
        EXPECT_EQ(texts, (std::vector<std::string>{"a", "b"}));
    });
}

TEST(TenantTransaction, RunsNothingAfterItsTransactionWasLost) {
    with_pool([](Pool& pool) -> base::Task<void> {
        static constexpr Statement kEnd{
            .name = "test.end", .text = "select pg_terminate_backend(pg_backend_pid())"
        };
        auto transaction = co_await begin(pool, kOne, Access::read_write);
        co_await failure_of_call(transaction.execute(kEnd, {}));
        const auto failure =
            co_await failure_of_call(transaction.execute(kAdd, Params::of(kOne, "x")));
        EXPECT_TRUE(failure && failure->kind() == Failure::Kind::lost);
    });
}

TEST(TenantTransaction, RefusesToCommitAfterAFailedStatement) {
    with_pool([](Pool& pool) -> base::Task<void> {
        static constexpr Statement kBad{.name = "test.bad", .text = "select 1 / $1::bigint"};
        auto transaction = co_await begin(pool, kOne, Access::read_write);
        co_await transaction.execute(kAdd, Params::of(kOne, "x"));
        co_await failure_of_call(transaction.execute(kBad, Params::of(std::int64_t{0})));
        const auto failure = co_await failure_of_call(transaction.commit());
        EXPECT_TRUE(failure && failure->sqlstate() == "25P02");
    });
}

/// Whether T offers a way around its tenant: the connection, or a second tenant.
template <class T>
concept Switchable = requires(T transaction) { *transaction; } ||
                     requires(T transaction) { transaction.connection(); } ||
                     requires(T transaction) { transaction.set_tenant(kTwo); } ||
                     requires(T transaction) { transaction.run_script("", soon()); };

TEST(TenantTransaction, HasNoCallThatSwitchesItsTenant) {
    EXPECT_FALSE(Switchable<TenantTransaction>);
    EXPECT_FALSE((std::is_constructible_v<TenantTransaction, Lease, base::TenantId>));
}

}  // namespace
}  // namespace accubooks::pg
