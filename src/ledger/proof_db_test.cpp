#include <gtest/gtest.h>

#include "ledger/chain.h"
#include "ledger/internal/house_test.h"
#include "ledger/proof.h"

namespace accubooks::ledger {
namespace {

/// The hash that the proof's parts give, by what its header says of them.
base::Digest recomputed(const EntryProof& proof) {
    base::Digest head = proof.previous;
    for (const std::string& link : proof.links) {
        head = link_hash(head, link);
    }
    return chain_hash(head, proof.number, base::sha256(proof.canonical));
}

class ProofTest : public ::testing::Test {
protected:
    void post(std::string_view key) {
        ASSERT_TRUE(house.post(
            books.id, house.posting(house.sale(books, 100, "2026-06-15"), std::string{key})
        ));
    }

    /// `books.act_on_period` on a month, as its owner would.
    void act(std::string_view name, std::string_view day) {
        house.tamper(fmt::format(
            "select books.act_on_period({}, '{}', '{}', 'user:ann', '2026-05-01 12:00+00', 'why', "
            "true)",
            books.id.value,
            name,
            day
        ));
    }

    void restore() {
        house.tamper(fmt::format(
            "select books.open_epoch({}, '2026-02-01 10:00+00', '2026-02-01 11:00+00', 'disk', 9)",
            books.id.value
        ));
    }

    std::optional<EntryProof> proof_of(std::int64_t number) {
        return house.in_transaction(books.id, [number](pg::TenantTransaction& transaction) {
            return prove_entry(transaction, base::EntryNumber{number});
        });
    }

    TestLedger house;
    TestLedger::Tenant books = house.open_books();
};

TEST_F(ProofTest, GivesTheHashOfEachEntryFromTheOneBefore) {
    for (const char* key : {"a", "b", "c"}) {
        post(key);
    }
    base::Digest before = genesis_hash();
    for (std::int64_t number = 1; number <= 3; ++number) {
        const auto proof = proof_of(number);
        ASSERT_TRUE(proof.has_value());
        EXPECT_EQ(proof->previous, before);
        EXPECT_EQ(recomputed(*proof), proof->hash);
        EXPECT_EQ(proof->next.has_value(), number < 3);
        before = proof->hash;
    }
    EXPECT_FALSE(proof_of(4).has_value());
}

TEST_F(ProofTest, LeadsThroughRestoresAndActsOnPeriodsInTheirOrder) {
    post("a");
    act("close", "2026-06-01");
    restore();
    act("lock", "2026-06-01");
    ASSERT_TRUE(house.post(books.id, house.posting(house.sale(books, 1, "2026-07-01"), "b")));
    const auto proof = proof_of(2);
    ASSERT_TRUE(proof.has_value());
    EXPECT_EQ(proof->links.size(), 3U);
    EXPECT_EQ(recomputed(*proof), proof->hash);
    EXPECT_EQ(house.verify_books(books.id).breaches, 0U);
}

TEST_F(ProofTest, DoesNotHoldOfWhatWasChanged) {
    post("a");
    house.tamper("update books.journal_line set memo = 'for the boss'");
    const auto proof = proof_of(1);
    ASSERT_TRUE(proof.has_value());
    EXPECT_NE(recomputed(*proof), proof->hash);
}

}  // namespace
}  // namespace accubooks::ledger
