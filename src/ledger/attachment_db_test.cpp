#include <gtest/gtest.h>

#include "ledger/attachment_store.h"
#include "ledger/internal/house_test.h"

namespace accubooks::ledger {
namespace {

class AttachmentTest : public ::testing::Test {
protected:
    void SetUp() override {
        for (const char* key : {"a", "b"}) {
            ASSERT_TRUE(house.post(books.id, house.posting(house.sale(books, 1), key)).has_value());
        }
    }

    base::Result<Attachment> put(std::int64_t number, std::string name, std::string content) {
        return house.in_transaction(books.id, [&](pg::TenantTransaction& transaction) {
            return attach(
                transaction,
                base::EntryNumber{number},
                {.name = std::move(name),
                 .media_type = "text/plain",
                 .content = std::move(content),
                 .actor = "user:test"}
            );
        });
    }

    std::int64_t count(std::string_view table) {
        return house.number(fmt::format("select count(*) from books.{}", table));
    }

    TestLedger house;
    TestLedger::Tenant books = house.open_books();
};

TEST_F(AttachmentTest, IsKeptOnceByItsDigestAndLinkedToEachEntry) {
    const std::string content{"a\0b", 3};
    const auto first = put(1, "a.txt", content);
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(first->sha256, base::sha256(content));
    EXPECT_EQ(first->bytes, 3);
    EXPECT_EQ(put(1, "another name.txt", content)->name, "a.txt") << "it stays as it was";
    EXPECT_TRUE(put(2, "b.txt", content).has_value());
    EXPECT_EQ(count("document"), 1);
    EXPECT_EQ(count("attachment"), 2);
    const auto found = house.in_transaction(books.id, [&](pg::TenantTransaction& transaction) {
        return find_attachment(transaction, base::EntryNumber{2}, first->sha256);
    });
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->attachment.name, "b.txt");
    EXPECT_EQ(found->content, content);
    const auto listed = house.in_transaction(books.id, [](pg::TenantTransaction& transaction) {
        return attachments_of(transaction, base::EntryNumber{1});
    });
    ASSERT_TRUE(listed.has_value());
    ASSERT_EQ(listed->size(), 1U);
    EXPECT_EQ(listed->front().name, "a.txt");
    EXPECT_EQ(house.verify_books(books.id).breaches, 0U);
}

TEST_F(AttachmentTest, NeedsAnEntryAndHasABound) {
    EXPECT_EQ(put(3, "a", "a").error().code, "ledger.entry_not_found");
    for (std::int64_t at = 0; at < DocumentBounds{}.of_entry; ++at) {
        ASSERT_TRUE(put(1, "n", fmt::to_string(at)).has_value());
    }
    EXPECT_EQ(put(1, "n", "one more").error().code, "ledger.too_many_attachments");
    EXPECT_TRUE(put(1, "n", "7").has_value()) << "this one is there already";
    EXPECT_TRUE(put(2, "n", "one more").has_value());
}

TEST_F(AttachmentTest, IsFoundOutWhenItsContentWasChanged) {
    ASSERT_TRUE(put(1, "a.txt", "a").has_value());
    house.tamper(
        "alter table books.document drop constraint document__sha256;"
        "update books.document set content = 'b'"
    );
    const Verification found = house.verify_books(books.id);
    ASSERT_EQ(found.breaches, 1U);
    EXPECT_EQ(found.first_breaches[0].check, "documents");
}

}  // namespace
}  // namespace accubooks::ledger
