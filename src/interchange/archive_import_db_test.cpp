#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "interchange/archive_import.h"
#include "interchange/books_export.h"
#include "ledger/period_store.h"
#include "ledger/periods.h"
#include "ledger/posting.h"
#include "ledger/verification.h"
#include "pg/failure.h"
#include "testing/fake_clock.h"
#include "testing/test_books.h"

namespace accubooks::interchange {
namespace {

using testing::TestBooks;

class ArchiveImportTest : public ::testing::Test {
protected:
    base::TenantId open_books() {
        const base::TenantId tenant = books.tenant();
        bank = books.account(tenant, {.code = "1000"});
        sales = books.account(tenant, {.code = "4000", .type = "revenue"});
        return tenant;
    }

    std::string post(base::TenantId tenant, std::string_view day, std::string late = "") {
        ledger::Entry entry = sale(day);
        entry.late_reason = std::move(late);
        return post(tenant, std::move(entry));
    }

    ledger::Entry sale(std::string_view day) const {
        return {
            .date = *base::Date::parse(day),
            .description = "Sale",
            .lines =
                {{.account = bank, .commodity = "USD", .amount = 5, .base_amount = 5},
                 {.account = sales, .commodity = "USD", .amount = -5, .base_amount = -5}},
        };
    }

    std::string post(base::TenantId tenant, ledger::Entry entry) {
        std::vector<ledger::Posting> postings;
        postings.push_back({
            .entry = std::move(entry),
            .commodities = scales,
            .idempotency_key = fmt::format("key {}", ++keys),
            .request_hash = base::sha256(fmt::to_string(keys)),
            .posted_by = "user:test",
        });
        const auto done =
            books.await(poster.post(tenant, std::move(postings), TestBooks::deadline()));
        return done.front() ? "" : std::string{done.front().error().code};
    }

    std::string act(base::TenantId tenant, std::string name, std::string period) {
        const auto done = books.await(ledger::act_on_period(
            books.pool,
            {.tenant = tenant,
             .act = std::move(name),
             .period = std::move(period),
             .by = {.actor = "user:ann"},
             .reason = "agreed",
             .deadline = TestBooks::deadline()},
            clock.now()
        ));
        return done ? "" : std::string{done.error().code};
    }

    base::AccountId account_of(base::TenantId tenant, std::string_view code) {
        return base::AccountId{books.number(fmt::format(
            "select account_id from books.account where tenant_id = {} and code = '{}'",
            tenant.value,
            code
        ))};
    }

    template <class Work>
    auto in_transaction(base::TenantId tenant, Work work) {
        using Task = decltype(work(std::declval<pg::TenantTransaction&>()));
        const auto task = [](pg::Pool& of, base::TenantId whose, Work inner) -> Task {
            auto transaction = co_await pg::TenantTransaction::begin(
                of, whose, pg::Access::read_write, TestBooks::deadline()
            );
            auto result = co_await inner(transaction);
            co_await transaction.commit();
            co_return result;
        };
        return books.await(task(books.pool, tenant, std::move(work)));
    }

    std::string exported(base::TenantId tenant) {
        auto made =
            books.await(BooksExport::begin(books.pool, clock, tenant, TestBooks::deadline()));
        std::string all;
        const ExportSink sink = [&all](std::string piece) { return keep(all, std::move(piece)); };
        EXPECT_TRUE(books.await(made->write(ExportFormat::jsonl, sink)));
        return all;
    }

    std::string import_into(base::TenantId tenant, const std::string& archive) {
        std::istringstream in{archive};
        const auto done = books.await(import_archive(
            books.pool, clock, tenant, in, "archive", {.actor = "cli:test"}, TestBooks::deadline()
        ));
        return done ? "" : done.error().detail;
    }

    /// "2 close 2026-04-06 agreed": after which entry, what, from when, why.
    std::vector<std::string> acts_of(base::TenantId tenant) {
        const auto acts = in_transaction(tenant, [](pg::TenantTransaction& transaction) {
            return ledger::period_acts(transaction);
        });
        std::vector<std::string> told;
        for (const ledger::PeriodAct& each : acts) {
            told.push_back(fmt::format(
                "{} {} {} {}",
                each.after.value,
                each.act,
                base::to_string(each.period.first_day),
                each.reason
            ));
        }
        return told;
    }

    ledger::PeriodBook book_of(base::TenantId tenant) {
        return *in_transaction(tenant, [](pg::TenantTransaction& transaction) {
            return ledger::period_book(transaction);
        });
    }

    TestBooks books;
    testing::FakeClock clock;
    ledger::Poster poster{books.io.get_executor(), books.pool, clock};
    std::shared_ptr<const std::vector<base::Commodity>> scales =
        std::make_shared<const std::vector<base::Commodity>>(
            std::vector<base::Commodity>{{.code = "USD", .scale = 2}}
        );
    base::AccountId bank{};
    base::AccountId sales{};
    int keys = 0;

private:
    static base::Task<bool> keep(std::string& all, std::string piece) {
        all += piece;
        co_return true;
    }
};

TEST_F(ArchiveImportTest, WhatWasClosedIsClosedAndWhatWasLateIsLate) {
    const base::TenantId tenant = open_books();
    ASSERT_TRUE(in_transaction(tenant, [](pg::TenantTransaction& transaction) {
        return ledger::set_calendar(
            transaction,
            {.year_starts_month = 4, .year_starts_day = 6, .time_zone = "Europe/London"}
        );
    }));
    EXPECT_EQ(post(tenant, "2026-04-10"), "");
    EXPECT_EQ(act(tenant, "close", "2026-04"), "");
    EXPECT_EQ(post(tenant, "2026-05-05", "came by post"), "");
    EXPECT_EQ(act(tenant, "close", "2026-05"), "");
    EXPECT_EQ(act(tenant, "ask_reopen", "2026-05"), "");
    clock.advance(std::chrono::hours{24});
    EXPECT_EQ(act(tenant, "reopen", "2026-05"), "");
    EXPECT_EQ(post(tenant, "2026-05-10"), "");
    EXPECT_EQ(act(tenant, "close", "2026-05"), "");
    EXPECT_EQ(act(tenant, "lock", "2026-04"), "");
    const std::string archive = exported(tenant);

    const base::TenantId again = books.tenant();
    ASSERT_EQ(import_into(again, archive), "");
    EXPECT_EQ(acts_of(again), acts_of(tenant));
    EXPECT_EQ(acts_of(again).size(), 6U);
    EXPECT_EQ(book_of(again).closure, book_of(tenant).closure);
    EXPECT_EQ(book_of(again).calendar.year_starts_day, 6U);
    EXPECT_EQ(book_of(again).calendar.time_zone, "Europe/London");
    EXPECT_EQ(
        books.number(fmt::format(
            "select number from books.journal_entry where tenant_id = {} and late_reason = 'came "
            "by post'",
            again.value
        )),
        2
    );
    const auto verified = books.await(ledger::verify(books.pool, again, {}, TestBooks::deadline()));
    EXPECT_EQ(verified.breaches, 0U);
    EXPECT_EQ(post(again, "2026-05-05", "too late"), "ledger.period_locked");
    EXPECT_EQ(post(again, "2026-05-06"), "ledger.period_closed");
    EXPECT_EQ(act(again, "close", "2026-06"), "");
    EXPECT_NE(import_into(again, archive), "") << "it isn't new any more";
}

TEST_F(ArchiveImportTest, ActsThatCanNotFollowEachOtherAreRefusedWithTheirLine) {
    const base::TenantId tenant = open_books();
    EXPECT_EQ(post(tenant, "2026-04-10"), "");
    EXPECT_EQ(act(tenant, "close", "2026-04"), "");
    std::string archive = exported(tenant);
    const std::string_view close = R"("act":"close")";
    for (const char* other : {"lock", "ask_reopen", "reopen", "unheard_of"}) {
        std::string changed = archive;
        changed.replace(changed.find(close), close.size(), fmt::format(R"("act":"{}")", other));
        const base::TenantId again = books.tenant();
        EXPECT_EQ(
            import_into(again, changed), "archive:5: act 1 on a period can't follow those before it"
        ) << other;
        EXPECT_EQ(
            books.number(
                fmt::format("select count(*) from books.account where tenant_id = {}", again.value)
            ),
            0
        );
    }
}

// As it could be reversed before a year was reopened in the years' order alone.
TEST_F(ArchiveImportTest, WhatClosedAYearAndWasReversedInTheOrdinaryWayIsRestored) {
    const base::TenantId tenant = open_books();
    const auto year_begins_in = [&](unsigned month) {
        ASSERT_TRUE(in_transaction(tenant, [month](pg::TenantTransaction& transaction) {
            return ledger::set_calendar(
                transaction, {.year_starts_month = month, .year_starts_day = 1, .time_zone = "UTC"}
            );
        }));
    };
    ledger::Entry closing = sale("2025-12-31");
    closing.tags = {{"closing", "2025"}};
    const auto reversal = [&closing](std::int64_t of) {
        return *ledger::reversal_of(
            {.number = base::EntryNumber{of}, .entry = closing}, closing.date, "typo", ""
        );
    };
    year_begins_in(2);  // so that nothing closes a year yet
    ASSERT_EQ(post(tenant, closing), "");
    ASSERT_EQ(post(tenant, reversal(1)), "");
    ASSERT_EQ(post(tenant, closing), "");
    year_begins_in(1);
    EXPECT_EQ(post(tenant, reversal(3)), "ledger.closes_year");

    const base::TenantId again = books.tenant();
    ASSERT_EQ(import_into(again, exported(tenant)), "");
    EXPECT_EQ(
        books.number(fmt::format(
            "select number from books.journal_entry where tenant_id = {} and reverses = 1",
            again.value
        )),
        2
    );
    bank = account_of(again, "1000");
    sales = account_of(again, "4000");
    closing = sale("2025-12-31");
    EXPECT_EQ(post(again, reversal(3)), "ledger.closes_year") << "what isn't history";
}

TEST_F(ArchiveImportTest, NoActIsDoneAgainInBooksThatWereThereBefore) {
    const auto replay = [this](base::TenantId tenant, const char* name) {
        return in_transaction(tenant, [name](pg::TenantTransaction& transaction) {
            return ledger::replay_period_act(
                transaction,
                {.act = name,
                 .period = *ledger::parse_period("2026-04", {}),
                 .by = "cli:test",
                 .reason = "nobody agreed"}
            );
        });
    };
    const base::TenantId with_entry = open_books();
    EXPECT_EQ(post(with_entry, "2026-04-10"), "");
    EXPECT_THROW(replay(with_entry, "close"), pg::Failure);
    EXPECT_EQ(act(with_entry, "close", "2026-04"), "");
    EXPECT_THROW(replay(with_entry, "reopen"), pg::Failure);

    const base::TenantId with_act = open_books();
    EXPECT_EQ(act(with_act, "close", "2026-04"), "");
    EXPECT_THROW(replay(with_act, "reopen"), pg::Failure);
    EXPECT_TRUE(replay(open_books(), "close"));
}

}  // namespace
}  // namespace accubooks::interchange
