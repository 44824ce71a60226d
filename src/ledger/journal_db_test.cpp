#include <gtest/gtest.h>

#include "ledger/entry_store.h"
#include "ledger/internal/house_test.h"

namespace accubooks::ledger {
namespace {

class JournalTest : public ::testing::Test {
protected:
    Journal::Request request(std::string key) {
        return {
            .tenant = books.id,
            .idempotency_key = std::move(key),
            .actor = "user:test",
            .deadline = TestLedger::deadline(),
        };
    }

    DraftLine line(base::AccountId account, std::string_view amount, std::string currency = "USD") {
        return {
            .account = account,
            .amount = *base::Decimal::parse(amount),
            .commodity = std::move(currency),
        };
    }

    Draft sale(std::string_view amount, std::string currency = "USD") {
        return {
            .date = TestLedger::day("2026-03-01"),
            .description = "Sale",
            .tags = {{"project", "atlas"}},
            .lines =
                {line(books.bank, amount, currency),
                 line(books.sales, fmt::format("-{}", amount), currency)},
        };
    }

    base::Result<Posted> post(std::string key, Draft draft) {
        return house.await(house.journal.post(request(std::move(key)), std::move(draft)));
    }

    using BatchResult = base::Result<std::vector<base::Result<Posted>>>;
    BatchResult post_batch(std::string key, const std::vector<Draft>& drafts) {
        std::vector<base::Result<Draft>> given;
        std::string content;
        for (const Draft& draft : drafts) {
            given.emplace_back(draft);
            content += base::to_string(draft.lines.at(0).amount) + ';';
        }
        const auto asked = request(std::move(key));
        const base::Digest hash = base::sha256(content);
        if (const auto claimed = house.await(house.journal.claim_batch(asked, hash)); !claimed) {
            return std::unexpected(claimed.error());
        }
        return house.await(house.journal.post_batch(asked, std::move(given), hash));
    }

    base::Result<Posted> reverse(
        std::string key,
        std::int64_t number,
        std::optional<base::Date> date = {},
        std::string reason = "typo"
    ) {
        return house.await(house.journal.reverse(
            request(std::move(key)),
            {.number = base::EntryNumber{number}, .date = date, .reason = std::move(reason)}
        ));
    }

    std::optional<PostedEntry> find(std::int64_t number) {
        const auto task = [](pg::Pool& pool, base::TenantId tenant, std::int64_t wanted
                          ) -> base::Task<std::optional<PostedEntry>> {
            auto transaction = co_await pg::TenantTransaction::begin(
                pool, tenant, pg::Access::read_only, TestLedger::deadline()
            );
            co_return co_await find_entry(transaction, base::EntryNumber{wanted});
        };
        return house.await(task(house.pool, books.id, number));
    }

    TestLedger house;
    TestLedger::Tenant books = house.open_books();
};

TEST_F(JournalTest, StoresWhatWasGiven) {
    house.clock.set(base::Instant::from_unix_micros(1'772'000'000'123'456));
    const auto posted = post("key", sale("12.50"));
    ASSERT_TRUE(posted.has_value());
    const auto stored = find(1);
    ASSERT_TRUE(stored.has_value());
    EXPECT_EQ(stored->entry.description, "Sale");
    EXPECT_EQ(stored->entry.tags, (Tags{{"project", "atlas"}}));
    EXPECT_EQ(stored->entry.source, "api");
    EXPECT_EQ(stored->posted_by, "user:test");
    EXPECT_EQ(stored->posted_at.unix_micros(), 1'772'000'000'123'456);
    EXPECT_EQ(stored->idempotency_key, "key");
    EXPECT_EQ(stored->chain_hash, posted->chain_hash);
    ASSERT_EQ(stored->entry.lines.size(), 2U);
    EXPECT_EQ(stored->entry.lines[0].amount, 1250);
    EXPECT_EQ(stored->entry.lines[1].amount, -1250);
    EXPECT_FALSE(find(2).has_value());
    EXPECT_FALSE(find(0).has_value());
}

TEST_F(JournalTest, MakesCurrenciesOfTheWorldOnTheWay) {
    ASSERT_TRUE(post("key", sale("7", "JPY")).has_value());
    EXPECT_EQ(find(1)->entry.lines[0].amount, 7);
    const auto unknown = post("other", sale("7", "NOPE"));
    ASSERT_FALSE(unknown.has_value());
    EXPECT_EQ(unknown.error().code, "ledger.unknown_commodity");
}

TEST_F(JournalTest, NamesTheLinesOfWhatIsRefusedForTheirAccounts) {
    const auto parent = house.account(books.id, {.code = "2"});
    house.account(books.id, {.code = "3", .parent = parent});
    house.commodity(books.id, "EUR", 2);
    const auto euros = house.account(books.id, {.code = "4", .commodity = "EUR"});
    const auto inactive = house.account(books.id, {.code = "5"});
    house.tamper(
        fmt::format("update books.account set active = false where account_id = {}", inactive.value)
    );
    const auto between = [this](base::AccountId debited, base::AccountId credited) {
        Draft draft = sale("1");
        draft.lines = {line(debited, "1"), line(credited, "-3"), line(debited, "2")};
        return draft;
    };
    const auto told = [](const base::Result<Posted>& result) {
        std::string text;
        if (!result) {
            text = result.error().code;
            for (const base::FieldError& field : result.error().fields) {
                text += ' ' + field.pointer;
            }
        }
        return text;
    };
    EXPECT_EQ(
        told(post("inactive", between(inactive, books.sales))),
        "ledger.account_inactive /lines/0/account_id /lines/2/account_id"
    );
    // Of two reasons the one is told that the entry was refused for, where it holds.
    EXPECT_EQ(
        told(post("both", between(parent, inactive))), "ledger.account_inactive /lines/1/account_id"
    );
    EXPECT_EQ(
        told(post("currency", between(books.bank, euros))),
        "ledger.wrong_commodity /lines/1/currency"
    );
    const auto batch = post_batch(
        "batch",
        {between(books.bank, books.sales),
         between(books.bank, parent),
         sale("1", "NOPE"),
         between(euros, books.sales)}
    );
    ASSERT_TRUE(batch.has_value());
    EXPECT_EQ(told((*batch)[0]), "");
    EXPECT_EQ(told((*batch)[1]), "ledger.parent_account /entries/1/lines/1/account_id");
    EXPECT_EQ(
        told((*batch)[2]),
        "ledger.unknown_commodity /entries/2/lines/0/currency /entries/2/lines/1/currency"
    );
    EXPECT_EQ(
        told((*batch)[3]),
        "ledger.wrong_commodity /entries/3/lines/0/currency /entries/3/lines/2/currency"
    );
}

TEST_F(JournalTest, ReplaysASameDraftWhoeverSendsItAndRefusesAnother) {
    const auto first = post("key", sale("1"));
    house.clock.advance(std::chrono::hours{1});
    const auto again = post("key", sale("1.00"));
    ASSERT_TRUE(again.has_value());
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->chain_hash, first->chain_hash);
    const auto other = post("key", sale("2"));
    ASSERT_FALSE(other.has_value());
    EXPECT_EQ(other.error().code, "ledger.idempotency_conflict");
    // A refused draft leaves its key free.
    EXPECT_FALSE(post("free", sale("0")).has_value());
    EXPECT_TRUE(post("free", sale("1")).has_value());
}

TEST_F(JournalTest, PostsTheGoodDraftsOfABatchOnce) {
    const std::vector<Draft> drafts = {sale("1"), sale("0"), sale("3")};
    const auto results = post_batch("batch", drafts);
    ASSERT_TRUE(results.has_value());
    ASSERT_EQ(results->size(), 3U);
    EXPECT_EQ((*results)[0]->number.value, 1);
    EXPECT_EQ((*results)[1].error().code, "ledger.bad_entry");
    EXPECT_EQ((*results)[2]->number.value, 2);

    const auto again = post_batch("batch", drafts);
    ASSERT_TRUE(again.has_value());
    EXPECT_TRUE((*again)[0]->replayed);
    EXPECT_EQ((*again)[0]->chain_hash, (*results)[0]->chain_hash);
    EXPECT_FALSE((*again)[1].has_value());
    EXPECT_TRUE((*again)[2]->replayed);

    const auto other = post_batch("batch", {sale("1"), sale("4"), sale("3")});
    ASSERT_FALSE(other.has_value());
    EXPECT_EQ(other.error().code, "ledger.idempotency_conflict");
    EXPECT_EQ(house.number("select count(*) from books.journal_entry"), 2);
}

TEST_F(JournalTest, KeepsTheFirstAnswerToABatch) {
    const auto asked = request("batch");
    const base::Digest content = base::sha256("content");
    EXPECT_EQ(house.await(house.journal.claim_batch(asked, content)), std::nullopt);
    EXPECT_EQ(house.await(house.journal.claim_batch(asked, content)), std::nullopt)
        << "the first request is still under way";
    EXPECT_EQ(house.await(house.journal.keep_batch_answer(asked, "first")), "first");
    EXPECT_EQ(house.await(house.journal.keep_batch_answer(asked, "second")), "first");
    EXPECT_EQ(house.await(house.journal.claim_batch(asked, content)), "first");
}

TEST_F(JournalTest, ReversesAnEntryInFullOnce) {
    ASSERT_TRUE(post("key", sale("12.50")).has_value());
    const auto reversed = reverse("undo", 1);
    ASSERT_TRUE(reversed.has_value());
    EXPECT_EQ(reversed->number.value, 2);
    const auto reversal = find(2);
    EXPECT_EQ(reversal->entry.date, TestLedger::day("2026-03-01"));
    EXPECT_EQ(reversal->entry.reverses, base::EntryNumber{1});
    EXPECT_EQ(reversal->entry.reason, "typo");
    EXPECT_EQ(reversal->entry.source, "reversal");
    EXPECT_EQ(reversal->entry.lines[0].amount, -1250);
    EXPECT_EQ(find(1)->reversed_by, base::EntryNumber{2});
    EXPECT_EQ(
        house.number(
            "select sum(debit - credit)::bigint from books.account_balance where account_id = 1"
        ),
        0
    );

    const auto again = reverse("undo", 1);
    ASSERT_TRUE(again.has_value());
    EXPECT_TRUE(again->replayed);
    const auto twice = reverse("undo again", 1);
    ASSERT_FALSE(twice.has_value());
    EXPECT_EQ(twice.error().code, "ledger.already_reversed");
    EXPECT_EQ(twice.error().kind, base::ErrorKind::conflict);
    const auto other_date = reverse("undo", 1, TestLedger::day("2026-04-01"));
    ASSERT_FALSE(other_date.has_value());
    EXPECT_EQ(other_date.error().code, "ledger.idempotency_conflict");
}

TEST_F(JournalTest, ReversesOnlyWhatIsThereAndForAReason) {
    ASSERT_TRUE(post("key", sale("1")).has_value());
    const auto absent = reverse("undo", 9);
    ASSERT_FALSE(absent.has_value());
    EXPECT_EQ(absent.error().code, "ledger.entry_not_found");
    const auto silent = reverse("undo", 1, {}, "");
    ASSERT_FALSE(silent.has_value());
    EXPECT_EQ(silent.error().code, "ledger.reason_required");
}

TEST_F(JournalTest, MeasuresAgainWhenAScaleHasChanged) {
    house.commodity(books.id, "XAU", 2);
    ASSERT_TRUE(post("usd", sale("1")).has_value());  // the books are in memory now
    const auto widen = [&](int scale) {
        house.tamper(fmt::format("update books.commodity set scale = {} where code = 'XAU'", scale)
        );
    };
    widen(3);
    ASSERT_TRUE(post("gold", sale("1.5", "XAU")).has_value());
    EXPECT_EQ(find(2)->entry.lines[0].amount, 1500);
    widen(4);
    ASSERT_TRUE(reverse("undo", 1).has_value());
    widen(5);
    const auto batch = post_batch("batch", {sale("1")});
    ASSERT_TRUE(batch.has_value());
    EXPECT_TRUE(batch->at(0).has_value());
}

TEST_F(JournalTest, ReportsBooksThatAreNotThere) {
    auto elsewhere = request("key");
    elsewhere.tenant = base::TenantId{999};
    const auto refused = house.await(house.journal.post(elsewhere, sale("1")));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "ledger.no_books");
    EXPECT_EQ(refused.error().kind, base::ErrorKind::not_found);
}

TEST(IdempotencyKey, IsVisibleAsciiOfBoundedLength) {
    EXPECT_EQ(parse_idempotency_key(std::nullopt).error().code, "ledger.idempotency_key_required");
    for (const std::string& bad :
         {std::string{},
          std::string(201, 'k'),
          std::string{"a b"},
          std::string{"\x1f"},
          std::string{"é"}}) {
        const auto parsed = parse_idempotency_key(bad);
        ASSERT_FALSE(parsed.has_value());
        EXPECT_EQ(parsed.error().code, "ledger.bad_idempotency_key");
    }
    EXPECT_EQ(parse_idempotency_key(std::string(200, '~')), std::string(200, '~'));
}

}  // namespace
}  // namespace accubooks::ledger
