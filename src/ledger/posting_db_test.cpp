#include <set>

#include <gtest/gtest.h>

#include "ledger/internal/house_test.h"

namespace accubooks::ledger {
namespace {

class PosterTest : public ::testing::Test {
protected:
    std::int64_t entries() { return house.number("select count(*) from books.journal_entry"); }

    TestLedger house;
    TestLedger::Tenant books = house.open_books();
};

TEST_F(PosterTest, NumbersEntriesInOrderAndChainsThem) {
    std::vector<Posting> postings;
    for (int at = 1; at <= 3; ++at) {
        postings.push_back(house.posting(house.sale(books, at), fmt::format("k{}", at)));
    }
    const auto results = house.post_all(books.id, std::move(postings));
    ASSERT_EQ(results.size(), 3U);
    for (std::size_t at = 0; at < results.size(); ++at) {
        ASSERT_TRUE(results[at].has_value());
        EXPECT_EQ(results[at]->number.value, static_cast<std::int64_t>(at) + 1);
        EXPECT_FALSE(results[at]->replayed);
    }
    EXPECT_EQ(house.verify_books(books.id).breaches, 0U);
    EXPECT_TRUE(house.post_all(books.id, {}).empty());
}

TEST_F(PosterTest, GivesTheFirstAnswerAgainAndRefusesAnotherContent) {
    const auto first = house.post(books.id, house.posting(house.sale(books, 5), "key"));
    ASSERT_TRUE(first.has_value());
    const auto again = house.post(books.id, house.posting(house.sale(books, 5), "key"));
    ASSERT_TRUE(again.has_value());
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->number, first->number);
    EXPECT_EQ(again->chain_hash, first->chain_hash);

    const auto other = house.post(books.id, house.posting(house.sale(books, 6), "key"));
    ASSERT_FALSE(other.has_value());
    EXPECT_EQ(other.error().code, "ledger.idempotency_conflict");
    EXPECT_EQ(other.error().kind, base::ErrorKind::conflict);
    EXPECT_EQ(entries(), 1);
}

TEST_F(PosterTest, LetsABadEntryFailAloneAmongThoseOfOtherCallers) {
    const auto inactive = house.account(books.id, {.code = "1"});
    house.tamper(
        fmt::format("update books.account set active = false where account_id = {}", inactive.value)
    );
    const auto parent = house.account(books.id, {.code = "2"});
    house.account(books.id, {.code = "3", .parent = parent});
    house.commodity(books.id, "EUR", 2);
    const auto euros = house.account(books.id, {.code = "4", .commodity = "EUR"});
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    ASSERT_TRUE(house.post(books.id, house.posting(house.sale(books, 1), "first")).has_value());

    struct Case {
        std::string_view code;
        base::ErrorKind kind;
        std::function<void(Entry&)> spoil;
    };
    using enum base::ErrorKind;
    const std::vector<Case> cases = {
        {"ledger.unbalanced",
         invalid,
         [](Entry& e) {
             ++e.lines[0].amount;
             ++e.lines[0].base_amount;
         }},
        {"ledger.unknown_account", invalid, [](Entry& e) { e.lines[0].account.value = 999; }},
        {"ledger.account_inactive", invalid, [&](Entry& e) { e.lines[0].account = inactive; }},
        {"ledger.parent_account", invalid, [&](Entry& e) { e.lines[0].account = parent; }},
        {"ledger.wrong_commodity", invalid, [&](Entry& e) { e.lines[0].account = euros; }},
        {"ledger.unknown_commodity",
         invalid,
         [](Entry& e) { e.lines[0].commodity = e.lines[1].commodity = "XXX"; }},
        {"ledger.zero_line",
         invalid,
         [](Entry& e) {
             e.lines.push_back(e.lines[0]);
             e.lines[2].amount = e.lines[2].base_amount = 0;
         }},
        {"ledger.entry_not_found",
         not_found,
         [](Entry& e) {
             e.reverses = base::EntryNumber{99};
             e.reason = "r";
         }},
        {"ledger.out_of_range",
         invalid,
         [](Entry& e) {
             e.lines[0].amount = e.lines[0].base_amount = kMost;
             e.lines[1].amount = e.lines[1].base_amount = -kMost;
         }},
        {"ledger.malformed", invalid, [](Entry& e) { e.lines[0].cost = Cost{"USD", 1}; }},
    };
    std::vector<base::Task<std::vector<base::Result<Posted>>>> tasks;
    for (std::size_t at = 0; at < cases.size(); ++at) {
        std::vector<Posting> postings;
        Entry bad = house.sale(books, 7);
        cases[at].spoil(bad);
        postings.push_back(house.posting(house.sale(books, 2), fmt::format("before {}", at)));
        postings.push_back(house.posting(std::move(bad), fmt::format("bad {}", at)));
        postings.push_back(house.posting(house.sale(books, 3), fmt::format("after {}", at)));
        tasks.push_back(house.posting_task(books.id, std::move(postings)));
    }
    const auto results = house.await_all(std::move(tasks));
    for (std::size_t at = 0; at < cases.size(); ++at) {
        SCOPED_TRACE(cases[at].code);
        EXPECT_TRUE(results[at][0].has_value());
        EXPECT_TRUE(results[at][2].has_value());
        ASSERT_FALSE(results[at][1].has_value());
        EXPECT_EQ(results[at][1].error().code, cases[at].code);
        EXPECT_EQ(results[at][1].error().kind, cases[at].kind);
    }
    EXPECT_EQ(entries(), 1 + 2 * static_cast<std::int64_t>(cases.size()));
    const auto verified = house.verify_books(books.id);
    EXPECT_EQ(verified.breaches, 0U);
    EXPECT_EQ(verified.entries, 1 + 2 * cases.size());
}

TEST_F(PosterTest, GivesNumbersWithoutGapsToManyCallersOfTwoPosters) {
    Poster second{house.io.get_executor(), house.pool, house.clock};
    constexpr int kCallers = 60;
    std::vector<base::Task<std::vector<base::Result<Posted>>>> tasks;
    for (int at = 0; at < kCallers; ++at) {
        std::vector<Posting> postings;
        for (int part = 0; part < 3; ++part) {
            // Every third key is sent by two callers.
            const int name = at % 3 == 0 ? at / 2 * 2 : at;
            postings.push_back(
                house.posting(house.sale(books, part + 1), fmt::format("{}/{}", name, part))
            );
        }
        Poster& poster = at % 2 == 0 ? house.poster : second;
        tasks.push_back(poster.post(books.id, std::move(postings), house.deadline()));
    }
    std::set<std::int64_t> numbers;
    std::size_t replayed = 0;
    for (const auto& results : house.await_all(std::move(tasks))) {
        for (const auto& result : results) {
            ASSERT_TRUE(result.has_value());
            replayed += result->replayed ? 1 : 0;
            numbers.insert(result->number.value);
        }
    }
    EXPECT_EQ(numbers.size() + replayed, 3U * kCallers);
    EXPECT_GT(replayed, 0U);
    EXPECT_EQ(*numbers.begin(), 1);
    EXPECT_EQ(*numbers.rbegin(), static_cast<std::int64_t>(numbers.size()));
    EXPECT_EQ(entries(), static_cast<std::int64_t>(numbers.size()));
    EXPECT_EQ(house.verify_books(books.id).breaches, 0U);
    EXPECT_EQ(house.poster.depth(), 0U);
}

TEST_F(PosterTest, KeepsTenantsApart) {
    const auto other = house.open_books();
    std::vector<base::Task<std::vector<base::Result<Posted>>>> tasks;
    for (const TestLedger::Tenant* tenant : {&std::as_const(books), &other}) {
        std::vector<Posting> postings;
        postings.push_back(house.posting(house.sale(*tenant, 1), "same key"));
        tasks.push_back(house.posting_task(tenant->id, std::move(postings)));
    }
    for (const auto& results : house.await_all(std::move(tasks))) {
        ASSERT_TRUE(results[0].has_value());
        EXPECT_EQ(results[0]->number.value, 1);
        EXPECT_FALSE(results[0]->replayed);
    }
}

TEST_F(PosterTest, RefusesMoreThanItsQueueHolds) {
    Poster small{
        house.io.get_executor(), house.pool, house.clock, {.batch_entries = 1, .queue_entries = 4}
    };
    std::vector<base::Task<std::vector<base::Result<Posted>>>> tasks;
    for (const int count : {3, 3}) {
        std::vector<Posting> postings;
        for (int at = 0; at < count; ++at) {
            postings.push_back(
                house.posting(house.sale(books, 1), fmt::format("{}/{}", tasks.size(), at))
            );
        }
        tasks.push_back(small.post(books.id, std::move(postings), house.deadline()));
    }
    const auto results = house.await_all(std::move(tasks));
    for (const auto& result : results[0]) {
        EXPECT_TRUE(result.has_value());
    }
    for (const auto& result : results[1]) {
        ASSERT_FALSE(result.has_value());
        EXPECT_EQ(result.error().code, "ledger.queue_full");
        EXPECT_EQ(result.error().kind, base::ErrorKind::overloaded);
    }
    EXPECT_EQ(entries(), 3);
}

TEST_F(PosterTest, PostsNothingPastTheCallersDeadline) {
    std::vector<Posting> postings;
    postings.push_back(house.posting(house.sale(books, 1), "late"));
    const auto results = house.await(house.poster.post(
        books.id, std::move(postings), base::deadline_in(std::chrono::seconds{-1})
    ));
    ASSERT_FALSE(results[0].has_value());
    EXPECT_EQ(results[0].error().kind, base::ErrorKind::overloaded);
    EXPECT_EQ(entries(), 0);
}

TEST_F(PosterTest, FindsOutTheOneOfABatchThatWasMeasuredWithAnOldScale) {
    house.commodity(books.id, "GBP", 3);
    for (const bool stale_first : {true, false}) {
        SCOPED_TRACE(stale_first);
        std::vector<Posting> postings;
        for (const bool stale : {stale_first, !stale_first}) {
            const std::uint8_t scale = stale ? 2 : 3;
            postings.push_back(house.posting(
                house.sale(books, 1),
                fmt::format("{} {}", stale ? "stale" : "fresh", stale_first),
                {{.code = "USD", .scale = 2}, {.code = "GBP", .scale = scale}}
            ));
        }
        const auto results =
            house.await(house.poster.post(books.id, std::move(postings), TestLedger::deadline()));
        const auto& stale = results[stale_first ? 0 : 1];
        ASSERT_FALSE(stale.has_value());
        EXPECT_EQ(stale.error().code, kStaleScaleCode);
        EXPECT_TRUE(results[stale_first ? 1 : 0].has_value());
    }
    EXPECT_EQ(entries(), 2);
    EXPECT_EQ(
        house.number("select count(*) from books.journal_entry where idempotency_key like 'fresh%'"
        ),
        2
    );
}

/// Someone who holds the lock of every ledger, or of other rows, and ends the server process of who
/// waits for it.
class Intruder {
public:
    static base::Task<Intruder> with_the_lock(
        TestLedger& house, std::string of = "select from books.ledger for update"
    ) {
        Intruder intruder;
        for (auto* connection : {&intruder.holder_, &intruder.watcher_}) {
            *connection = co_await pg::Connection::open(
                house.database.endpoint("postgres"), TestLedger::deadline()
            );
        }
        static constexpr pg::Statement kBegin{.name = "test.begin", .text = "begin"};
        const pg::Statement lock{.name = "test.lock", .text = of};
        co_await intruder.holder_->execute(kBegin, {}, TestLedger::deadline());
        co_await intruder.holder_->execute(lock, {}, TestLedger::deadline());
        co_return intruder;
    }

    base::Task<void> release() { co_await holder_->commit(TestLedger::deadline()); }

    base::Task<void> kill_next_waiter() {
        static constexpr pg::Statement kKill{
            .name = "test.kill",
            .text =
                "with waiter as materialized ("
                "  select pid from pg_stat_activity"
                "   where datname = current_database() and usename = 'accubooks_app'"
                "     and wait_event_type = 'Lock' and pid <> $1"
                "   limit 1)"
                " select pid from waiter where pg_terminate_backend(pid)",
        };
        const base::Deadline deadline = TestLedger::deadline();
        for (;;) {
            const pg::Rows rows =
                co_await watcher_->execute(kKill, pg::Params::of(killed_), deadline);
            if (!rows.empty()) {
                killed_ = rows[0].get<std::int32_t>(0);
                co_return;
            }
        }
    }

private:
    std::unique_ptr<pg::Connection> holder_;
    std::unique_ptr<pg::Connection> watcher_;
    std::int32_t killed_ = 0;
};

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

class CombinedPosting : public PosterTest {
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

base::Task<Results> kill_and_release(Intruder& intruder, int kills) {
    for (int at = 0; at < kills; ++at) {
        co_await intruder.kill_next_waiter();
    }
    co_await intruder.release();
    co_return Results{};
}

class LostConnection : public PosterTest {
protected:
    /// Who waits for the lock does so until it is ended.
    static constexpr PosterLimits kPatient{.lock_patience = std::chrono::seconds{30}};

    Poster poster{house.io.get_executor(), house.pool, house.clock, kPatient};

    /// Posts a sale under "key" by each poster while `kills` of the attempts lose their connection.
    std::vector<Results> post_while_killed(std::vector<Poster*> posters, int kills) {
        Intruder intruder = house.await(Intruder::with_the_lock(house));
        std::vector<base::Task<Results>> tasks;
        for (Poster* each : posters) {
            std::vector<Posting> postings;
            postings.push_back(house.posting(house.sale(books, 1), "key"));
            tasks.push_back(each->post(books.id, std::move(postings), house.deadline()));
        }
        tasks.push_back(kill_and_release(intruder, kills));
        auto results = house.await_all(std::move(tasks));
        results.pop_back();
        return results;
    }
};

TEST_F(LostConnection, MakesThePosterSendTheBatchAgain) {
    const auto results = post_while_killed({&poster}, 1);
    ASSERT_TRUE(results[0].at(0).has_value());
    EXPECT_FALSE(results[0][0]->replayed);
    EXPECT_EQ(entries(), 1);
    EXPECT_EQ(house.verify_books(books.id).breaches, 0U);
}

TEST_F(LostConnection, PostsOnceWhateverTheFirstAttemptDid) {
    // The second poster stands for a first attempt that took effect after all: the server is sent
    // one key twice, and who comes second finds the entry there.
    Poster other{house.io.get_executor(), house.pool, house.clock, kPatient};
    const auto results = post_while_killed({&poster, &other}, 1);
    ASSERT_TRUE(results[0].at(0).has_value());
    ASSERT_TRUE(results[1].at(0).has_value());
    EXPECT_EQ(results[0][0]->number, results[1][0]->number);
    EXPECT_EQ(results[0][0]->chain_hash, results[1][0]->chain_hash);
    EXPECT_EQ(entries(), 1);
}

TEST_F(LostConnection, LeavesTheOutcomeUnknownOnlyUntilTheKeyIsAskedAgain) {
    const auto results = post_while_killed({&poster}, 2);
    ASSERT_FALSE(results[0].at(0).has_value());
    EXPECT_EQ(results[0][0].error().code, "ledger.unknown_outcome");
    EXPECT_EQ(results[0][0].error().kind, base::ErrorKind::unknown_outcome);
    EXPECT_EQ(entries(), 0);
    const auto again = house.post(books.id, house.posting(house.sale(books, 1), "key"));
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(entries(), 1);
}

}  // namespace
}  // namespace accubooks::ledger
