#include <algorithm>

#include <gtest/gtest.h>

#include "ledger/internal/house_test.h"
#include "ledger/period_store.h"
#include "ledger/periods.h"
#include "ledger/year_close.h"

namespace accubooks::ledger {
namespace {

class PeriodTest : public ::testing::Test {
protected:
    base::Result<Period> act(std::string name, std::string period, std::string by = "user:ann") {
        return house.await(act_task(std::move(name), std::move(period), std::move(by)));
    }

    base::Task<base::Result<Period>> act_task(
        std::string name,
        std::string period,
        std::string by = "user:ann",
        base::Deadline deadline = TestLedger::deadline()
    ) {
        return act_on_period(
            house.pool,
            {.tenant = books.id,
             .act = std::move(name),
             .period = std::move(period),
             .by = {.actor = std::move(by)},
             .reason = "why",
             .deadline = deadline},
            house.clock.now()
        );
    }

    base::Result<Posted> post(std::string_view day, std::string key, std::string late = "") {
        Entry entry = house.sale(books, 100, day);
        entry.late_reason = std::move(late);
        return house.post(books.id, house.posting(std::move(entry), std::move(key)));
    }

    static std::string code_of(const auto& result) {
        return result ? "" : std::string{result.error().code};
    }

    TestLedger house;
    TestLedger::Tenant books = house.open_books();
};

TEST_F(PeriodTest, ClosesLocksAndTakesLateEntries) {
    ASSERT_TRUE(post("2026-01-20", "jan"));
    EXPECT_EQ(code_of(act("close", "2026-02")), "ledger.period_out_of_order");
    ASSERT_TRUE(act("close", "2026-01"));
    EXPECT_EQ(code_of(post("2026-01-31", "closed")), "ledger.period_closed");
    ASSERT_TRUE(post("2026-01-31", "late", "came by post"));
    EXPECT_EQ(code_of(post("2026-02-01", "not late", "why")), "ledger.period_not_closed");
    ASSERT_TRUE(post("2026-02-01", "feb"));
    ASSERT_TRUE(act("lock", "2026-01"));
    EXPECT_EQ(code_of(post("2026-01-31", "locked", "why")), "ledger.period_locked");
    EXPECT_EQ(code_of(act("ask_reopen", "2026-01")), "ledger.period_already_locked");
    EXPECT_EQ(house.verify_books(books.id).breaches, 0U);
}

TEST_F(PeriodTest, ATamperedBookIsNotLocked) {
    ASSERT_TRUE(post("2026-01-20", "jan"));
    ASSERT_TRUE(act("close", "2026-01"));
    house.tamper("update books.journal_entry set description = 'other'");
    const auto refused = act("lock", "2026-01");
    ASSERT_EQ(code_of(refused), "ledger.period_checks_failed");
    ASSERT_EQ(refused.error().fields.size(), 1U);
    EXPECT_EQ(refused.error().fields[0].pointer, "verify");
}

TEST_F(PeriodTest, ItsChecksTellBeforehandWhatALockWouldFind) {
    ASSERT_TRUE(post("2026-01-20", "jan"));
    const auto failing = [this] {
        const auto checked =
            house.await(check_period(house.pool, books.id, "2026-01", TestLedger::deadline()));
        EXPECT_TRUE(checked.has_value());
        std::string names;
        for (const PeriodCheck& check : checked->checks) {
            names += check.holds ? "" : fmt::format("{} ", check.name);
        }
        EXPECT_EQ(checked->entries_verified, 1U);
        return names;
    };
    EXPECT_EQ(failing(), "");
    house.tamper("update books.account set subtype = 'suspense' where code = '1000'");
    EXPECT_EQ(failing(), "suspense ");
    house.tamper("update books.journal_entry set description = 'other'");
    EXPECT_EQ(failing(), "suspense verify ");
}

TEST_F(PeriodTest, TheOneOwnerReopensADayAfterAsking) {
    ASSERT_TRUE(post("2026-01-20", "jan"));
    ASSERT_TRUE(act("close", "2026-01"));
    EXPECT_EQ(code_of(act("reopen", "2026-01")), "ledger.reopening_not_asked");
    ASSERT_TRUE(act("ask_reopen", "2026-01"));
    house.clock.advance(std::chrono::hours{24} - std::chrono::microseconds{1});
    EXPECT_EQ(code_of(act("reopen", "2026-01")), "ledger.notice_running");
    house.clock.advance(std::chrono::microseconds{1});
    ASSERT_TRUE(act("reopen", "2026-01"));
    EXPECT_TRUE(post("2026-01-31", "again"));
    EXPECT_EQ(house.verify_books(books.id).breaches, 0U);
}

TEST_F(PeriodTest, AReversalOfWhatIsClosedIsDatedToday) {
    ASSERT_TRUE(post("2026-01-20", "jan"));
    ASSERT_TRUE(act("close", "2026-01"));
    const auto reverse = [this](std::string key) {
        return house.await(house.journal.reverse(
            {.tenant = books.id,
             .idempotency_key = std::move(key),
             .actor = "user:ann",
             .deadline = TestLedger::deadline()},
            {.number = base::EntryNumber{1}, .reason = "typo"}
        ));
    };
    const auto reversed = reverse("undo");
    ASSERT_TRUE(reversed);
    const std::string today = base::to_rfc3339(house.clock.now()).substr(0, 10);
    EXPECT_EQ(
        house.number(fmt::format(
            "select count(*) from books.journal_entry where reverses = 1 and entry_date = "
            "greatest(date '{}', '2026-02-01')",
            today
        )),
        1
    );
    house.clock.advance(std::chrono::hours{240});
    const auto again = reverse("undo");
    ASSERT_TRUE(again) << "the same request on another day";
    EXPECT_TRUE(again->replayed);
}

TEST_F(PeriodTest, ACloseAndAPostNeverBothWin) {
    constexpr int kRounds = 200;
    const auto other = house.open_books();
    ASSERT_TRUE(post("0999-12-31", "first"));
    ASSERT_TRUE(act("close", "0999-12"));
    const auto closes = [](base::Task<base::Result<Period>> task) -> base::Task<bool> {
        co_return (co_await std::move(task)).has_value();
    };
    const auto posts = [](base::Task<std::vector<base::Result<Posted>>> task) -> base::Task<bool> {
        co_return (co_await std::move(task)).front().has_value();
    };
    const auto one_sale = [this](const TestLedger::Tenant& tenant, base::Date day, int round) {
        std::vector<Posting> postings;
        Entry entry = house.sale(tenant, 1, base::to_string(day));
        postings.push_back(house.posting(std::move(entry), fmt::format("round {}", round)));
        return postings;
    };
    Period period = *parse_period("1000-01", {});
    std::uint64_t posted_first = 0;
    for (int round = 0; round < kRounds; ++round, period = period_after(period)) {
        std::vector<base::Task<bool>> tasks;
        tasks.push_back(posts(house.posting_task(books.id, one_sale(books, period.last_day, round)))
        );
        if (round % 2 == 0) {
            // Then it shares its transaction with another tenant's.
            tasks.push_back(
                posts(house.posting_task(other.id, one_sale(other, period.last_day, round)))
            );
        }
        tasks.push_back(closes(act_task("close", name_of(period))));
        if (round % 4 < 2) {
            std::ranges::reverse(tasks);
        }
        const auto done = house.await_all(std::move(tasks));
        ASSERT_TRUE(round % 4 < 2 ? done.front() : done.back()) << "nobody else closes";
        posted_first += (round % 4 < 2 ? done.back() : done.front()) ? 1 : 0;
    }
    // What was posted came before the close: the chain says in which order they were.
    const auto verified = house.verify_books(books.id);
    EXPECT_EQ(verified.breaches, 0U);
    EXPECT_EQ(verified.entries, posted_first + 1);
    EXPECT_GT(posted_first, 0U);
    EXPECT_LT(posted_first, std::uint64_t{kRounds});
    EXPECT_EQ(house.verify_books(other.id).entries, std::uint64_t{kRounds} / 2);
}

class YearCloseTest : public PeriodTest {
protected:
    YearCloseTest() {
        house.tamper("update books.account set subtype = 'sales' where code = '4000'");
        retained = house.account(books.id, {.code = "3200", .type = "equity"});
        rent = house.account(books.id, {.code = "6200", .type = "expense"});
        house.tamper("update books.account set subtype = 'retained' where code = '3200'");
    }

    void book(
        base::AccountId debit,
        base::AccountId credit,
        std::int64_t units,
        std::string key,
        std::string_view day = "2025-06-30"
    ) {
        Entry entry = house.sale(books, units, day);
        entry.lines[0].account = debit;
        entry.lines[1].account = credit;
        const auto posted = house.post(books.id, house.posting(std::move(entry), std::move(key)));
        ASSERT_TRUE(posted) << posted.error().detail;
    }

    std::int64_t balance_of(base::AccountId account) {
        return house.number(fmt::format(
            "select coalesce(sum(base_debit - base_credit), 0)::bigint from books.account_balance "
            "where account_id = {}",
            account.value
        ));
    }

    YearClose::Request request(std::string year = "2025") {
        return {
            .tenant = books.id,
            .year = std::move(year),
            .actor = "user:ann",
            .deadline = TestLedger::deadline()
        };
    }

    YearClose year_close{house.pool, house.journal};
    base::AccountId retained;
    base::AccountId rent;
    int keys = 0;
};

// A worked example: income 50,000, expense 38,250.40.
TEST_F(YearCloseTest, CarriesTheYearsEarningsOverAndBack) {
    book(books.bank, books.sales, 50'000'00, "income");
    book(rent, books.bank, 38'250'40, "expense");
    const auto seen = house.await(year_close.preview(request()));
    ASSERT_TRUE(seen) << seen.error().detail;
    ASSERT_TRUE(seen->entry.has_value());
    EXPECT_EQ(seen->entry->lines.size(), 3U);
    EXPECT_EQ(seen->entry->lines.back().account, retained);
    EXPECT_EQ(seen->entry->lines.back().amount, -11'749'60);
    EXPECT_EQ(balance_of(retained), 0) << "nothing is posted by looking";
    EXPECT_EQ(house.await(year_close.state_of(request()))->closed_by, std::nullopt);
    const auto closed = house.await(year_close.close(request()));
    ASSERT_TRUE(closed) << closed.error().detail;
    EXPECT_EQ(house.await(year_close.state_of(request()))->closed_by, closed->number);
    EXPECT_EQ(code_of(house.await(year_close.preview(request()))), "ledger.year_closed");
    EXPECT_EQ(balance_of(retained), -11'749'60);
    EXPECT_EQ(balance_of(books.sales), 0);
    EXPECT_EQ(balance_of(rent), 0);
    EXPECT_EQ(
        house.number("select count(*) from books.journal_entry where entry_date = '2025-12-31' and "
                     "tags ->> 'closing' = '2025'"),
        1
    );
    EXPECT_EQ(code_of(house.await(year_close.close(request()))), "ledger.year_closed");

    ASSERT_TRUE(house.await(year_close.reopen(request(), "a bill was missing")));
    EXPECT_EQ(balance_of(retained), 0);
    EXPECT_EQ(balance_of(books.sales), -50'000'00);
    EXPECT_EQ(code_of(house.await(year_close.reopen(request(), "x"))), "ledger.year_not_closed");
    ASSERT_TRUE(house.await(year_close.close(request())));
    EXPECT_EQ(balance_of(retained), -11'749'60);
    EXPECT_EQ(house.verify_books(books.id).breaches, 0U);
}

TEST_F(YearCloseTest, IsMarkedLateInASoftClosedPeriodAndStaysOnceItIsLocked) {
    book(books.bank, books.sales, 100, "income");
    for (int month = 6; month <= 12; ++month) {
        ASSERT_TRUE(act("close", fmt::format("2025-{:02}", month)));
    }
    ASSERT_TRUE(house.await(year_close.close(request())));
    EXPECT_EQ(
        house.number("select count(*) from books.journal_entry where tags ? 'closing' and "
                     "late_reason is not null"),
        1
    );
    for (int month = 6; month <= 12; ++month) {
        ASSERT_TRUE(act("lock", fmt::format("2025-{:02}", month)));
    }
    EXPECT_EQ(
        code_of(house.await(year_close.reopen(request(), "too late"))), "ledger.period_locked"
    );
    EXPECT_EQ(house.verify_books(books.id).breaches, 0U);
}

TEST_F(YearCloseTest, RefusesWhatItCantClose) {
    EXPECT_EQ(code_of(house.await(year_close.close(request("25")))), "ledger.no_such_year");
    EXPECT_EQ(code_of(house.await(year_close.close(request()))), "ledger.nothing_to_close");
    book(books.bank, books.sales, 100, "income");
    auto to_bank = request();
    to_bank.retained = "1000";
    EXPECT_EQ(code_of(house.await(year_close.close(to_bank))), "ledger.retained_earnings_unknown");
    EXPECT_EQ(code_of(house.await(year_close.close(request("2024")))), "ledger.nothing_to_close");
}

// Else a year's earnings would be carried over twice: by its own close, and by that of the later
// one.
TEST_F(YearCloseTest, YearsAreClosedInOrderAndReopenedTheLastOneFirst) {
    book(books.bank, books.sales, 100, "before", "2024-06-30");
    book(books.bank, books.sales, 40, "income");
    ASSERT_TRUE(house.await(year_close.close(request("2025"))));
    EXPECT_EQ(balance_of(retained), -140);
    EXPECT_EQ(
        code_of(house.await(year_close.preview(request("2024")))), "ledger.later_year_closed"
    );
    EXPECT_EQ(code_of(house.await(year_close.state_of(request("2024")))), "");
    EXPECT_EQ(code_of(house.await(year_close.close(request("2024")))), "ledger.later_year_closed");
    ASSERT_TRUE(house.await(year_close.reopen(request("2025"), "the year before is due")));
    ASSERT_TRUE(house.await(year_close.close(request("2024"))));
    EXPECT_EQ(balance_of(retained), -100);
    ASSERT_TRUE(house.await(year_close.close(request("2025"))));
    EXPECT_EQ(balance_of(retained), -140);
    EXPECT_EQ(balance_of(books.sales), 0);
    EXPECT_EQ(
        code_of(house.await(year_close.reopen(request("2024"), "x"))), "ledger.later_year_closed"
    );
    EXPECT_EQ(house.verify_books(books.id).breaches, 0U);
}

TEST_F(YearCloseTest, NobodyReversesWhatClosedAYearInAnotherWay) {
    const auto reverse = [this](base::EntryNumber number) {
        return code_of(house.await(house.journal.reverse(
            {.tenant = books.id,
             .idempotency_key = fmt::format("reverse {}", ++keys),
             .actor = "user:ann",
             .deadline = TestLedger::deadline()},
            {.number = number, .reason = "typo"}
        )));
    };
    book(books.bank, books.sales, 100, "before", "2024-06-30");
    const auto first = house.await(year_close.close(request("2024")));
    book(books.bank, books.sales, 40, "income");
    ASSERT_TRUE(house.await(year_close.close(request("2025"))));
    EXPECT_EQ(reverse(first->number), "ledger.closes_year");
    ASSERT_TRUE(house.await(year_close.reopen(request("2025"), "why")));
    EXPECT_EQ(reverse(first->number), "ledger.closes_year") << "nor the last";
    const auto reopened = house.await(year_close.reopen(request("2024"), "why"));
    ASSERT_TRUE(reopened);
    EXPECT_EQ(reverse(reopened->number), "ledger.closes_year") << "that would close it";
    EXPECT_EQ(reverse(first->number), "ledger.already_reversed");
    // Another day of the year, or another year's tag or none, closes none.
    for (const auto& [day, tag] :
         {std::pair{"2024-12-30", "2024"},
          std::pair{"2024-12-31", "2023"},
          std::pair{"2024-12-31", "part"}}) {
        Entry entry = house.sale(books, 1, day);
        entry.tags = {{"closing", tag}};
        const auto posted = house.post(books.id, house.posting(std::move(entry), tag));
        EXPECT_FALSE(house.await(year_close.state_of(request("2024")))->closed_by);
        EXPECT_EQ(reverse(posted->number), "");
    }
    EXPECT_EQ(balance_of(books.sales), -140);
}

// The last one first.
TEST_F(YearCloseTest, OneThatSeveralEntriesClosedIsReopenedOneByOne) {
    book(books.bank, books.sales, 100, "income");
    for (const auto& [key, amount] :
         {std::pair{"closes income", -70}, std::pair{"the rest", -30}}) {
        Entry entry = house.sale(books, amount, "2025-12-31");
        entry.tags = {{"closing", "2025"}};
        ASSERT_TRUE(house.post(books.id, house.posting(std::move(entry), key)));
    }
    ASSERT_TRUE(house.await(year_close.reopen(request(), "why")));
    EXPECT_EQ(balance_of(books.sales), -30);
    ASSERT_TRUE(house.await(year_close.reopen(request(), "why")));
    EXPECT_EQ(balance_of(books.sales), -100);
    EXPECT_EQ(code_of(house.await(year_close.reopen(request(), "x"))), "ledger.year_not_closed");
}

// A reopening's key once had the number of closings alone.
TEST_F(YearCloseTest, IsReopenedUnderAKeyThatNoneBeforeItHad) {
    book(books.bank, books.sales, 100, "income");
    for (const char* key : {"closes income", "closes expenses"}) {
        Entry entry = house.sale(books, -50, "2025-12-31");
        entry.tags = {{"closing", "2025"}};
        ASSERT_TRUE(house.post(books.id, house.posting(std::move(entry), key)));
    }
    ASSERT_TRUE(house.await(year_close.reopen(request(), "why")));
    house.tamper(
        "update books.journal_entry set idempotency_key = E'year\\x1f2025\\x1f2\\x1fopen' where "
        "reverses is not null"
    );
    EXPECT_EQ(code_of(house.await(year_close.reopen(request(), "why"))), "");
    EXPECT_EQ(balance_of(books.sales), -100);
}

TEST_F(YearCloseTest, CarriesOverWhatIsPostedAtTheSameMoment) {
    static constexpr pg::Statement kHoldsUpSomebody{
        .name = "test.holds_up_somebody",
        .text =
            "select exists (select from pg_locks l where not l.granted and pg_backend_pid() = "
            "any(pg_blocking_pids(l.pid)))",
    };
    book(books.bank, books.sales, 100, "income");
    auto transaction = house.await(pg::TenantTransaction::begin(
        house.pool, books.id, pg::Access::read_write, TestLedger::deadline()
    ));
    ASSERT_TRUE(house.await(house.journal.post_entry(
        transaction, "meanwhile", "user:ben", house.sale(books, 40, "2025-07-01")
    )));
    const auto commit_once_somebody_waits = [&]() -> base::Task<bool> {
        bool is_waited_for = false;
        while (!is_waited_for) {
            const pg::Rows rows = co_await transaction.execute(kHoldsUpSomebody, {});
            is_waited_for = rows[0].get<bool>(0);
        }
        co_await transaction.commit();
        co_return true;
    };
    const auto close = [this]() -> base::Task<bool> {
        co_return (co_await year_close.close(request())).has_value();
    };
    std::vector<base::Task<bool>> tasks;
    tasks.push_back(commit_once_somebody_waits());
    tasks.push_back(close());
    EXPECT_EQ(house.await_all(std::move(tasks)), (std::vector<bool>{true, true}));
    EXPECT_EQ(balance_of(books.sales), 0);
    EXPECT_EQ(balance_of(retained), -140);
}

TEST_F(YearCloseTest, WaitsNotForLongWhereSomebodyHasTheBooksLocked) {
    book(books.bank, books.sales, 100, "income");
    {
        auto holder = house.await(pg::TenantTransaction::begin(
            house.pool, books.id, pg::Access::read_write, TestLedger::deadline()
        ));
        ASSERT_TRUE(house.await(lock_ledger(holder)));
        // Less than a statement waits for a lock otherwise.
        auto asked = request();
        asked.deadline = base::deadline_in(std::chrono::seconds{8});
        const auto refused = house.await(year_close.close(asked));
        ASSERT_EQ(code_of(refused), "ledger.queue_full");
        EXPECT_EQ(refused.error().kind, base::ErrorKind::overloaded);
        EXPECT_EQ(
            code_of(house.await(act_task("close", "2025-06", "user:ann", asked.deadline))),
            "ledger.queue_full"
        );
        auto other = house.await(pg::TenantTransaction::begin(
            house.pool, books.id, pg::Access::read_write, asked.deadline
        ));
        EXPECT_EQ(code_of(house.await(set_calendar(other, {}))), "ledger.queue_full");
    }
    ASSERT_TRUE(house.await(year_close.close(request())));
    EXPECT_EQ(code_of(house.await(year_close.reopen(request(), "why"))), "");
}

TEST_F(YearCloseTest, CarriesEachCommodityOverInKind) {
    house.commodity(books.id, "EUR", 2);
    Entry sale = house.sale(books, 1100, "2025-03-01");
    for (Line& line : sale.lines) {
        line.commodity = "EUR";
        line.amount = line.amount / 11 * 10;
    }
    ASSERT_TRUE(house.post(
        books.id,
        house.posting(
            std::move(sale), "euro", {{.code = "EUR", .scale = 2}, {.code = "USD", .scale = 2}}
        )
    ));
    ASSERT_TRUE(house.await(year_close.close(request())));
    EXPECT_EQ(
        house.number(fmt::format(
            "select count(*) from books.account_balance where account_id = {} and commodity = "
            "'EUR' "
            "and credit = 1000 and base_credit = 1100",
            retained.value
        )),
        1
    );
    EXPECT_EQ(house.verify_books(books.id).breaches, 0U);
}

}  // namespace
}  // namespace accubooks::ledger
