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

    const auto posted = post(draft);
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
        const auto posted = post(draft);
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
    const auto take_away = [&] {
        return house.in_transaction(books.id, [&](pg::TenantTransaction& transaction) {
            return detach(transaction, draft.id, first->sha256);
        });
    };
    EXPECT_TRUE(take_away());
    EXPECT_FALSE(take_away());
    EXPECT_EQ(names_of(draft.id), Names{"b.txt"});
    house.in_transaction(books.id, [&](pg::TenantTransaction& transaction) -> base::Task<bool> {
        co_await remove_draft(transaction, draft.id);
        co_return true;
    });
    EXPECT_EQ(count("draft_document"), 0);
    EXPECT_EQ(put(draft.id, "c.txt", "c").error().code, "ledger.draft_not_found");
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
    ASSERT_TRUE(post(draft).has_value());
    EXPECT_EQ(code_of(other.id, "3"), "ledger.too_many_documents");
    house.clock.set(house.clock.now() + std::chrono::hours{24});
    EXPECT_EQ(code_of(other.id, "3"), "");
}

}  // namespace
}  // namespace accubooks::ledger
