/// Whoever borrows a connection, and however the one before gave it back: nobody ever sees
/// another's tenant, or who acted for it.
#include <array>
#include <random>

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

#include "pg/author.h"
#include "pg/tenant_transaction.h"
#include "testing/run.h"
#include "testing/test_cluster.h"

namespace accubooks::pg {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr int kBorrowers = 10'000;
constexpr int kAtOnce = 8;
constexpr std::size_t kConnections = 3;  // fewer, so that each passes from hand to hand
constexpr std::int64_t kTenants = 7;

/// One table under forced row security, as those in `books` are, with a row of each tenant.
constexpr std::string_view kSchema = R"sql(
create table public.note (tenant_id bigint not null, text text not null);
insert into public.note select t, 'of ' || t from generate_series(1, 7) t;
alter table public.note enable row level security;
alter table public.note force row level security;
create policy note__tenant on public.note
    using (tenant_id = nullif(current_setting('app.tenant_id', true), '')::bigint);
grant select, insert on public.note to accubooks_app;
grant usage on schema public to accubooks_app;
)sql";

constexpr Statement kLook{
    .name = "test.look",
    .text = R"sql(
select coalesce(current_setting('app.tenant_id', true), ''),
       coalesce(current_setting('app.actor', true), ''),
       (select coalesce(string_agg(text, ',' order by text), '') from public.note))sql",
};
constexpr Statement kAdd{
    .name = "test.add", .text = "insert into public.note (tenant_id, text) values ($1, 'lost')"
};
constexpr Statement kBad{.name = "test.bad", .text = "select 1 / $1::bigint"};
constexpr Statement kEnd{
    .name = "test.end", .text = "select pg_terminate_backend(pg_backend_pid())"
};

/// How a connection is given back.
enum class Way : std::uint8_t { commit, abandon, abandon_written, fail, lose, without_tenant };
/// In so many of 200, by the order above; the rest commit.
constexpr std::array kChances = {80, 30, 30, 30, 1};

struct Seen {
    std::string tenant;
    std::string actor;
    std::string notes;

    friend bool operator==(const Seen&, const Seen&) = default;
    friend void PrintTo(const Seen& seen, std::ostream* out) {
        *out << "tenant '" << seen.tenant << "', actor '" << seen.actor << "', " << seen.notes;
    }
};

Seen seen_in(const Rows& rows) {
    return {
        .tenant = rows[0].get<std::string>(0),
        .actor = rows[0].get<std::string>(1),
        .notes = rows[0].get<std::string>(2),
    };
}

base::Deadline soon() {
    return base::deadline_in(60s);
}

/// What `call` threw is what it was for.
template <class T>
base::Task<void> expect_failure(base::Task<T> call) {
    bool has_failed = false;
    try {
        co_await std::move(call);
    } catch (const Failure&) {
        has_failed = true;
    }
    EXPECT_TRUE(has_failed);
}

/// Borrowers on one executor with one source of chance.
class Crowd {
public:
    Crowd(Pool& pool, std::uint64_t seed) : pool_{pool}, random_{seed} {}

    base::Task<void> borrow_on() {
        while (borrowed_ < kBorrowers) {
            ++borrowed_;
            const Way way = way_of(below(200));
            if (way == Way::without_tenant) {
                co_await borrow_without_tenant();
            } else {
                co_await borrow(way);
            }
        }
    }

    int borrowed() const { return borrowed_; }

private:
    std::int64_t below(std::uint64_t limit) { return static_cast<std::int64_t>(random_() % limit); }

    static Way way_of(std::int64_t chance) {
        std::uint8_t way = 0;
        for (const int part : kChances) {
            if (chance < part) {
                return Way{way};
            }
            chance -= part;
            ++way;
        }
        return Way::without_tenant;
    }

    base::Task<void> borrow_without_tenant() {
        const Lease lease = co_await pool_.acquire(soon());
        const Rows rows = co_await lease->execute(kLook, {}, soon());
        EXPECT_EQ(seen_in(rows), Seen{});
    }

    base::Task<void> borrow(Way way) {
        const base::TenantId tenant{below(kTenants) + 1};
        const std::string own = std::to_string(tenant.value);
        auto transaction =
            co_await TenantTransaction::begin(pool_, tenant, Access::read_write, soon());
        Seen due{.tenant = own, .actor = {}, .notes = "of " + own};
        const Rows before = co_await transaction.execute(kLook, {});
        EXPECT_EQ(seen_in(before), due);
        if (below(2) == 0) {
            due.actor = "user:" + own;
            co_await act_as(transaction, {.actor = due.actor});
        }
        const Rows after = co_await transaction.execute(kLook, {});
        EXPECT_EQ(seen_in(after), due);
        switch (way) {
            case Way::commit:
                co_await transaction.commit();
                break;
            case Way::abandon_written:
                co_await transaction.execute(kAdd, Params::of(tenant));
                break;
            case Way::fail:
                co_await expect_failure(transaction.execute(kBad, Params::of(std::int64_t{0})));
                break;
            case Way::lose:
                co_await expect_failure(transaction.execute(kEnd, {}));
                break;
            case Way::abandon:
            case Way::without_tenant:
                break;
        }
    }

    Pool& pool_;
    std::mt19937_64 random_;
    int borrowed_ = 0;
};

TEST(TenantBorrowers, NeverSeeAnothersTenantSetting) {
    constexpr std::uint64_t kSeed = 20'261'128;
    testing::TestDatabase database{testing::TestDatabase::Kind::empty};
    database.run_script("accubooks_owner", kSchema);
    asio::io_context context{1};
    Pool pool{
        context.get_executor(),
        "test",
        database.endpoint("accubooks_app"),
        {.min = 0, .max = kConnections}
    };
    Crowd crowd{pool, kSeed};
    int ended = 0;
    for (int at = 0; at < kAtOnce; ++at) {
        asio::co_spawn(context, crowd.borrow_on(), [&](const std::exception_ptr& thrown) {
            EXPECT_EQ(thrown, nullptr) << "seed " << kSeed;
            ++ended;
        });
    }
    while (ended < kAtOnce && context.run_one() > 0) {
    }
    testing::run(context, pool.close(soon()));
    EXPECT_EQ(ended, kAtOnce);
    EXPECT_EQ(crowd.borrowed(), kBorrowers) << "seed " << kSeed;
}

}  // namespace
}  // namespace accubooks::pg
