#include <random>

#include <gtest/gtest.h>

#include "ledger/alike.h"
#include "ledger/entry_search.h"
#include "ledger/internal/house_test.h"

namespace accubooks::ledger {
namespace {

using Numbers = std::vector<std::int64_t>;

class EntrySearchTest : public ::testing::Test {
protected:
    EntryPage page(EntryPageQuery query) {
        return house.in_transaction(books.id, [&](pg::TenantTransaction& transaction) {
            return list_entries(transaction, std::move(query));
        });
    }

    std::vector<Alike> alike(Unfinished entry) {
        return house.in_transaction(books.id, [&](pg::TenantTransaction& transaction) {
            return entries_alike(transaction, std::move(entry));
        });
    }

    /// All that a filter gives, page by page.
    std::vector<PostedEntry> all(
        const EntryFilter& filter, std::int64_t limit, EntryOrder order = EntryOrder::oldest_first
    ) {
        std::vector<PostedEntry> entries;
        std::optional<base::EntryNumber> after;
        do {
            EntryPage found =
                page({.filter = filter, .after = after, .order = order, .limit = limit});
            EXPECT_LE(std::ssize(found.entries), limit);
            std::ranges::move(found.entries, std::back_inserter(entries));
            after = found.next;
        } while (after);
        return entries;
    }

    static Numbers numbers_of(const std::vector<PostedEntry>& entries) {
        Numbers numbers;
        for (const PostedEntry& posted : entries) {
            numbers.push_back(posted.number.value);
        }
        return numbers;
    }

    std::vector<PostedEntry> post(std::vector<Entry> entries) {
        std::vector<Posting> postings;
        std::vector<PostedEntry> posted;
        for (Entry& entry : entries) {
            posted.push_back({.number = {}, .entry = entry});
            postings.push_back(house.posting(std::move(entry), fmt::format("key {}", keys++)));
            if (postings.size() == 500 || posted.size() == entries.size()) {
                for (const auto& result : house.post_all(books.id, std::exchange(postings, {}))) {
                    EXPECT_TRUE(result.has_value());
                }
            }
        }
        for (std::size_t at = 0; at < posted.size(); ++at) {
            posted[at].number = base::EntryNumber{static_cast<std::int64_t>(at) + 1};
        }
        return posted;
    }

    TestLedger house;
    TestLedger::Tenant books = house.open_books();
    int keys = 0;
};

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

bool is_like(const Entry& entry, const EntryFilter& filter) {
    const auto is_line = [&filter](const Line& line) {
        return (!filter.account || line.account == *filter.account) &&
               (!filter.amount || std::abs(line.amount) == *filter.amount->units_at(2));
    };
    const bool words = !filter.text || has(entry.description, *filter.text) ||
                       std::ranges::any_of(entry.lines, [&filter](const Line& line) {
                           return has(line.memo, *filter.text);
                       });
    return (!filter.from || entry.date >= *filter.from) &&
           (!filter.to || entry.date <= *filter.to) &&
           (!filter.reference || entry.reference == *filter.reference) && words &&
           std::ranges::any_of(entry.lines, is_line) &&
           std::ranges::all_of(filter.tags, [&entry](const auto& tag) {
               const auto found = entry.tags.find(tag.first);
               return found != entry.tags.end() && found->second == tag.second;
           });
}

TEST_F(EntrySearchTest, GivesWhatALookAtEveryEntryGivesPageByPage) {
    std::mt19937 random{7};
    const auto upto = [&random](int most) {
        return std::uniform_int_distribution<int>{0, most}(random);
    };
    const base::AccountId third = house.account(books.id, {.code = "5000", .type = "expense"});
    std::vector<Entry> entries;
    for (int at = 0; at < 300; ++at) {
        Entry entry = house.sale(
            books, 1 + upto(4), fmt::format("2026-{:02}-{:02}", 1 + upto(5), 1 + upto(27))
        );
        if (upto(9) == 0) {
            entry.lines[0].account = third;
        }
        entry.lines[1].memo = upto(4) == 0 ? "rent" : "";
        entry.reference = upto(2) == 0 ? "" : fmt::format("R{}", upto(9));
        if (upto(3) == 0) {
            entry.tags = {{"project", upto(1) == 0 ? "atlas" : "hermes"}};
        }
        entries.push_back(std::move(entry));
    }
    const std::vector<PostedEntry> posted = post(std::move(entries));
    int found_some = 0;
    for (int round = 0; round < 60; ++round) {
        EntryFilter filter;
        if (upto(2) == 0) {
            filter.from = TestLedger::day(fmt::format("2026-{:02}-10", 1 + upto(5)));
        }
        if (upto(2) == 0) {
            filter.to = TestLedger::day(fmt::format("2026-{:02}-20", 1 + upto(5)));
        }
        if (upto(2) == 0) {
            filter.account = upto(1) == 0 ? third : books.bank;
        }
        if (upto(2) == 0) {
            filter.amount = base::Decimal{1 + upto(4), 2};
        }
        if (upto(3) == 0) {
            filter.text = upto(1) == 0 ? "rent" : "Sale of 3";
        }
        if (upto(3) == 0) {
            filter.reference = fmt::format("R{}", upto(9));
        }
        if (upto(3) == 0) {
            filter.tags = {{"project", "atlas"}};
        }
        std::vector<PostedEntry> wanted;
        std::ranges::copy_if(posted, std::back_inserter(wanted), [&filter](const auto& each) {
            return is_like(each.entry, filter);
        });
        if (!filter.reference && (filter.from || filter.to || filter.account)) {
            std::ranges::sort(wanted, {}, [](const auto& each) {
                return std::pair{each.entry.date, each.number};
            });
        }
        const auto found = all(filter, 1 + upto(30));
        EXPECT_EQ(numbers_of(found), numbers_of(wanted)) << "round " << round;
        for (const PostedEntry& each : found) {
            EXPECT_EQ(each.entry, posted.at(static_cast<std::size_t>(each.number.value) - 1).entry);
        }
        std::ranges::reverse(wanted);
        const auto back = all(filter, 1 + upto(30), EntryOrder::newest_first);
        EXPECT_EQ(numbers_of(back), numbers_of(wanted)) << "round " << round << ", newest first";
        found_some += found.empty() ? 0 : 1;
    }
    EXPECT_GT(found_some, 20);
}

TEST_F(EntrySearchTest, FindsTextInWhicheverCaseAndTakesItAsItIs) {
    Entry entry = house.sale(books, 1);
    entry.description = "Müller 100% Rabatt_";
    post({entry, house.sale(books, 2)});
    for (const char* text : {"MÜLLER", "100%", "rabatt_"}) {
        EXPECT_EQ(numbers_of(all({.text = text}, 10)), (Numbers{1})) << text;
    }
    EXPECT_EQ(numbers_of(all({.text = "%"}, 10)), (Numbers{1}));
}

TEST_F(EntrySearchTest, LooksAtSoManyEntriesForOnePageAndGoesOnBehindThem) {
    const std::int64_t count = kPageLooksMax + 50;
    house.tamper(fmt::format(
        "insert into books.journal_entry (tenant_id, number, entry_date, description, source, "
        "posted_by, posted_at, line_count, idempotency_key, request_hash, entry_hash, chain_hash) "
        "select {0}, n, '2026-01-15', '', 'api', 'user:test', now(), 1, n::text, sha256(''), "
        "sha256(''), sha256('') from generate_series(1, {1}) n;"
        "insert into books.journal_line (tenant_id, number, line, account_id, commodity, amount, "
        "base_amount) select {0}, n, 1, {2}, 'USD', case n when {1} then 7 else 1 end, 0 "
        "from generate_series(1, {1}) n",
        books.id.value,
        count,
        books.bank.value
    ));
    const EntryFilter rare{.amount = base::Decimal{7, 2}};
    const EntryPage first = page({.filter = rare});
    EXPECT_TRUE(first.entries.empty());
    EXPECT_EQ(first.next, base::EntryNumber{kPageLooksMax});
    const EntryPage second = page({.filter = rare, .after = first.next});
    EXPECT_EQ(numbers_of(second.entries), (Numbers{count}));
    EXPECT_EQ(second.next, std::nullopt);
    EXPECT_EQ(
        numbers_of(page({.after = base::EntryNumber{count - 2}}).entries),
        (Numbers{count - 1, count})
    );
}

TEST_F(EntrySearchTest, HasNoPageBehindAnEntryThatIsNotThere) {
    post({house.sale(books, 1)});
    EXPECT_TRUE(page({.after = base::EntryNumber{9}}).entries.empty());
    EXPECT_TRUE(
        page({.filter = {.account = books.bank}, .after = base::EntryNumber{9}}).entries.empty()
    );
    EXPECT_EQ(numbers_of(all({.to = TestLedger::day("9999-12-31")}, 1)), (Numbers{1}));
}

TEST_F(EntrySearchTest, WarnsOfTheSameLinesOfADayAndOfTheSameReference) {
    Entry other = house.sale(books, 5);
    other.reference = "R-1";
    post({house.sale(books, 5), other, house.sale(books, 5, "2026-01-16"), house.sale(books, 6)});
    const auto line = [](base::AccountId account, std::string_view amount) {
        return UnfinishedLine{
            .account = account, .amount = *base::Decimal::parse(amount), .commodity = "USD"
        };
    };
    Unfinished entry{
        .date = TestLedger::day("2026-01-15"),
        .lines = {line(books.sales, "-0.050"), line(books.bank, "0.05")},
    };
    auto found = alike(entry);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].number, base::EntryNumber{2});
    EXPECT_TRUE(found[0].same_lines);
    EXPECT_FALSE(found[0].same_reference);
    EXPECT_EQ(found[1].number, base::EntryNumber{1});

    entry.reference = "R-1";
    entry.lines.push_back({});  // not whole yet
    found = alike(entry);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].number, base::EntryNumber{2});
    EXPECT_TRUE(found[0].same_reference);
    EXPECT_FALSE(found[0].same_lines);

    entry = {.date = TestLedger::day("2026-01-15"), .lines = {line(books.bank, "0.05")}};
    EXPECT_TRUE(alike(entry).empty());
    EXPECT_TRUE(alike({}).empty());
    entry.lines[0].amount = *base::Decimal::parse("99999999999999999999999999.99");
    EXPECT_TRUE(alike(entry).empty());
}

}  // namespace
}  // namespace accubooks::ledger
