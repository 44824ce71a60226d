#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/canonical_json.h"
#include "ledger/draft_json.h"
#include "ledger/draft_store.h"
#include "ledger/internal/house_test.h"

namespace accubooks::ledger {
namespace {

class DraftTest : public ::testing::Test {
protected:
    static DraftContent content(const std::string& json) {
        const auto body = boost::json::parse(json);
        return {
            .json = *base::canonical_json(body),
            .read = *unfinished_of(body),
            .actor = "user:writer",
            .at = {},
        };
    }

    base::Result<KeptDraft> save(const std::string& json) {
        return house.in_transaction(books.id, [&](pg::TenantTransaction& transaction) {
            return insert_draft(transaction, content(json));
        });
    }

    KeptDraft save_again(DraftId id, const std::string& json) {
        return house.in_transaction(books.id, [&](pg::TenantTransaction& transaction) {
            return change_draft(transaction, id, content(json));
        });
    }

    std::optional<KeptDraft> find(DraftId id) {
        return house.in_transaction(books.id, [&](pg::TenantTransaction& transaction) {
            return find_draft(transaction, id);
        });
    }

    std::string sale(std::string_view amount, std::string_view back) {
        return fmt::format(
            R"({{"date":"2026-03-01","description":"Sale","lines":[{{"account_id":{},"amount":"{}","currency":"USD"}},)"
            R"({{"account_id":{},"amount":"{}","currency":"USD"}}]}})",
            books.bank.value,
            amount,
            books.sales.value,
            back
        );
    }

    base::Task<base::Result<Posted>> posting(const KeptDraft& draft) {
        return house.journal.post_draft(
            {.tenant = books.id,
             .idempotency_key = {},
             .actor = "user:poster",
             .deadline = TestLedger::deadline()},
            draft.id,
            draft.version,
            *draft_of(boost::json::parse(draft.content), "")
        );
    }

    std::int64_t entries() { return house.number("select count(*) from books.journal_entry"); }

    TestLedger house;
    TestLedger::Tenant books = house.open_books();
};

TEST_F(DraftTest, IsKeptAsItWasWrittenAndCountsItsVersions) {
    const auto made = save(R"({"lines": [{"memo": "what for?"}, {}], "description": "Rent"})");
    ASSERT_TRUE(made.has_value());
    EXPECT_EQ(made->version, 1);
    EXPECT_EQ(made->content, R"({"description":"Rent","lines":[{"memo":"what for?"},{}]})");
    const KeptDraft changed = save_again(made->id, R"({"date": "2026-02-01"})");
    EXPECT_EQ(changed.version, 2);
    EXPECT_EQ(find(made->id)->content, R"({"date":"2026-02-01"})");

    const auto second = save(R"({"description": "Other"})");
    EXPECT_GT(second->id, made->id);
    const auto listed = house.in_transaction(books.id, [](pg::TenantTransaction& transaction) {
        return list_drafts(transaction, {}, 10);
    });
    ASSERT_EQ(listed.size(), 2U);
    EXPECT_EQ(listed[0].date, TestLedger::day("2026-02-01"));
    EXPECT_EQ(listed[0].line_count, 0);
    EXPECT_EQ(listed[0].content, "");
    EXPECT_EQ(listed[1].description, "Other");
}

TEST_F(DraftTest, IsPostedOnceAndGone) {
    house.clock.set(base::Instant::from_unix_micros(1'772'000'000'123'456));
    const auto draft = save(sale("12.50", "-12.50"));
    const auto posted = house.await(posting(*draft));
    ASSERT_TRUE(posted.has_value()) << posted.error().detail;
    EXPECT_FALSE(posted->replayed);
    EXPECT_FALSE(find(draft->id).has_value());
    EXPECT_EQ(
        house.number("select count(*) from books.journal_entry where posted_by = 'user:poster'"), 1
    );

    const auto again = house.await(posting(*draft));
    ASSERT_TRUE(again.has_value());
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->number, posted->number);
    EXPECT_EQ(again->chain_hash, posted->chain_hash);
    EXPECT_EQ(entries(), 1);
    EXPECT_EQ(house.verify_books(books.id).breaches, 0U);
}

TEST_F(DraftTest, IsPostedOnceByManyAtOnce) {
    for (int round = 0; round < 20; ++round) {
        const auto draft = save(sale("1", "-1"));
        std::vector<base::Task<base::Result<Posted>>> tasks;
        for (int at = 0; at < 4; ++at) {
            tasks.push_back(posting(*draft));
        }
        int first = 0;
        for (const auto& result : house.await_all(std::move(tasks))) {
            ASSERT_TRUE(result.has_value()) << result.error().detail;
            EXPECT_EQ(result->number.value, round + 1);
            first += result->replayed ? 0 : 1;
        }
        EXPECT_EQ(first, 1);
    }
    EXPECT_EQ(entries(), 20);
}

TEST_F(DraftTest, StaysWhenItIsRefusedWithTheErrorsOfAnEntry) {
    const auto unbalanced = save(sale("1", "-2"));
    const auto refused = house.await(posting(*unbalanced));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "ledger.unbalanced");
    ASSERT_EQ(refused.error().fields.size(), 1U);
    EXPECT_EQ(refused.error().fields[0].pointer, "/lines");

    // What only the database finds.
    house.tamper(fmt::format(
        "update books.account set active = false where tenant_id = {} and account_id = {}",
        books.id.value,
        books.sales.value
    ));
    const auto inactive = save(sale("1", "-1"));
    const auto closed = house.await(posting(*inactive));
    ASSERT_FALSE(closed.has_value());
    EXPECT_EQ(closed.error().code, "ledger.account_inactive");
    ASSERT_EQ(closed.error().fields.size(), 1U);
    EXPECT_EQ(closed.error().fields[0].pointer, "/lines/1/account_id");
    EXPECT_TRUE(find(inactive->id).has_value());
    EXPECT_TRUE(find(unbalanced->id).has_value());
    EXPECT_EQ(entries(), 0);
}

TEST_F(DraftTest, IsNotPostedAsItWasBeforeAnotherEdit) {
    const auto draft = save(sale("1", "-1"));
    const KeptDraft changed = save_again(draft->id, sale("2", "-2"));
    EXPECT_EQ(house.await(posting(*draft)).error().code, "ledger.draft_changed");
    EXPECT_EQ(entries(), 0);
    EXPECT_TRUE(house.await(posting(changed)).has_value());
    EXPECT_EQ(house.number("select max(amount) from books.journal_line"), 200);
}

TEST_F(DraftTest, IsNotThereForAnotherTenantNorOnceDeleted) {
    const auto draft = save(sale("1", "-1"));
    TestLedger::Tenant other = house.open_books();  // its accounts have the same ids
    std::swap(books.id, other.id);
    EXPECT_FALSE(find(draft->id).has_value());
    EXPECT_EQ(house.await(posting(*draft)).error().code, "ledger.draft_not_found");
    std::swap(books.id, other.id);
    house.in_transaction(books.id, [&](pg::TenantTransaction& transaction) -> base::Task<bool> {
        co_await remove_draft(transaction, draft->id);
        co_return true;
    });
    EXPECT_EQ(house.await(posting(*draft)).error().code, "ledger.draft_not_found");
    EXPECT_GT(save(R"({"description": "Next"})")->id, draft->id) << "an id is never given twice";
}

TEST_F(DraftTest, AreSoManyAtMost) {
    house.tamper(fmt::format(
        "insert into books.draft select {}, n, 1, '{{}}', null, '', 0, 'user:test', now(), "
        "'user:test', now() from generate_series(5000, 5000 + {}) n",
        books.id.value,
        kDraftsMax - 2
    ));
    EXPECT_TRUE(save(R"({"description": "The last"})").has_value());
    const auto refused = save(R"({"description": "Too many"})");
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "ledger.too_many_drafts");
}

}  // namespace
}  // namespace accubooks::ledger
