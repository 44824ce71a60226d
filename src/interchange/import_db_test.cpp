#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "interchange/csv_import.h"
#include "interchange/file_import.h"
#include "interchange/import_batch.h"
#include "ledger/posting.h"
#include "pg/tenant_transaction.h"
#include "testing/fake_clock.h"
#include "testing/test_books.h"

namespace accubooks::interchange {
namespace {

using testing::TestBooks;

class ImportTest : public ::testing::Test {
protected:
    ImportTest() {
        books.account(tenant, {.code = "1000"});
        books.account(tenant, {.code = "4000", .type = "revenue"});
    }

    /// So many sales.
    static std::string sales(int count, const char* day = "2026-03-31") {
        std::string rows;
        for (int at = 0; at < count; ++at) {
            rows += fmt::format("{},Sale {},{}.25\n", day, at, at + 1);
        }
        return rows;
    }
    static SentFile csv(std::string content) {
        auto mapping = CsvMapping::of(
            {{"date", "#1"},
             {"description", "#2"},
             {"amount", "#3"},
             {"account", "=1000"},
             {"counter", "=4000"}}
        );
        return {
            .format = FileFormat::csv,
            .name = "sales.csv",
            .content = std::move(content),
            .mapping = *std::move(mapping),
        };
    }
    base::Task<base::Result<FileReport>> import_of(
        SentFile file, Rehearsal rehearsal = Rehearsal::no
    ) {
        return import_file(
            books.pool,
            clock,
            tenant,
            std::move(file),
            {.actor = "cli:test", .rehearsal = rehearsal},
            TestBooks::deadline()
        );
    }
    FileReport import(SentFile file, Rehearsal rehearsal = Rehearsal::no) {
        auto report = books.await(import_of(std::move(file), rehearsal));
        EXPECT_TRUE(report.has_value());
        return *std::move(report);
    }
    base::Task<base::Result<BatchReversed>> reversal_of(
        base::EntryNumber batch, base::Deadline deadline = TestBooks::deadline()
    ) {
        return reverse_batch(
            books.pool,
            clock,
            tenant,
            {.batch = batch, .reason = "The wrong file", .actor = "cli:test"},
            deadline
        );
    }
    std::int64_t count(std::string_view table) {
        return books.number(fmt::format("select count(*) from books.{}", table));
    }

    TestBooks books;
    testing::FakeClock clock;
    base::TenantId tenant = books.tenant();
};

TEST_F(ImportTest, OfAFileThatComesTwiceAtATimeAddsItOnce) {
    std::vector<base::Task<base::Result<FileReport>>> both;
    both.push_back(import_of(csv(sales(50))));
    both.push_back(import_of(csv(sales(50))));
    const auto reports = books.await_all(std::move(both));
    ASSERT_TRUE(reports[0] && reports[1]);
    const BookImportResult& one = reports[0]->result;
    const BookImportResult& other = reports[1]->result;
    EXPECT_EQ(one.posted + other.posted, 50U);
    EXPECT_EQ(one.repeated + other.repeated, 50U);
    EXPECT_EQ(count("journal_entry"), 50);
    EXPECT_EQ(count("import_batch"), 1);
}

TEST_F(ImportTest, IsReversedOnceWhoeverAsks) {
    const base::EntryNumber batch = *import(csv(sales(600))).result.batch;
    std::vector<base::Task<base::Result<BatchReversed>>> both;
    both.push_back(reversal_of(batch));
    both.push_back(reversal_of(batch));
    auto done = books.await_all(std::move(both));
    for (auto& each : done) {
        // It waited for longer than anybody does.
        if (!each && each.error().code == "ledger.queue_full") {
            each = books.await(reversal_of(batch));
        }
    }
    ASSERT_TRUE(done[0] && done[1]);
    EXPECT_EQ(done[0]->reversed + done[1]->reversed, 600U);
    EXPECT_EQ(done[0]->reversed_before + done[1]->reversed_before, 600U);
    EXPECT_EQ(count("journal_entry where reverses is not null"), 600);
    EXPECT_EQ(
        books.number("select sum(debit - credit)::bigint from books.account_balance "
                     "where account_id = 1"),
        0
    );
}

TEST_F(ImportTest, StaysWhileItClosesAYear) {
    const auto report = import({
        .format = FileFormat::journal,
        .name = "books.journal",
        .content = "2025-12-31 Closing  ; closing: 2025\n    4000  $5.00\n    1000\n",
    });
    ASSERT_TRUE(report.result.batch) << report.result.problem_count;
    const auto refused = books.await(reversal_of(*report.result.batch));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "import.batch_stays");
    ASSERT_EQ(refused.error().fields.size(), 1U);
    EXPECT_NE(refused.error().fields[0].detail.find("the year instead"), std::string::npos);
    EXPECT_EQ(count("journal_entry where reverses is not null"), 0);
}

TEST_F(ImportTest, KeepsItsEntriesTogetherWhileOthersPost) {
    ledger::Poster poster{books.io.get_executor(), books.pool, clock};
    const auto sale = [](int at) {
        return ledger::Posting{
            .entry =
                {.date = *base::Date::parse("2026-03-31"),
                 .description = "Beside",
                 .lines =
                     {{.account = base::AccountId{1},
                       .commodity = "USD",
                       .amount = 5,
                       .base_amount = 5},
                      {.account = base::AccountId{2},
                       .commodity = "USD",
                       .amount = -5,
                       .base_amount = -5}}},
            .commodities = std::make_shared<const std::vector<base::Commodity>>(
                std::vector<base::Commodity>{{.code = "USD", .scale = 2}}
            ),
            .idempotency_key = fmt::format("beside {}", at),
            .request_hash = base::sha256(fmt::format("{}", at)),
            .posted_by = "user:test",
        };
    };
    const auto beside = [](ledger::Poster& by, base::TenantId of, auto make
                        ) -> base::Task<base::Result<FileReport>> {
        for (int at = 0; at < 20; ++at) {
            std::vector<ledger::Posting> one;
            one.push_back(make(at));
            const auto posted = co_await by.post(of, std::move(one), TestBooks::deadline());
            EXPECT_TRUE(posted.at(0).has_value());
        }
        co_return FileReport{};
    };
    std::vector<base::Task<base::Result<FileReport>>> both;
    both.push_back(beside(poster, tenant, sale));
    both.push_back(import_of(csv(sales(3000))));
    const auto reports = books.await_all(std::move(both));
    ASSERT_TRUE(reports[1].has_value());
    EXPECT_EQ(reports[1]->result.posted, 3000U);
    EXPECT_EQ(
        count("journal_entry e join books.import_batch b on e.number between b.first_number and "
              "b.last_number where e.source = 'import'"),
        3000
    );
    EXPECT_EQ(books.number("select last_number - first_number + 1 from books.import_batch"), 3000);
}

TEST_F(ImportTest, ThatIsRehearsedLeavesNothingAndTellsAll) {
    import(csv(sales(1)));
    FileReport told = import(csv(sales(2)), Rehearsal::yes);
    EXPECT_EQ(told.result.posted, 1U);
    EXPECT_EQ(told.result.repeated, 1U);
    ASSERT_EQ(told.result.repeats.size(), 1U);
    EXPECT_EQ(told.result.repeats[0].line, 1U);
    EXPECT_EQ(told.result.repeats[0].number.value, 1);
    ASSERT_EQ(told.result.effects.size(), 2U);
    EXPECT_EQ(base::to_string(told.result.effects[0].change), "2.25");
    EXPECT_EQ(base::to_string(told.result.effects[0].after), "3.50");
    EXPECT_FALSE(told.result.batch.has_value());

    told = import(
        {.name = "a.journal", .content = "2026-03-31 x\n  new:bank  5.125 BTC\n  new:gains\n"},
        Rehearsal::yes
    );
    EXPECT_FALSE(told.result.has_problems());
    EXPECT_EQ(told.result.accounts.size(), 3U);
    EXPECT_EQ(count("journal_entry"), 1);
    EXPECT_EQ(count("account"), 2);
    EXPECT_EQ(count("commodity"), 1);
    EXPECT_EQ(count("import_batch"), 1);
}

TEST_F(ImportTest, TellsEachProblemWithItsPlaceAndKeepsNothing) {
    const FileReport report = import(csv(sales(3) + "2026-03-31,Half a cent,0.005\n"));
    ASSERT_EQ(report.result.problem_count, 1U);
    EXPECT_EQ(report.result.problems[0].line, 4U);
    EXPECT_EQ(report.result.problems[0].column, 3U);
    EXPECT_EQ(report.result.problems[0].file, "sales.csv");
    EXPECT_EQ(report.result.posted, 3U) << "what would have been posted";
    EXPECT_EQ(count("journal_entry"), 0);
    EXPECT_EQ(count("import_batch"), 0);
}

TEST_F(ImportTest, AsksWhatAJournalLeavesOpenAndTakesTheAnswer) {
    SentFile file{.name = "a.journal", .content = "2026-03-31 x\n  a  1,000 EUR\n  b\n"};
    const FileReport asked = import(file, Rehearsal::yes);
    ASSERT_EQ(asked.questions.size(), 1U);
    EXPECT_EQ(asked.questions[0].option, "like");
    EXPECT_EQ(asked.questions[0].text, "1,000");
    ASSERT_EQ(asked.questions[0].readings.size(), 2U);
    EXPECT_EQ(asked.questions[0].readings[0].reads, "1.000");
    EXPECT_EQ(asked.questions[0].readings[1].reads, "1000");
    EXPECT_EQ(asked.result.problems.at(0).file, "a.journal") << "and no path of the server";
    file.journal.like = Like::ledger;
    const FileReport told = import(file, Rehearsal::yes);
    ASSERT_EQ(told.result.effects.size(), 2U);
    EXPECT_EQ(base::to_string(told.result.effects[0].change), "1000");
}

TEST_F(ImportTest, TellsHowManyPlacesAnAnswerSettles) {
    const FileReport of_journal = import(
        {.name = "a.journal",
         .content = "2026-03-31 x\n  a  1,000 EUR\n  b\n\n2026-04-01 y\n  a  2,500 USD\n  b\n"},
        Rehearsal::yes
    );
    ASSERT_EQ(of_journal.questions.size(), 1U);
    EXPECT_EQ(of_journal.questions[0].alike, 2U);
    EXPECT_EQ(of_journal.questions[0].line, 2U);
    EXPECT_EQ(of_journal.questions[0].column, of_journal.result.problems.at(0).column);
    const FileReport of_csv =
        import(csv("05.06.2026,x,\"1,000\"\n06.07.2026,y,\"2,500\"\n"), Rehearsal::yes);
    ASSERT_EQ(of_csv.questions.size(), 2U);
    EXPECT_EQ(of_csv.questions[0].option, "decimal_mark");
    EXPECT_EQ(of_csv.questions[0].line, 1U);
    EXPECT_EQ(of_csv.questions[0].alike, 2U);
    EXPECT_EQ(of_csv.questions[1].option, "date_order");
    EXPECT_EQ(of_csv.questions[1].line, 2U);
    EXPECT_EQ(of_csv.questions[1].alike, 2U);
}

TEST_F(ImportTest, TakesAccountsOfTheBooksForThoseOfTheFile) {
    SentFile file{
        .name = "a.journal",
        .content =
            "2026-03-31 x\n  Aktiva:Giro  5 USD\n  Aktiva:Kasse:Klein  1 USD\n"
            "  Ertrag:Beratung\n",
        .accounts = {{"Aktiva:Giro", "1000"}, {"Ertrag:Beratung", "4000"}},
    };
    const FileReport told = import(file);
    EXPECT_EQ(told.result.posted, 1U);
    std::vector<std::string> made;
    for (const AccountMade& account : told.result.accounts) {
        made.push_back(account.account);
    }
    const std::vector<std::string> expected{"Aktiva", "Aktiva:Kasse", "Aktiva:Kasse:Klein"};
    EXPECT_EQ(made, expected) << "and no parent of nothing";
    EXPECT_EQ(
        books.number("select sum(debit - credit)::bigint from books.account_balance "
                     "where account_id = 1"),
        500
    );
    file.accounts.clear();
    EXPECT_EQ(import(file, Rehearsal::yes).result.repeated, 1U) << "known by what the file says";
    file.accounts = {{"Aktiva:Giro", "9999"}};
    const FileReport wrong = import(file, Rehearsal::yes);
    ASSERT_EQ(wrong.result.problem_count, 1U);
    EXPECT_EQ(wrong.result.problems[0].code, "interchange.unknown_account");
    EXPECT_EQ(wrong.result.problems[0].account, "9999");
    EXPECT_EQ(wrong.result.problems[0].line, 2U);
}

TEST_F(ImportTest, OfASentJournalIncludesNothing) {
    for (const char* path : {"/etc/passwd", "../x.journal", "other.journal"}) {
        SCOPED_TRACE(path);
        const FileReport report =
            import({.name = "a.journal", .content = fmt::format("include {}\n", path)});
        EXPECT_EQ(report.result.problem_count, 1U);
        EXPECT_EQ(report.result.problems.at(0).reason.find("accubooks-import"), std::string::npos);
    }
}

TEST_F(ImportTest, IsReversedOrRefusedSoonWhereSomebodyHasItLocked) {
    static constexpr pg::Statement kHoldBatch{
        .name = "test.hold_batch",
        .text = "select from books.import_batch where tenant_id = $1 for update",
    };
    static constexpr pg::Statement kHoldBooks{
        .name = "test.hold_books",
        .text = "select books.lock_ledger($1)",
    };
    const base::EntryNumber batch = *import(csv(sales(2))).result.batch;
    for (const pg::Statement* hold : {&kHoldBatch, &kHoldBooks}) {
        auto holder = books.await(pg::TenantTransaction::begin(
            books.pool, tenant, pg::Access::read_write, TestBooks::deadline()
        ));
        books.await(holder.execute(*hold, pg::Params::of(tenant)));
        // Less than a statement waits for a lock otherwise.
        const auto refused =
            books.await(reversal_of(batch, base::deadline_in(std::chrono::seconds{8})));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, "ledger.queue_full");
    }
    EXPECT_EQ(books.await(reversal_of(batch))->reversed, 2U);
}

TEST_F(ImportTest, ThatWasReversedIsPostedAgainHoweverOften) {
    const base::EntryNumber batch = *import(csv(sales(2))).result.batch;
    ASSERT_TRUE(books.await(reversal_of(batch)).has_value());
    const FileReport again = import(csv(sales(2)));
    EXPECT_EQ(again.result.posted, 2U);
    EXPECT_EQ(again.result.batch->value, 5);
    EXPECT_EQ(import(csv(sales(2))).result.repeated, 2U);
    ASSERT_TRUE(books.await(reversal_of(*again.result.batch)).has_value());
    EXPECT_EQ(import(csv(sales(2))).result.posted, 2U);
}

}  // namespace
}  // namespace accubooks::interchange
