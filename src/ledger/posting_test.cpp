#include "ledger/posting.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "ledger/internal/pretended_store_test.h"

namespace accubooks::ledger {
namespace {

namespace asio = boost::asio;
using base::TenantId;

/// A poster whose database answers when the test says so.
class PosterTest : public ::testing::Test {
protected:
    void make_poster(std::chrono::milliseconds combined_patience) {
        poster.emplace(
            io.get_executor(),
            std::make_unique<PretendedStore>(io.get_executor(), calls),
            PosterLimits{
                .combined_patience = combined_patience,
                .close_looks = 2,
                .batch_timeout = std::chrono::seconds{5},
            },
            std::chrono::steady_clock::now
        );
    }

    void post(TenantId tenant, std::string key = "key") {
        Entry entry{.date = *base::Date::parse("2026-01-15"), .description = "coffee"};
        entry.lines.resize(2);
        std::vector<Posting> postings;
        postings.push_back({
            .entry = std::move(entry),
            .commodities = {},
            .idempotency_key = key,
            .posted_by = "user:test",
        });
        asio::co_spawn(
            io,
            poster->post(tenant, std::move(postings), base::deadline_in(std::chrono::hours{1})),
            [this, key](const std::exception_ptr& thrown, const auto& results) {
                EXPECT_FALSE(thrown);
                ++answered;
                refused += results.at(0) ? 0 : 1;
                replayed[key].push_back(results.at(0) && results.at(0)->replayed);
                refusals[key] = results.at(0) ? "" : results.at(0).error().code;
            }
        );
        settle();
    }

    /// Does what can be done now.
    void settle() {
        io.restart();
        io.poll();
    }

    void wait_for_calls(std::size_t count) {
        while (calls.size() < count) {
            io.restart();
            ASSERT_GT(io.run_one_for(std::chrono::seconds{60}), 0U);
        }
    }

    void answer(Call& call) {
        Verdicts verdicts;
        for (const TenantBatch& batch : call.batches) {
            verdicts.push_back(journals.post(batch));
        }
        call.verdicts = std::move(verdicts);
        call.answer();
        settle();
    }

    asio::io_context io{1};
    Calls calls;
    Journals journals;
    std::optional<Poster> poster;
    std::size_t answered = 0;
    std::size_t refused = 0;
    std::map<std::string, std::vector<bool>> replayed;  // of each key's answers, in order
    std::map<std::string, std::string> refusals;        // of each key's last answer
};

TEST_F(PosterTest, LetsNobodyWaitForAnotherTenantsTransactionThatHangs) {
    make_poster(std::chrono::milliseconds{1});
    post(TenantId{1});
    wait_for_calls(1);
    post(TenantId{1});
    post(TenantId{2});
    wait_for_calls(2);  // though the first, combined like it, isn't answered
    ASSERT_EQ(calls[1]->batches.size(), 1U);
    EXPECT_EQ(calls[1]->batches.front().tenant, TenantId{2});
    answer(*calls[1]);
    EXPECT_EQ(answered, 1U);
    answer(*calls[0]);
    wait_for_calls(1);
    answer(*calls[0]);
    EXPECT_EQ(answered, 3U);
    EXPECT_EQ(poster->depth(), 0U);
}

TEST_F(PosterTest, PostsWhatArrivesMeanwhileTogether) {
    make_poster(std::chrono::hours{1});
    post(TenantId{1});
    wait_for_calls(1);
    post(TenantId{2});
    post(TenantId{3});
    EXPECT_EQ(calls.size(), 1U);
    answer(*calls[0]);
    wait_for_calls(1);
    EXPECT_EQ(calls[0]->batches.size(), 2U);
    answer(*calls[0]);
    EXPECT_EQ(answered, 3U);
}

TEST_F(PosterTest, TrustsEntriesUntilSomeAreRefusedAndThenLooksCloselyForAWhile) {
    make_poster(std::chrono::hours{1});
    const auto next_call = [this](std::string key) {
        post(TenantId{1}, std::move(key));
        wait_for_calls(1);
        return calls[0]->scrutiny;
    };
    EXPECT_EQ(next_call("bad"), Scrutiny::trusting);
    calls[0]->fail(pg::Failure::Kind::server, "23514");
    settle();
    wait_for_calls(1);
    EXPECT_TRUE(calls[0]->is_combined);
    EXPECT_EQ(calls[0]->scrutiny, Scrutiny::close);
    EXPECT_EQ(calls[0]->batches.front().postings.front()->idempotency_key, "bad");
    answer(*calls[0]);
    for (const std::string_view key : {"first", "second"}) {
        EXPECT_EQ(next_call(std::string{key}), Scrutiny::close);
        answer(*calls[0]);
    }
    EXPECT_EQ(next_call("third"), Scrutiny::trusting);
    answer(*calls[0]);
    EXPECT_EQ(answered, 4U);
}

TEST_F(PosterTest, MakesNobodyPayForTheTimeThatAnothersRefusedEntriesTook) {
    make_poster(std::chrono::hours{1});
    post(TenantId{1});
    wait_for_calls(1);
    calls[0]->fail(pg::Failure::Kind::server, "23505");
    settle();
    wait_for_calls(1);
    calls[0]->fail(pg::Failure::Kind::deadline, "57014");
    settle();
    wait_for_calls(1);
    EXPECT_FALSE(calls[0]->is_combined);
    answer(*calls[0]);
    EXPECT_EQ(answered, 1U);
    EXPECT_EQ(refused, 0U);
}

TEST_F(PosterTest, DistrustsNobodyForWhatIsNoEntrysFault) {
    make_poster(std::chrono::hours{1});
    post(TenantId{1});
    wait_for_calls(1);
    calls[0]->fail(pg::Failure::Kind::server, "55P03");
    settle();
    wait_for_calls(1);
    EXPECT_FALSE(calls[0]->is_combined);
    answer(*calls[0]);
    post(TenantId{2});
    wait_for_calls(1);
    EXPECT_EQ(calls[0]->scrutiny, Scrutiny::trusting);
    answer(*calls[0]);
    EXPECT_EQ(refused, 0U);
}

TEST_F(PosterTest, TellsReplaysAsSuchAlsoBesideAnEntryWhoseFirstAnswerWasLost) {
    make_poster(std::chrono::hours{1});
    post(TenantId{1}, "old");
    wait_for_calls(1);
    answer(*calls[0]);
    post(TenantId{1}, "lost");
    wait_for_calls(1);
    post(TenantId{1}, "old");
    post(TenantId{1}, "lost");
    post(TenantId{1}, "new");
    journals.post(calls[0]->batches.front());  // it is committed, and nobody hears of it
    calls[0]->fail(pg::Failure::Kind::lost);
    settle();
    wait_for_calls(1);
    EXPECT_EQ(calls[0]->batches.front().postings.size(), 4U);
    answer(*calls[0]);
    EXPECT_EQ(replayed["old"], (std::vector{false, true}));
    EXPECT_EQ(replayed["lost"], (std::vector{false, true}));
    EXPECT_EQ(replayed["new"], std::vector{false});
}

TEST_F(PosterTest, CallsTheOutcomeUnknownOfNothingButWhatWasTriedWithoutAnAnswer) {
    make_poster(std::chrono::hours{1});
    post(TenantId{1}, "lost");
    wait_for_calls(1);
    post(TenantId{1}, "new");
    calls[0]->fail(pg::Failure::Kind::lost);
    settle();
    wait_for_calls(1);
    calls[0]->fail(pg::Failure::Kind::server, "57P01");
    settle();
    EXPECT_EQ(refusals["lost"], "ledger.unknown_outcome");
    EXPECT_EQ(refusals["new"], "database.unavailable");
}

TEST_F(PosterTest, BeginsNothingThatCouldOutlastItsClosing) {
    make_poster(std::chrono::hours{1});
    post(TenantId{1});
    wait_for_calls(1);
    post(TenantId{1});
    bool is_closed = false;
    asio::co_spawn(
        io,
        poster->close(base::deadline_in(std::chrono::seconds{10})),
        [&is_closed](const std::exception_ptr&) { is_closed = true; }
    );
    settle();
    EXPECT_FALSE(is_closed);
    answer(*calls[0]);
    EXPECT_EQ(calls.size(), 0U);
    EXPECT_EQ(answered, 2U);
    EXPECT_EQ(refused, 1U);
    while (!is_closed) {
        io.restart();
        ASSERT_GT(io.run_one_for(std::chrono::seconds{60}), 0U);
    }
    EXPECT_EQ(poster->depth(), 0U);
}

}  // namespace
}  // namespace accubooks::ledger
