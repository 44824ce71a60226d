#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/canonical_json.h"
#include "ledger/draft_attachment_store.h"
#include "ledger/draft_json.h"
#include "ledger/internal/house_test.h"

namespace accubooks::ledger {
namespace {

class DraftAttachmentTest : public ::testing::Test {
protected:
    KeptDraft save() {
        const auto body = boost::json::parse(fmt::format(
            R"({{"date":"2026-03-01","description":"Sale","lines":[{{"account_id":{},"amount":"1","currency":"USD"}},)"
            R"({{"account_id":{},"amount":"-1","currency":"USD"}}]}})",
            books.bank.value,
            books.sales.value
        ));
        return *house.in_transaction(books.id, [&](pg::TenantTransaction& transaction) {
            return insert_draft(
                transaction,
                {.json = *base::canonical_json(body),
                 .read = *unfinished_of(body),
                 .actor = "user:writer"}
            );
        });
    }

    base::Result<Attachment> put(
        DraftId draft, std::string name, std::string content, DocumentBounds bounds = {}
    ) {
        return house.in_transaction(books.id, [&](pg::TenantTransaction& transaction) {
            return attach(
                transaction,
                draft,
                {.name = std::move(name),
                 .media_type = "text/plain",
                 .content = std::move(content),
                 .actor = "user:writer",
                 .at = house.clock.now()},
                bounds
            );
        });
    }

    std::vector<std::string> names_of(auto holder) {
        const auto listed = house.in_transaction(books.id, [&](pg::TenantTransaction& transaction) {
            return attachments_of(transaction, holder);
        });
        std::vector<std::string> names;
        for (const Attachment& each : *listed) {
            names.push_back(each.name);
        }
        return names;
    }

    base::Result<Posted> post(const KeptDraft& draft) {
        return house.await(house.journal.post_draft(
            {.tenant = books.id,
             .idempotency_key = {},
             .actor = "user:poster",
             .deadline = TestLedger::deadline()},
            draft.id,
            draft.version,
            *draft_of(draft)
        ));
    }

    /// The draft as it stands now.
    KeptDraft find(DraftId draft) {
        return *house.in_transaction(books.id, [&](pg::TenantTransaction& transaction) {
            return find_draft(transaction, draft);
        });
    }

    bool take_away(DraftId draft, base::Digest sha256) {
        return house.in_transaction(books.id, [&](pg::TenantTransaction& transaction) {
            return detach(transaction, draft, sha256, "user:other", house.clock.now());
        });
    }

    std::int64_t count(std::string_view table) {
        return house.number(fmt::format("select count(*) from books.{}", table));
    }

    TestLedger house;
    TestLedger::Tenant books = house.open_books();
};

using Names = std::vector<std::string>;

TEST_F(DraftAttachmentTest, BecomesTheEntrysWhenTheDraftIsPosted) {
    const KeptDraft draft = save();
    const auto put_first = put(draft.id, "a.txt", "a");
    ASSERT_TRUE(put_first.has_value());
    ASSERT_TRUE(put(draft.id, "b.txt", "b").has_value());
    EXPECT_EQ(put(draft.id, "another name.txt", "a")->name, "a.txt") << "it stays as it was";
    EXPECT_EQ(names_of(draft.id).size(), 2U);
    EXPECT_EQ(count("document"), 0) << "nothing of a draft is in the books";

    EXPECT_FALSE(post(draft).has_value()) << "this isn't the draft that was looked at";
    const auto posted = post(find(draft.id));
    ASSERT_TRUE(posted.has_value()) << posted.error().detail;
    EXPECT_EQ(count("draft_document"), 0);
    EXPECT_EQ(names_of(posted->number).size(), 2U);
    const auto found = house.in_transaction(books.id, [&](pg::TenantTransaction& transaction) {
        return find_attachment(transaction, posted->number, put_first->sha256);
    });
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->content, "a");
    EXPECT_EQ(found->attachment.name, "a.txt");
    EXPECT_EQ(found->attachment.attached_by, "user:writer") << "not by who posted it";
    EXPECT_EQ(house.verify_books(books.id).breaches, 0U);
}

TEST_F(DraftAttachmentTest, IsKeptOnceWhenAnEntryHasItAlready) {
    for (const char* name : {"first.txt", "second.txt"}) {
        const KeptDraft draft = save();
        ASSERT_TRUE(put(draft.id, name, "the same").has_value());
        const auto posted = post(find(draft.id));
        ASSERT_TRUE(posted.has_value()) << posted.error().detail;
        EXPECT_EQ(names_of(posted->number), Names{name});
    }
    EXPECT_EQ(count("document"), 1);
    EXPECT_EQ(count("attachment"), 2);
}

TEST_F(DraftAttachmentTest, GoesAwayAloneOrWithItsDraft) {
    const KeptDraft draft = save();
    const auto first = put(draft.id, "a.txt", "a");
    ASSERT_TRUE(put(draft.id, "b.txt", "b").has_value());
    EXPECT_TRUE(take_away(draft.id, first->sha256));
    EXPECT_FALSE(take_away(draft.id, first->sha256));
    EXPECT_EQ(names_of(draft.id), Names{"b.txt"});
    house.in_transaction(books.id, [&](pg::TenantTransaction& transaction) -> base::Task<bool> {
        co_await remove_draft(transaction, draft.id);
        co_return true;
    });
    EXPECT_EQ(count("draft_document"), 0);
    EXPECT_EQ(put(draft.id, "c.txt", "c").error().code, "ledger.draft_not_found");
}

TEST_F(DraftAttachmentTest, RaisesTheDraftsVersionAsItComesAndGoes) {
    const DraftId draft = save().id;
    EXPECT_EQ(find(draft).version, 1);
    const auto first = put(draft, "a.txt", "a");
    EXPECT_EQ(find(draft).version, 2);
    EXPECT_EQ(find(draft).changed_by, "user:writer");
    ASSERT_TRUE(put(draft, "again.txt", "a").has_value());
    EXPECT_EQ(find(draft).version, 2) << "nothing changed";
    ASSERT_TRUE(take_away(draft, first->sha256));
    EXPECT_EQ(find(draft).version, 3);
    EXPECT_EQ(find(draft).changed_by, "user:other");
    EXPECT_FALSE(take_away(draft, first->sha256));
    EXPECT_EQ(find(draft).version, 3);
}

TEST_F(DraftAttachmentTest, TakenAwayAgainWasTakenThatDayAllTheSame) {
    const DraftId draft = save().id;
    const DocumentBounds bounds{.of_day = 3, .day_bytes = 100};
    for (int at = 0; at < 3; ++at) {
        const auto taken = put(draft, "a.txt", "a", bounds);
        ASSERT_TRUE(taken.has_value()) << at;
        ASSERT_TRUE(take_away(draft, taken->sha256));
    }
    EXPECT_EQ(put(draft, "a.txt", "a", bounds).error().code, "ledger.too_many_documents");
    const base::Instant today = house.clock.now();
    house.clock.set(today + std::chrono::hours{24});
    EXPECT_TRUE(put(draft, "a.txt", "a", bounds).has_value());
    EXPECT_TRUE(put(draft, "b.txt", "b", bounds).has_value());
    // A program whose clock is still on the day before begins no day anew.
    house.clock.set(today);
    EXPECT_TRUE(put(draft, "c.txt", "c", bounds).has_value());
    EXPECT_EQ(put(draft, "d.txt", "d", bounds).error().code, "ledger.too_many_documents");
    // One whose clock was a month ahead doesn't shut the days until then.
    house.clock.set(today + std::chrono::hours{30 * 24});
    EXPECT_TRUE(put(draft, "e.txt", "e", bounds).has_value());
    EXPECT_TRUE(put(draft, "f.txt", "f", bounds).has_value());
    EXPECT_TRUE(put(draft, "g.txt", "g", bounds).has_value());
    house.clock.set(today);
    EXPECT_TRUE(put(draft, "h.txt", "h", bounds).has_value());
}

TEST_F(DraftAttachmentTest, HasTheBoundsOfADraftAndOfADay) {
    const KeptDraft draft = save();
    const DocumentBounds bounds{.of_entry = 3, .entry_bytes = 10, .of_day = 4, .day_bytes = 14};
    const auto code_of = [&](DraftId of, std::string content) {
        const auto result = put(of, "n", std::move(content), bounds);
        return result ? "" : std::string{result.error().code};
    };
    EXPECT_EQ(code_of(draft.id, "12345"), "");
    EXPECT_EQ(code_of(draft.id, "123456"), "ledger.too_many_attachments") << "too many bytes";
    EXPECT_EQ(code_of(draft.id, "1234"), "");
    EXPECT_EQ(code_of(draft.id, "1"), "");
    EXPECT_EQ(code_of(draft.id, ""), "ledger.too_many_attachments") << "too many of them";
    EXPECT_EQ(code_of(draft.id, "1"), "") << "this one is there already";

    const KeptDraft other = save();
    EXPECT_EQ(code_of(other.id, "12345"), "ledger.too_many_documents") << "too many bytes";
    EXPECT_EQ(code_of(other.id, "12"), "");
    EXPECT_EQ(code_of(other.id, "3"), "ledger.too_many_documents") << "too many of them";
    // What an entry has counts for the day too.
    ASSERT_TRUE(post(find(draft.id)).has_value());
    EXPECT_EQ(code_of(other.id, "3"), "ledger.too_many_documents");
    house.clock.set(house.clock.now() + std::chrono::hours{24});
    EXPECT_EQ(code_of(other.id, "3"), "");
}

}  // namespace
}  // namespace accubooks::ledger
