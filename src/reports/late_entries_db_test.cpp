#include <algorithm>

#include <gtest/gtest.h>

#include "reports/internal/posted_books_test.h"
#include "reports/late_entries.h"

namespace accubooks::reports {
namespace {

class LateEntriesTest : public ::testing::Test, protected PostedBooks {
protected:
    /// March and before are closed; entries 1 to 4: in time, late, late with a tag, in April.
    void SetUp() override {
        const auto bank = books.account(tenant, {.code = "1"});
        const auto sales = books.account(tenant, {.code = "4", .type = "revenue"});
        post({move(5, day("2026-03-15"), sales, bank)});
        books.tamper("update books.ledger set closed_through = '2026-03-31'");
        Entry late = move(7, day("2026-03-31"), sales, bank);
        late.late_reason = "came by post";
        Entry tagged = move(9, day("2026-02-28"), sales, bank);
        tagged.late_reason = "forgotten";
        tagged.tags = {{"project", "atlas"}};
        post({late, tagged, move(11, day("2026-04-01"), sales, bank)});
    }

    base::Result<LateEntries> ask(DateRange range, Scope scope = {.closing = Closing::include}) {
        return books.await(late_entries(
            books.pool, tenant, {.range = range, .scope = std::move(scope)}, TestBooks::deadline()
        ));
    }
    std::vector<std::int64_t> numbers(DateRange range, Scope scope = {}) {
        const auto late = ask(range, std::move(scope));
        EXPECT_TRUE(late.has_value());
        std::vector<std::int64_t> found;
        for (const LateEntry& entry : late->entries) {
            found.push_back(entry.number.value);
        }
        return found;
    }
};

using Numbers = std::vector<std::int64_t>;

TEST_F(LateEntriesTest, SayWhoPostedThemAndWhy) {
    const auto late = ask({});
    ASSERT_TRUE(late.has_value());
    ASSERT_EQ(late->entries.size(), 2U);
    EXPECT_EQ(late->last_entry.value, 4);
    const LateEntry& first = late->entries.front();
    EXPECT_EQ(first.number.value, 3);
    EXPECT_EQ(first.date, day("2026-02-28"));
    EXPECT_EQ(ledger::name_of(first.period), "2026-02");
    EXPECT_EQ(first.description, "Move");
    EXPECT_TRUE(first.base_debit == 9);
    EXPECT_EQ(first.posted_by, "user:test");
    EXPECT_EQ(first.reason, "forgotten");
    EXPECT_EQ(late->entries.back().reason, "came by post");
}

TEST_F(LateEntriesTest, AreThoseOfTheDaysAndThePartThatIsAskedFor) {
    EXPECT_EQ(numbers({}), (Numbers{3, 2}));
    EXPECT_EQ(numbers({.from = day("2026-03-01")}), Numbers{2});
    EXPECT_EQ(numbers({.to = day("2026-03-30")}), Numbers{3});
    EXPECT_EQ(numbers({}, {.tags = {{"project", "atlas"}}}), Numbers{3});
    EXPECT_EQ(numbers({}, {.known_at = base::EntryNumber{2}}), Numbers{2});
    const auto backwards = ask({.from = day("2026-02-01"), .to = day("2026-01-31")});
    ASSERT_FALSE(backwards.has_value());
    EXPECT_EQ(backwards.error().code, "reports.bad_range");
}

TEST_F(LateEntriesTest, AreOfThePeriodsOfTheTenantsCalendar) {
    books.tamper("update books.ledger set year_starts_month = 4, year_starts_day = 6");
    EXPECT_EQ(ledger::name_of(ask({})->entries.front().period), "2026-02");
    books.tamper("update books.ledger set year_starts_day = 28");
    EXPECT_EQ(ledger::name_of(ask({.from = day("2026-03-01")})->entries.front().period), "2026-03");
    books.tamper(
        "update books.journal_entry set entry_date = '2026-03-27' where late_reason is not null"
    );
    EXPECT_EQ(ledger::name_of(ask({})->entries.front().period), "2026-02");
}

}  // namespace
}  // namespace accubooks::reports
