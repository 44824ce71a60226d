#include <cstdlib>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "ledger/entry_search.h"
#include "ledger/internal/house_test.h"

namespace accubooks::ledger {
namespace {

/// What the books must do, in the simplest words: a list of entries and who may post what.
class Model {
public:
    struct Stored {
        std::string key;
        Entry entry;
        std::optional<std::int64_t> reversed_by{};
    };

    struct Answer {
        std::optional<std::int64_t> number{};
        bool replayed = false;
        std::string_view code{};

        friend bool operator==(const Answer&, const Answer&) = default;
    };

    Answer post(const std::string& key, const std::optional<Entry>& entry) {
        if (!entry) {
            return {.code = "refused"};
        }
        if (const auto known = by_key_.find(key); known != by_key_.end()) {
            if (entries_.at(known->second - 1).entry == *entry) {
                return {.number = number(known->second), .replayed = true};
            }
            return {.code = "ledger.idempotency_conflict"};
        }
        if (entry->reverses) {
            Stored& original = entries_.at(static_cast<std::size_t>(entry->reverses->value - 1));
            if (original.reversed_by) {
                return {.code = "ledger.already_reversed"};
            }
            original.reversed_by = number(entries_.size() + 1);
        }
        entries_.push_back({.key = key, .entry = *entry});
        by_key_.emplace(key, entries_.size());
        return {.number = number(entries_.size())};
    }

    const std::vector<Stored>& entries() const { return entries_; }

private:
    static std::int64_t number(std::size_t at) { return static_cast<std::int64_t>(at); }

    std::vector<Stored> entries_;
    std::map<std::string, std::size_t> by_key_;
};

Model::Answer answer_of(const base::Result<Posted>& result) {
    if (result) {
        return {.number = result->number.value, .replayed = result->replayed};
    }
    const bool by_rule = result.error().code == "ledger.idempotency_conflict" ||
                         result.error().code == "ledger.already_reversed";
    return {.code = by_rule ? result.error().code : "refused"};
}

void PrintTo(const Model::Answer& answer, std::ostream* out) {
    *out << fmt::format("#{} {} {}", answer.number.value_or(0), answer.replayed, answer.code);
}

/// Drafts and their measured entries, side by side.
class Generator {
public:
    Generator(std::uint64_t seed, TestLedger::Tenant books, Terms terms)
        : random_{seed}, books_{books}, terms_{std::move(terms)} {}

    int below(int end) { return std::uniform_int_distribution{0, end - 1}(random_); }

    std::string key() { return fmt::format("key-{}", below(400)); }

    Draft draft() {
        Draft draft{
            .date = base::Date::from_unix_days(20'440 + below(120)),
            .description = fmt::format("Entry {}", below(3)),
        };
        if (below(4) == 0) {
            draft.tags = {{"project", fmt::format("{}", below(2))}};
            draft.reference = "R";
        }
        switch (below(5)) {
            case 0:  // foreign and unvalued
                add(draft, books_.bank, 1 + below(3), "EUR", {});
                add(draft, books_.sales, -draft_units(draft), "EUR", {});
                break;
            case 1:  // an exchange
                add(draft, books_.bank, 1 + below(3), "EUR", 2);
                add(draft, books_.sales, -2, "USD", {});
                break;
            default:
                add(draft, books_.bank, 1 + below(3), "USD", {});
                add(draft, books_.imported, below(2), "USD", {});
                add(draft, books_.sales, -draft_units(draft), "USD", {});
        }
        if (below(8) == 0) {  // refused
            draft.lines[0].amount = base::Decimal{0, 0};
            draft.lines[0].base_amount.reset();
        }
        return draft;
    }

    std::optional<Entry> measured(const Draft& draft) const {
        auto entry = prepare(draft, terms_);
        return entry ? std::optional{std::move(*entry)} : std::nullopt;
    }

private:
    static std::int64_t draft_units(const Draft& draft) {
        std::int64_t sum = 0;
        for (const DraftLine& line : draft.lines) {
            sum += static_cast<std::int64_t>(line.amount.mantissa());
        }
        return sum;
    }
    static void add(
        Draft& draft,
        base::AccountId account,
        std::int64_t units,
        std::string currency,
        std::optional<std::int64_t> base
    ) {
        DraftLine line{
            .account = account, .amount = base::Decimal{units, 0}, .commodity = std::move(currency)
        };
        if (base) {
            line.base_amount = base::Decimal{*base, 0};
        }
        draft.lines.push_back(std::move(line));
    }

    std::mt19937_64 random_;
    TestLedger::Tenant books_;
    Terms terms_;
};

class ModelTest : public ::testing::Test {
protected:
    Journal::Request request(std::string key) {
        return {
            .tenant = books.id,
            .idempotency_key = std::move(key),
            .actor = "user:test",
            .deadline = TestLedger::deadline(),
        };
    }

    Terms terms() const {
        return {
            .base = {.code = "USD", .scale = 2},
            .commodities =
                {{"USD", {.code = "USD", .scale = 2}}, {"EUR", {.code = "EUR", .scale = 2}}},
            .accounts = {{books.bank, false}, {books.sales, false}, {books.imported, true}},
        };
    }

    void post_one(Generator& generator, Model& model) {
        const Draft draft = generator.draft();
        const std::string key = generator.key();
        const auto expected = model.post(key, generator.measured(draft));
        const auto result = house.await(house.journal.post(request(key), draft));
        EXPECT_EQ(answer_of(result), expected);
    }

    void reverse_one(Generator& generator, Model& model) {
        if (model.entries().empty()) {
            return;
        }
        const int at = generator.below(static_cast<int>(model.entries().size()));
        const std::string key = generator.key();
        const base::Date date = base::Date::from_unix_days(20'440 + generator.below(120));
        const PostedEntry original{
            .number = base::EntryNumber{at + 1},
            .entry = model.entries()[static_cast<std::size_t>(at)].entry,
        };
        const auto reversal = reversal_of(original, date, "model");
        const auto expected = model.post(key, *reversal);
        const auto result = house.await(house.journal.reverse(
            request(key), {.number = original.number, .date = date, .reason = "model"}
        ));
        EXPECT_EQ(answer_of(result), expected);
    }

    /// A batch, and now and then the same batch once more.
    void post_batch(Generator& generator, Model& model, int step) {
        std::vector<base::Result<Draft>> drafts;
        std::vector<std::optional<Entry>> entries;
        const int size = 1 + generator.below(5);
        for (int at = 0; at < size; ++at) {
            const Draft draft = generator.draft();
            drafts.emplace_back(draft);
            entries.push_back(generator.measured(draft));
        }
        const std::string key = fmt::format("batch-{}", step);
        const int times = 1 + generator.below(2);
        for (int time = 0; time < times; ++time) {
            std::vector<Model::Answer> expected;
            for (std::size_t at = 0; at < entries.size(); ++at) {
                expected.push_back(model.post(fmt::format("{}\x1f{}", key, at), entries[at]));
            }
            const base::Digest content = base::sha256(key);
            ASSERT_TRUE(house.await(house.journal.claim_batch(request(key), content)).has_value());
            std::vector<Model::Answer> answers;
            for (const auto& result :
                 house.await(house.journal.post_batch(request(key), drafts, content))) {
                answers.push_back(answer_of(result));
            }
            EXPECT_EQ(answers, expected);
        }
    }

    void compare_entries(const Model& model) {
        const auto read = [](pg::Pool& pool, base::TenantId tenant, std::size_t last
                          ) -> base::Task<std::vector<PostedEntry>> {
            auto transaction = co_await pg::TenantTransaction::begin(
                pool, tenant, pg::Access::read_only, TestLedger::deadline()
            );
            EntryPage page =
                co_await list_entries(transaction, {.limit = static_cast<std::int64_t>(last) + 1});
            co_return std::move(page.entries);
        };
        const auto stored = house.await(read(house.pool, books.id, model.entries().size()));
        ASSERT_EQ(stored.size(), model.entries().size());
        for (std::size_t at = 0; at < stored.size(); ++at) {
            SCOPED_TRACE(at + 1);
            EXPECT_EQ(stored[at].number.value, static_cast<std::int64_t>(at) + 1);
            EXPECT_EQ(stored[at].entry, model.entries()[at].entry);
            EXPECT_EQ(stored[at].idempotency_key, model.entries()[at].key);
            const auto& reversed_by = model.entries()[at].reversed_by;
            EXPECT_EQ(
                stored[at].reversed_by,
                reversed_by ? std::optional{base::EntryNumber{*reversed_by}} : std::nullopt
            );
        }
    }

    void compare_balances(const Model& model) {
        using Key =
            std::tuple<std::int64_t, std::string, std::int64_t>;  // account, commodity, month
        std::map<Key, std::array<std::int64_t, 4>> totals;
        for (const auto& stored : model.entries()) {
            for (const Line& line : stored.entry.lines) {
                auto& total = totals[{
                    line.account.value,
                    line.commodity,
                    stored.entry.date.first_of_month().unix_days()
                }];
                total[line.amount > 0 ? 0 : 1] += std::abs(line.amount);
                total[line.base_amount > 0 ? 2 : 3] += std::abs(line.base_amount);
            }
        }
        std::vector<std::int64_t> expected;
        for (const auto& [key, total] : totals) {
            expected.insert(expected.end(), total.begin(), total.end());
        }
        EXPECT_EQ(
            house.numbers(fmt::format(
                "select u.n from books.account_balance b"
                " cross join lateral unnest(array[debit, credit, base_debit, base_credit])"
                "   with ordinality u (n, at)"
                " where tenant_id = {} order by account_id, commodity, month, at",
                books.id.value
            )),
            expected
        );
    }

    TestLedger house;
    TestLedger::Tenant books = house.open_books();
};

TEST_F(ModelTest, BooksDoWhatASimpleModelSays) {
    // ACCUBOOKS_SOAK runs more histories, longer ones; ACCUBOOKS_SEED=FIRST others.
    const char* given = std::getenv("ACCUBOOKS_SEED");
    const bool is_soak = std::getenv("ACCUBOOKS_SOAK") != nullptr;
    const std::uint64_t first = given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
    for (std::uint64_t seed = first; seed < first + (is_soak ? 20 : 3); ++seed) {
        SCOPED_TRACE(fmt::format("ACCUBOOKS_SEED={}", seed));
        books = house.open_books();
        Generator generator{seed, books, terms()};
        Model model;
        for (int step = 0; step < (is_soak ? 300 : 120); ++step) {
            SCOPED_TRACE(step);
            switch (generator.below(6)) {
                case 0:
                    reverse_one(generator, model);
                    break;
                case 1:
                    post_batch(generator, model, step);
                    break;
                default:
                    post_one(generator, model);
            }
        }
        EXPECT_GT(model.entries().size(), 50U);
        compare_entries(model);
        compare_balances(model);
        const auto verified = house.verify_books(books.id);
        EXPECT_EQ(verified.breaches, 0U);
        EXPECT_EQ(verified.entries, model.entries().size());
    }
}

}  // namespace
}  // namespace accubooks::ledger
