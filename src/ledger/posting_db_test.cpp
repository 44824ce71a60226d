#include <set>

#include <gtest/gtest.h>

#include "ledger/internal/house_test.h"
#include "ledger/internal/intruder_test.h"

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

using Results = std::vector<base::Result<Posted>>;

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
