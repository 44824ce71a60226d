#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "interchange/archive_import.h"
#include "interchange/archive_verification.h"
#include "interchange/book_import.h"
#include "interchange/books_export.h"
#include "interchange/internal/journal_fixture.h"
#include "interchange/internal/journal_generator.h"
#include "ledger/account_store.h"
#include "ledger/posting.h"
#include "testing/fake_clock.h"
#include "testing/test_books.h"

/// Books that leave and come back are the same books.
namespace accubooks::interchange {
namespace {

using testing::TestBooks;

class BooksExportTest : public ::testing::Test {
protected:
    std::string exported(base::TenantId tenant, ExportFormat format) {
        auto made =
            books.await(BooksExport::begin(books.pool, clock, tenant, TestBooks::deadline()));
        EXPECT_TRUE(made.has_value());
        std::string all;
        const ExportSink sink = [&all](std::string piece) { return keep(all, std::move(piece)); };
        EXPECT_TRUE(books.await(made->write(format, sink)));
        return all;
    }

    /// Imports a journal; the refusal, if it is one.
    std::string import_journal(
        base::TenantId tenant, const std::filesystem::path& file, Like like = Like::exact
    ) {
        auto journal = JournalImport::open(file, {.like = like});
        if (!journal) {
            return to_string(journal.error());
        }
        const auto done = books.await(import_into_books(
            books.pool, clock, tenant, *journal, {.actor = "cli:test"}, TestBooks::deadline()
        ));
        if (!done) {
            return done.error().detail;
        }
        return done->has_problems() ? to_string(done->problems.front()) : "";
    }

    base::TenantId from_archive(const std::string& archive, std::string_view currency) {
        const base::TenantId tenant = books.tenant(currency);
        std::istringstream in{archive};
        const auto done = books.await(import_archive(
            books.pool, clock, tenant, in, "archive", {.actor = "cli:test"}, TestBooks::deadline()
        ));
        EXPECT_TRUE(done.has_value()) << done.error().detail;
        return tenant;
    }

    base::TenantId from_journal(const std::string& journal, std::string_view currency) {
        const base::TenantId tenant = books.tenant(currency);
        EXPECT_EQ(import_journal(tenant, folder.write("export.journal", journal)), "") << journal;
        return tenant;
    }

    /// Both ways out and back.
    void expect_same_books_again(base::TenantId tenant, std::string_view currency);

    TestBooks books;
    testing::FakeClock clock;
    JournalFolder folder;

private:
    static base::Task<bool> keep(std::string& all, std::string piece) {
        all += piece;
        co_return true;
    }
};

/// What makes books the same: a line for each commodity, account, price, entry and balance, in an
/// order of their own.
enum class Kept : std::uint8_t {
    journal,  // what a journal can hold: in the order of days, without links between entries
    all,
};

std::vector<std::string> contents_of(const std::string& archive, Kept kept) {
    std::vector<std::string> contents;
    std::map<std::int64_t, std::string> codes;
    std::istringstream in{archive};
    for (std::string line; std::getline(in, line);) {
        boost::json::object record = boost::json::parse(line).as_object();
        const std::string kind{record.at("kind").as_string()};
        const auto code_of = [&codes](const boost::json::value& id) {
            return id.is_null() ? std::string{} : codes.at(id.as_int64());
        };
        if (kind == "books" || kind == "end" || kind == "epoch" || kind == "audit_event") {
            continue;
        }
        if (kind == "commodity" && record.at("code").as_string().empty()) {
            continue;  // every import of a journal makes it
        }
        if (kind == "account") {
            codes.emplace(record.at("id").as_int64(), std::string{record.at("code").as_string()});
            record["parent_id"] = code_of(record.at("parent_id"));
            record.erase("id");
        }
        if (kind == "balance") {
            record["account_id"] = code_of(record.at("account_id"));
        }
        if (kind == "entry") {
            for (auto& of : record.at("lines").as_array()) {
                of.as_object()["account_id"] = code_of(of.at("account_id"));
            }
            for (const char* member :
                 {"posted_at", "posted_by", "entry_hash", "chain_hash", "source"}) {
                record.erase(member);
            }
            if (kept == Kept::journal) {
                for (const char* member :
                     {"number", "idempotency_key", "request_hash", "reverses", "reason"}) {
                    record.erase(member);
                }
            }
        }
        contents.push_back(boost::json::serialize(record));
    }
    std::ranges::sort(contents);
    return contents;
}

void BooksExportTest::expect_same_books_again(base::TenantId tenant, std::string_view currency) {
    const std::string archive = exported(tenant, ExportFormat::jsonl);
    std::istringstream in{archive};
    const auto proven = verify_archive(in, "archive", {});
    ASSERT_TRUE(proven.has_value()) << proven.error().detail;
    ASSERT_EQ(proven->books.breaches, 0U) << proven->books.first_breaches.front().detail;

    const auto again = exported(from_archive(archive, currency), ExportFormat::jsonl);
    EXPECT_EQ(contents_of(again, Kept::all), contents_of(archive, Kept::all));

    const std::string journal = exported(tenant, ExportFormat::hledger);
    const auto back = exported(from_journal(journal, currency), ExportFormat::jsonl);
    EXPECT_EQ(contents_of(back, Kept::journal), contents_of(archive, Kept::journal)) << journal;
}

bool has_hledger() {
    return std::system("hledger --version >/dev/null 2>&1") == 0;
}

/// What hledger makes of a journal: sums by account's name and commodity, those of zero left out.
std::map<std::pair<std::string, std::string>, base::Decimal> hledger_balances(
    const std::filesystem::path& journal
) {
    const auto out = journal.string() + ".json";
    const std::string command = fmt::format(
        "LC_ALL=C.UTF-8 hledger -f '{}' print -O json >'{}' 2>'{}.errors'",
        journal.string(),
        out,
        journal.string()
    );
    EXPECT_EQ(std::system(command.c_str()), 0)
        << std::ifstream{journal.string() + ".errors"}.rdbuf() << std::ifstream{journal}.rdbuf();
    std::ifstream stream{out};
    const std::string text{std::istreambuf_iterator<char>{stream}, {}};
    std::map<std::pair<std::string, std::string>, base::Decimal> sums;
    for (const auto& transaction : boost::json::parse(text).as_array()) {
        for (const auto& posting : transaction.at("tpostings").as_array()) {
            for (const auto& amount : posting.at("pamount").as_array()) {
                const auto& quantity = amount.at("aquantity");
                auto& sum = sums[{
                    std::string{posting.at("paccount").as_string()},
                    std::string{amount.at("acommodity").as_string()}
                }];
                sum = *base::add(
                    sum,
                    base::Decimal{
                        quantity.at("decimalMantissa").as_int64(),
                        static_cast<std::uint8_t>(quantity.at("decimalPlaces").as_int64())
                    }
                );
            }
        }
    }
    std::erase_if(sums, [](const auto& sum) { return sum.second.is_zero(); });
    return sums;
}

/// The same of what our own reader makes of it, whose accounts have the same names.
std::map<std::pair<std::string, std::string>, base::Decimal> own_balances(
    const std::filesystem::path& journal
) {
    std::map<std::pair<std::string, std::string>, base::Decimal> sums;
    for (const auto& [key, text] : read_journal(journal).balances) {
        sums.emplace(key, *base::Decimal::parse(text));
    }
    return sums;
}

std::filesystem::path data_folder() {
    return std::filesystem::path{ACCUBOOKS_SOURCE_DIR}.parent_path() / "shared/data/journals";
}

TEST_F(BooksExportTest, EveryAcceptedJournalComesBackAsTheSameBooks) {
    if (!std::filesystem::is_directory(data_folder())) {
        GTEST_SKIP() << "the journals of ../shared/data are not here";
    }
    int count = 0;
    for (const auto& each : std::filesystem::recursive_directory_iterator{data_folder()}) {
        const auto& file = each.path();
        // The large ones repeat what the small ones have, and take minutes.
        if (file.extension() != ".journal" || each.file_size() > 300'000) {
            continue;
        }
        SCOPED_TRACE(file.string());
        const base::TenantId tenant = books.tenant("EUR");
        if (!import_journal(tenant, file, Like::hledger).empty()) {
            continue;  // one of those that are there to be refused
        }
        ++count;
        expect_same_books_again(tenant, "EUR");
        if (HasFailure()) {
            return;
        }
    }
    EXPECT_GT(count, 100);
}

TEST_F(BooksExportTest, HledgerReadsTheExportAndAgreesToTheLastDigit) {
    if (!has_hledger()) {
        GTEST_SKIP() << "hledger is not installed: exports were not compared";
    }
    int compared = 0;
    for (std::uint64_t seed = 1; seed <= 25; ++seed) {
        SCOPED_TRACE(fmt::format("seed {}", seed));
        const base::TenantId tenant = books.tenant("EUR");
        const auto file = folder.write("random.journal", JournalGenerator{seed}.journal());
        if (!import_journal(tenant, file, Like::hledger).empty()) {
            continue;
        }
        const auto journal =
            folder.write("export.journal", exported(tenant, ExportFormat::hledger));
        ASSERT_EQ(hledger_balances(journal), own_balances(journal));
        expect_same_books_again(tenant, "EUR");
        ++compared;
    }
    EXPECT_GT(compared, 5);
}

/// Books as the API makes them, of every kind of entry and with texts that mean something to
/// others.
class RandomBooks {
public:
    RandomBooks(TestBooks& books, base::TenantId tenant, std::uint64_t seed)
        : books_{books}, tenant_{tenant}, random_{seed} {}

    void make(const base::Clock& clock) {
        for (const auto& [code, scale] : kForeign) {
            books_.commodity(tenant_, code, scale);
        }
        make_accounts();
        ledger::Poster poster{books_.io.get_executor(), books_.pool, clock};
        std::vector<ledger::Posting> postings;
        for (int at = 0; at < 60; ++at) {
            postings.push_back({
                .entry = entry(),
                .commodities = scales_,
                .idempotency_key = fmt::format("key {}", at),
                .request_hash = base::sha256(fmt::to_string(at)),
                .posted_by = "user:test",
            });
        }
        ledger::Posting reversal = postings.front();
        reversal.idempotency_key = "reversal";
        reversal.entry.source = "reversal";
        reversal.entry.reverses = base::EntryNumber{1};
        reversal.entry.reason = "entered twice; \"sorry\"";
        for (ledger::Line& line : reversal.entry.lines) {
            line.amount = -line.amount;
            line.base_amount = -line.base_amount;
            if (line.cost) {
                line.cost->units = -line.cost->units;
            }
        }
        post(poster, std::move(postings));
        post(poster, {std::move(reversal)});
    }

private:
    static constexpr std::pair<const char*, int> kForeign[] = {
        {"EUR", 2}, {"JPY", 0}, {"Fund 7%", 6}, {"$", 2}
    };

    std::size_t below(std::size_t end) {
        return std::uniform_int_distribution<std::size_t>{0, end - 1}(random_);
    }
    std::int64_t units() {
        return std::uniform_int_distribution<std::int64_t>{1, 999'999}(random_);
    }

    void post(ledger::Poster& poster, std::vector<ledger::Posting> postings) {
        for (const auto& result :
             books_.await(poster.post(tenant_, std::move(postings), TestBooks::deadline()))) {
            ASSERT_TRUE(result.has_value()) << result.error().detail;
        }
    }

    void make_accounts() {
        std::vector<ledger::AccountToInsert> accounts;
        const auto add = [&accounts](ledger::NewAccount account, bool imported = false) {
            accounts.push_back({.account = std::move(account), .imported = imported});
        };
        using enum ledger::AccountType;
        add({.code = "1", .name = "Assets: all", .type = asset});
        add(
            {.code = "1000",
             .name = "Petty  cash",
             .type = asset,
             .subtype = "cash",
             .parent_code = "1"}
        );
        add({.code = "10:50", .name = "Bank ; (USD)", .type = asset, .parent_code = "1"});
        add({.code = "*2", .name = "Übrige (alle)", .type = liability});
        add({.code = "4000", .name = "4000", .type = revenue});
        add({.code = "4001", .name = "4000", .type = revenue});
        add(
            {.code = "6",
             .name = "Kosten",
             .type = expense,
             .subtype = "operating",
             .commodity = "USD"}
        );
        add({.code = "assets", .name = "assets", .type = asset}, true);
        add({.code = "assets:bank", .name = "bank", .type = asset, .parent_code = "assets"}, true);
        auto transaction = books_.await(pg::TenantTransaction::begin(
            books_.pool, tenant_, pg::Access::read_write, TestBooks::deadline()
        ));
        auto made = books_.await(ledger::insert_accounts(transaction, std::move(accounts)));
        ASSERT_TRUE(made.has_value()) << made.error().detail;
        for (const ledger::Account& account : *made) {
            if (account.code != "1" && !account.commodity) {
                ids_.push_back(account.id);
            }
        }
        const base::AccountId bound = (*made)[6].id;
        bound_ = bound;
        books_.await(transaction.commit());
        std::vector<base::Commodity> scales{{.code = "USD", .scale = 2}};
        for (const auto& [code, scale] : kForeign) {
            scales.push_back({.code = code, .scale = static_cast<std::uint8_t>(scale)});
        }
        scales_ = std::make_shared<const std::vector<base::Commodity>>(std::move(scales));
    }

    std::string text() {
        static const std::vector<std::string> kTexts{
            "",
            "Rent",
            "payee | note",
            "; not a comment",
            "* starred",
            "(bracketed) text",
            "  blanks around ",
            "semi; colon",
            "50% off, date:2020-01-01 [2020-02-02]",
            "two\nlines",
            "trailing newline\n",
            "a:b, c: d",
            "Çedille – 中文 \u00a0 \"quoted\"",
            "accubooks: code=1",
            "= 12.00",
            "type:X",
        };
        return kTexts[below(kTexts.size())];
    }

    ledger::Tags tags() {
        static const std::vector<std::pair<std::string, std::string>> kTags{
            {"project", "atlas"},
            {"status", "cleared"},
            {"status", "odd"},
            {"comment", "free text, with: a tag"},
            {"comment", "project: zephyr"},
            {"url", "https://example.org/?a=1"},
            {"two words", "x"},
            {"list", "a, b"},
            {"empty", ""},
        };
        ledger::Tags some;
        for (std::size_t at = below(4); at > 0; --at) {
            some.insert(kTags[below(kTags.size())]);
        }
        return some;
    }

    base::AccountId account() { return ids_[below(ids_.size())]; }

    ledger::Entry entry() {
        ledger::Entry made{
            .date = base::Date::from_unix_days(20'000 + static_cast<std::int32_t>(below(700))),
            .description = text(),
            .reference = text(),
            .tags = tags(),
        };
        if (below(4) == 0) {
            made.document_date = made.date.plus_days(-3);
        }
        const std::string foreign = kForeign[below(4)].first;
        const std::int64_t size = units();
        const std::int64_t worth = units();
        const auto line = [this](std::string commodity, std::int64_t amount, std::int64_t base) {
            return ledger::Line{
                .account = account(),
                .commodity = std::move(commodity),
                .amount = amount,
                .base_amount = base,
                .memo = text(),
            };
        };
        switch (below(5)) {
            case 0:  // in the base currency
                made.lines = {line("USD", worth, worth), line("USD", -worth, -worth)};
                made.lines.front().account = bound_;
                break;
            case 1:  // unvalued
                made.lines = {line(foreign, size, 0), line(foreign, -size, 0)};
                break;
            case 2:  // valued, without a gain
                made.lines = {line(foreign, size, worth), line(foreign, -size, -worth)};
                break;
            case 3: {  // an exchange
                made.lines = {line(foreign, size, worth), line("USD", -worth, -worth)};
                made.lines.front().cost = ledger::Cost{.commodity = "USD", .units = worth};
                break;
            }
            default: {  // a revaluation
                made.lines = {line(foreign, 0, -worth), line("USD", worth, worth)};
                made.lines.front().cost = ledger::Cost{.commodity = "USD", .units = -worth};
                break;
            }
        }
        return made;
    }

    TestBooks& books_;
    base::TenantId tenant_;
    std::mt19937_64 random_;
    std::vector<base::AccountId> ids_;
    base::AccountId bound_{};
    std::shared_ptr<const std::vector<base::Commodity>> scales_;
};

TEST_F(BooksExportTest, RandomBooksComeBackAsTheSameBooks) {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        SCOPED_TRACE(fmt::format("seed {}", seed));
        const base::TenantId tenant = books.tenant("USD");
        RandomBooks{books, tenant, seed}.make(clock);
        expect_same_books_again(tenant, "USD");
        if (has_hledger()) {
            const auto journal =
                folder.write("export.journal", exported(tenant, ExportFormat::hledger));
            EXPECT_EQ(hledger_balances(journal), own_balances(journal));
        }
        if (HasFailure()) {
            return;
        }
    }
}

TEST_F(BooksExportTest, AnArchiveIsForBooksThatAreNew) {
    const base::TenantId tenant = books.tenant("USD");
    RandomBooks{books, tenant, 1}.make(clock);
    const std::string archive = exported(tenant, ExportFormat::jsonl);
    for (const base::TenantId other : {tenant, books.tenant("EUR")}) {
        std::istringstream in{archive};
        const auto done = books.await(import_archive(
            books.pool, clock, other, in, "archive", {.actor = "cli:test"}, TestBooks::deadline()
        ));
        ASSERT_FALSE(done.has_value());
        EXPECT_EQ(done.error().code, "interchange.books_not_empty");
    }
}

TEST_F(BooksExportTest, AnExportOfNoBooksIsRefused) {
    const auto none = books.await(
        BooksExport::begin(books.pool, clock, base::TenantId{999'999}, TestBooks::deadline())
    );
    ASSERT_FALSE(none.has_value());
    EXPECT_EQ(none.error().code, "ledger.no_books");
}

}  // namespace
}  // namespace accubooks::interchange
