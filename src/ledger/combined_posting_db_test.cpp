#include <algorithm>
#include <iterator>

#include <gtest/gtest.h>

#include "ledger/internal/house_test.h"
#include "ledger/internal/intruder_test.h"

namespace accubooks::ledger {
namespace {

base::Task<void> lock_ledger(pg::Connection& connection, base::TenantId tenant) {
    static constexpr pg::Statement kBegin{.name = "test.begin", .text = "begin"};
    static constexpr pg::Statement kParent{
        .name = "test.lock_by_parent",
        .text =
            "insert into books.account (tenant_id, account_id, code, name, type, parent_id)"
            " values ($1, 99, 'child', 'Child', 'asset', 1)",
    };
    static constexpr pg::Statement kTenant{
        .name = "test.set_tenant", .text = "select set_config('app.tenant_id', $1, true)"
    };
    std::vector<pg::Query> queries;
    queries.push_back({.statement = &kBegin});
    queries.push_back(
        {.statement = &kTenant, .params = pg::Params::of(std::to_string(tenant.value))}
    );
    // What the application may do and takes the ledger's lock for: a child of an account.
    queries.push_back({.statement = &kParent, .params = pg::Params::of(tenant)});
    co_await connection.execute_all(std::move(queries), TestLedger::deadline());
}

using Results = std::vector<base::Result<Posted>>;

class CombinedPosting : public ::testing::Test {
protected:
    using Tasks = std::vector<base::Task<Results>>;

    CombinedPosting() {
        for (int at = 0; at < 5; ++at) {
            tenants.push_back(house.open_books());
        }
    }

    /// One posting of each tenant, all on their way at once.
    std::vector<base::Result<Posted>> post_one_each(std::string_view key, Tasks more = {}) {
        Tasks tasks;
        for (const TestLedger::Tenant& tenant : tenants) {
            std::vector<Posting> postings;
            postings.push_back(house.posting(house.sale(tenant, 1), std::string{key}));
            tasks.push_back(house.posting_task(tenant.id, std::move(postings)));
        }
        std::ranges::move(more, std::back_inserter(tasks));
        std::vector<base::Result<Posted>> results;
        for (auto& each : house.await_all(std::move(tasks))) {
            std::ranges::move(each, std::back_inserter(results));
        }
        return results;
    }

    /// One posting of the tenant, begun; its results are added to `to` when there are any.
    void begin_posting(const TestLedger::Tenant& tenant, std::string key, Results& to) {
        std::vector<Posting> postings;
        postings.push_back(house.posting(house.sale(tenant, 1), std::move(key)));
        boost::asio::co_spawn(
            house.io,
            house.posting_task(tenant.id, std::move(postings)),
            [&to](const std::exception_ptr& thrown, Results results) {
                base::ensure(!thrown, "a post answers and doesn't throw");
                std::ranges::move(results, std::back_inserter(to));
            }
        );
    }

    /// Posts to all at once while somebody holds the second's books, which alone has to wait for
    /// that to end.
    template <class Release>
    void post_while_the_second_is_held(const std::string& key, Release release) {
        Results held;
        Results others;
        for (std::size_t at = 0; at < tenants.size(); ++at) {
            // The first goes by itself, so that the one that is held is among the others.
            begin_posting(tenants[at], key, at == 1 ? held : others);
        }
        wait_for(others, 4);
        expect_posted(others, 4);
        EXPECT_EQ(held.size(), 0U);
        release();
        wait_for(held, 1);
        expect_posted(held, 1);
        expect_clean_books();
    }

    void wait_for(const Results& results, std::size_t count) {
        while (results.size() < count && house.io.run_one() > 0) {
        }
    }

    static void expect_posted(const Results& results, std::size_t count) {
        EXPECT_EQ(results.size(), count);
        for (const auto& result : results) {
            EXPECT_TRUE(result.has_value()) << result.error().code;
        }
    }

    std::int64_t transactions() {
        return house.number("select count(distinct xmin::text) from books.journal_entry");
    }

    void expect_clean_books() {
        for (const TestLedger::Tenant& tenant : tenants) {
            EXPECT_EQ(house.verify_books(tenant.id).breaches, 0U);
        }
    }

    TestLedger house;
    std::vector<TestLedger::Tenant> tenants;
};

TEST_F(CombinedPosting, PutsEntriesOfManyTenantsIntoOneTransaction) {
    post_one_each("first");  // the first tenant goes by itself, the others while it is under way
    EXPECT_EQ(transactions(), 2);
    for (const auto& result : post_one_each("second")) {
        ASSERT_TRUE(result.has_value());
        EXPECT_EQ(result->number.value, 2);
        EXPECT_FALSE(result->replayed);
    }
    EXPECT_EQ(transactions(), 4);
    EXPECT_EQ(house.number("select count(*) from books.journal_entry"), 10);
    expect_clean_books();
}

TEST_F(CombinedPosting, PostsEveryTenantByItselfWhereThatIsWanted) {
    Poster single{house.io.get_executor(), house.pool, house.clock, {.combined_tenants = 1}};
    Tasks tasks;
    for (const TestLedger::Tenant& tenant : tenants) {
        std::vector<Posting> postings;
        postings.push_back(house.posting(house.sale(tenant, 1), "key"));
        tasks.push_back(single.post(tenant.id, std::move(postings), house.deadline()));
    }
    for (const auto& results : house.await_all(std::move(tasks))) {
        EXPECT_TRUE(results.at(0).has_value());
    }
    EXPECT_EQ(transactions(), 5);
}

TEST_F(CombinedPosting, LetsTheTenantOfABadEntryFailAlone) {
    house.tamper(fmt::format(
        "update books.account set active = false where tenant_id = {} and account_id = {}",
        tenants[2].id.value,
        tenants[2].bank.value
    ));
    const auto results = post_one_each("key");
    for (std::size_t at = 0; at < results.size(); ++at) {
        EXPECT_EQ(results[at].has_value(), at != 2) << at;
    }
    EXPECT_EQ(results[2].error().code, "ledger.account_inactive");
    expect_clean_books();
}

TEST_F(CombinedPosting, PostsTheOthersWhenTheServerRefusesTheWholeTransaction) {
    // A key that only the table's own constraint refuses: nothing that the function looks for.
    std::vector<Posting> postings;
    postings.push_back(house.posting(house.sale(tenants[3], 2), std::string(256, 'k')));
    Tasks more;
    more.push_back(house.posting_task(tenants[3].id, std::move(postings)));
    const auto results = post_one_each("key", std::move(more));
    for (std::size_t at = 0; at < tenants.size(); ++at) {
        EXPECT_TRUE(results[at].has_value()) << at;
    }
    EXPECT_FALSE(results[5].has_value());
    EXPECT_EQ(house.number("select count(*) from books.journal_entry"), 5);
    expect_clean_books();
}

TEST_F(CombinedPosting, RepeatsTheFirstAnswerToAKeyThatWasUsed) {
    const auto first = post_one_each("key");
    const auto again = post_one_each("key");
    for (std::size_t at = 0; at < tenants.size(); ++at) {
        ASSERT_TRUE(again[at].has_value());
        EXPECT_TRUE(again[at]->replayed);
        EXPECT_EQ(again[at]->chain_hash, first[at]->chain_hash);
    }
    EXPECT_EQ(house.number("select count(*) from books.journal_entry"), 5);
}

TEST_F(CombinedPosting, WaitsForNoTenantWhoseLedgerIsLocked) {
    pg::Lease holder = house.await(house.pool.acquire(house.deadline()));
    house.await(lock_ledger(*holder, tenants[1].id));
    post_while_the_second_is_held("key", [&] {
        EXPECT_EQ(transactions(), 2);  // the others went together, not each alone after a while
        holder.release();              // which rolls back
    });
}

TEST_F(CombinedPosting, WaitsForNoTenantWithOtherRowsLocked) {
    post_one_each("first");
    Intruder intruder = house.await(Intruder::with_the_lock(
        house,
        fmt::format(
            "select from books.account_balance where tenant_id = {} for update", tenants[1].id.value
        )
    ));
    post_while_the_second_is_held("second", [&] { house.await(intruder.release()); });
}

TEST_F(CombinedPosting, LeavesConnectionsToTheOthersWhileManyBooksAreLocked) {
    while (tenants.size() <= house.pool.status().settings.max) {
        tenants.push_back(house.open_books());
    }
    Intruder intruder = house.await(Intruder::with_the_lock(house));
    Results locked;
    for (const TestLedger::Tenant& tenant : tenants) {
        begin_posting(tenant, "key", locked);
    }
    const TestLedger::Tenant free = house.open_books();
    for (int at = 0; at < 20; ++at) {
        const auto posted =
            house.post(free.id, house.posting(house.sale(free, 1), fmt::format("k{}", at)));
        EXPECT_TRUE(posted.has_value()) << posted.error().code;
    }
    EXPECT_EQ(locked.size(), 0U);
    house.await(intruder.release());
    wait_for(locked, tenants.size());
    expect_posted(locked, tenants.size());
    expect_clean_books();
}

TEST_F(CombinedPosting, NeverLetsTwoInstancesWaitForEachOther) {
    Poster second{house.io.get_executor(), house.pool, house.clock};
    constexpr int kRounds = 20;
    Tasks tasks;
    for (int round = 0; round < kRounds; ++round) {
        for (std::size_t at = 0; at < tenants.size(); ++at) {
            // One comes from the front, the other from the back.
            const TestLedger::Tenant& tenant =
                round % 2 == 0 ? tenants[at] : tenants[tenants.size() - 1 - at];
            std::vector<Posting> postings;
            postings.push_back(house.posting(house.sale(tenant, 1), fmt::format("k{}", round)));
            Poster& poster = round % 2 == 0 ? house.poster : second;
            tasks.push_back(poster.post(tenant.id, std::move(postings), house.deadline()));
        }
    }
    for (const auto& results : house.await_all(std::move(tasks))) {
        ASSERT_TRUE(results.at(0).has_value()) << results.at(0).error().code;
    }
    EXPECT_EQ(
        house.number("select count(*) from books.journal_entry"),
        kRounds * static_cast<std::int64_t>(tenants.size())
    );
    expect_clean_books();
}

}  // namespace
}  // namespace accubooks::ledger
