#include <cstdlib>
#include <random>
#include <sstream>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "app/internal/history_model_test.h"
#include "interchange/archive_import.h"
#include "interchange/archive_verification.h"
#include "interchange/books_export.h"
#include "ledger/draft_json.h"
#include "ledger/entry_search.h"
#include "ledger/period_store.h"
#include "ledger/periods.h"
#include "ledger/verification.h"
#include "ledger/year_close.h"
#include "reports/balance_sheet.h"
#include "reports/income_statement.h"
#include "testing/fake_clock.h"
#include "testing/histories.h"
#include "testing/test_books.h"

/// Random histories of books with drafts, periods and closes, against a simple model; and what
/// holds after any of them: debits equal credits, assets are liabilities and equity, an export
/// imported again gives the same books, and verify finds nothing.
namespace accubooks::app {
namespace {

using testing::TestBooks;
using Answer = HistoryModel::Answer;

constexpr const char* kPeople[] = {
    "user:11111111-1111-1111-1111-111111111111", "user:22222222-2222-2222-2222-222222222222"
};

base::Date day_of(std::string_view text) {
    return *base::Date::parse(text);
}

/// One tenant's books and their model, to which the same is done.
class History {
public:
    History(TestBooks& books, std::uint64_t seed)
        : books_{books},
          random_{seed},
          owners_{kPeople, kPeople + 1 + seed % 2},
          model_{{.earnings = {sales_, rent_}, .retained = retained_}, owners_} {
        books.commodity(tenant_, "EUR", 2);
        books.tamper("update books.account set subtype = 'retained' where code = '3200'");
        for (const std::string& owner : owners_) {
            const std::string id = owner.substr(5);
            books.tamper(fmt::format(
                "insert into platform.app_user (user_id, email, name, password_hash)"
                " values ('{0}', '{0}@example.com', 'Owner', 'x') on conflict do nothing;"
                "insert into platform.membership (user_id, tenant_id, role)"
                " values ('{0}', {1}, 'owner')",
                id,
                tenant_.value
            ));
        }
        clock_.set(base::Instant::from_unix_micros(1'773'576'000'000'000));  // 2026-03-15
    }

    void step() {
        switch (below(13)) {
            case 0:
                return reverse();
            case 1:
                return save_draft();
            case 2:
                return edit_draft();
            case 3:
                return delete_draft();
            case 4:
            case 5:
                return post_draft();
            case 6:
            case 7:
                return act_on_period();
            case 8:
                return close_or_reopen_year();
            case 9:
                return clock_.advance(std::chrono::hours{below(30)});
            default:
                return post();
        }
    }

    void expect_the_model_in(base::TenantId tenant) {
        const auto [entries, acts, book] = books_.await(read(tenant));
        ASSERT_EQ(entries.size(), model_.entries().size());
        for (std::size_t at = 0; at < entries.size(); ++at) {
            SCOPED_TRACE(at + 1);
            ledger::Entry stored = entries[at].entry;
            stored.source = model_.entries()[at].source;  // an import has its own
            EXPECT_EQ(entries[at].number.value, static_cast<std::int64_t>(at) + 1);
            EXPECT_EQ(stored, model_.entries()[at]);
            const auto reversed = model_.reversed().find(entries[at].number.value);
            EXPECT_EQ(
                entries[at].reversed_by.transform([](auto by) { return by.value; }),
                reversed == model_.reversed().end() ? std::nullopt : std::optional{reversed->second}
            );
        }
        EXPECT_EQ(book.closure, model_.closure());
        ASSERT_EQ(acts.size(), model_.acts().size());
        for (std::size_t at = 0; at < acts.size(); ++at) {
            EXPECT_EQ(acts[at].act, model_.acts()[at].act);
            EXPECT_EQ(acts[at].period, model_.acts()[at].period);
            EXPECT_EQ(acts[at].after, model_.acts()[at].after);
        }
        const auto verified =
            books_.await(ledger::verify(books_.pool, tenant, {}, TestBooks::deadline()));
        EXPECT_EQ(verified.breaches, 0U) << verified.first_breaches.front().detail;
        EXPECT_EQ(verified.entries, entries.size());
    }

    void expect_the_models_drafts() {
        const auto kept = books_.await(in_transaction([](pg::TenantTransaction& transaction) {
            return ledger::list_drafts(transaction, {}, 1000);
        }));
        ASSERT_EQ(kept.size(), model_.drafts().size());
        auto expected = model_.drafts().begin();
        for (const ledger::KeptDraft& draft : kept) {
            EXPECT_EQ(draft.id.value, expected->first);
            EXPECT_EQ(draft.version, expected->second.version);
            EXPECT_EQ(draft.date, expected->second.content.date);
            ++expected;
        }
    }

    /// Debits equal credits, assets are liabilities and equity, and earnings are the model's.
    void expect_reports_to_hold() {
        for (int round = 0; round < 6; ++round) {
            const auto closing =
                round % 2 == 0 ? reports::Closing::exclude : reports::Closing::include;
            const base::Date to = any_day();
            const base::Date from = std::min(to, any_day());
            SCOPED_TRACE(fmt::format("{} to {}", base::to_string(from), base::to_string(to)));
            const auto balances = books_.await(reports::trial_balance(
                books_.pool,
                tenant_,
                {.range = {from, to}, .scope = {.closing = closing}},
                TestBooks::deadline()
            ));
            EXPECT_TRUE(balances && balances->balanced());
            const auto sheet = books_.await(reports::balance_sheet(
                books_.pool,
                tenant_,
                {.range = {{}, to}, .scope = {.closing = closing}},
                TestBooks::deadline()
            ));
            ASSERT_TRUE(sheet);
            EXPECT_TRUE(sheet->balanced);
            const auto ends = {bank_};
            EXPECT_EQ(total(*sheet, "assets"), sum({}, to, ends, reports::Closing::include));
            const auto income = books_.await(reports::income_statement(
                books_.pool,
                tenant_,
                {.range = {from, to}, .scope = {.closing = closing}},
                TestBooks::deadline()
            ));
            ASSERT_TRUE(income);
            EXPECT_EQ(total(*income, "net_income"), -sum(from, to, {sales_, rent_}, closing));
        }
    }

    /// The archive proves itself, and makes the same books in another tenant.
    void expect_the_archive_to_make_the_same() {
        auto out = books_.await(
            interchange::BooksExport::begin(books_.pool, clock_, tenant_, TestBooks::deadline())
        );
        ASSERT_TRUE(out);
        std::string archive;
        const interchange::ExportSink sink = [&archive](std::string piece) {
            return keep(archive, std::move(piece));
        };
        ASSERT_TRUE(books_.await(out->write(interchange::ExportFormat::jsonl, sink)));
        std::istringstream proven{archive};
        const auto found = interchange::verify_archive(proven, "archive", {});
        ASSERT_TRUE(found) << found.error().detail;
        ASSERT_EQ(found->books.breaches, 0U) << found->books.first_breaches.front().detail;

        const base::TenantId again = books_.tenant();
        std::istringstream in{archive};
        const auto imported = books_.await(interchange::import_archive(
            books_.pool, clock_, again, in, "archive", {.actor = "cli:test"}, TestBooks::deadline()
        ));
        ASSERT_TRUE(imported) << imported.error().detail;
        expect_the_model_in(again);
    }

    base::TenantId tenant() const { return tenant_; }
    const HistoryModel& model() const { return model_; }

private:
    struct Stored {
        std::vector<ledger::PostedEntry> entries;
        std::vector<ledger::PeriodAct> acts;
        ledger::PeriodBook book;
    };

    int below(int end) { return std::uniform_int_distribution{0, end - 1}(random_); }
    bool one_in(int many) { return below(many) == 0; }
    base::Date any_day() { return day_of("2025-10-15").plus_days(below(200)); }
    const char* anybody() { return kPeople[static_cast<std::size_t>(below(2)) % owners_.size()]; }
    base::Date today() const { return day_of(base::to_rfc3339(clock_.now()).substr(0, 10)); }

    std::string late_on(base::Date date) {
        const bool is_open = model_.closure().state_of(date) == ledger::PeriodState::open;
        return one_in(is_open ? 20 : 2) ? "it came by post" : "";
    }

    base::AccountId account(const char* code, const char* type) {
        return books_.account(tenant_, {.code = code, .type = type});
    }

    ledger::Draft draft() {
        const std::pair<base::AccountId, base::AccountId> sides[] = {
            {bank_, sales_}, {rent_, bank_}, {bank_, loan_}, {bank_, capital_}, {rent_, loan_}
        };
        const auto [debit, credit] = sides[static_cast<std::size_t>(below(5))];
        const base::Decimal amount{1 + below(9), 0};
        const base::Decimal opposite{-amount.mantissa(), 0};
        const base::Decimal worth{1 + below(9), 0};
        const base::Decimal cost{-worth.mantissa(), 0};
        ledger::Draft made{.date = any_day(), .description = fmt::format("Entry {}", below(100))};
        made.late_reason = late_on(made.date);
        switch (below(4)) {
            case 0:  // an exchange
                made.lines = {
                    {.account = debit, .amount = amount, .commodity = "EUR", .base_amount = worth},
                    {.account = credit, .amount = cost, .commodity = "USD"},
                };
                break;
            case 1:  // foreign, with its worth
                made.lines = {
                    {.account = debit, .amount = amount, .commodity = "EUR", .base_amount = worth},
                    {.account = credit, .amount = opposite, .commodity = "EUR", .base_amount = cost
                    },
                };
                break;
            default:
                made.lines = {
                    {.account = debit, .amount = amount, .commodity = "USD"},
                    {.account = credit, .amount = opposite, .commodity = "USD"},
                };
        }
        return made;
    }

    ledger::Entry measured(const ledger::Draft& draft) const {
        ledger::Terms terms{
            .base = {.code = "USD", .scale = 2},
            .commodities =
                {{"USD", {.code = "USD", .scale = 2}}, {"EUR", {.code = "EUR", .scale = 2}}},
            .accounts = {},
        };
        for (const ledger::DraftLine& line : draft.lines) {
            terms.accounts.emplace(line.account, false);
        }
        return *ledger::prepare(draft, terms);
    }

    static boost::json::value json_of(const ledger::Draft& draft) {
        boost::json::array lines;
        for (const ledger::DraftLine& line : draft.lines) {
            boost::json::object made{
                {"account_id", line.account.value},
                {"amount", base::to_string(line.amount)},
                {"currency", line.commodity},
            };
            if (line.base_amount) {
                made["base_amount"] = base::to_string(*line.base_amount);
            }
            lines.emplace_back(std::move(made));
        }
        boost::json::object made{
            {"date", base::to_string(draft.date)},
            {"description", draft.description},
            {"lines", std::move(lines)},
        };
        if (!draft.late_reason.empty()) {
            made["late_reason"] = draft.late_reason;
        }
        return made;
    }

    ledger::DraftContent content_of(const ledger::Draft& draft) {
        return *ledger::draft_content_of(json_of(draft), anybody(), clock_.now());
    }

    ledger::Journal::Request request() {
        return {
            .tenant = tenant_,
            .idempotency_key = fmt::format("key-{}", ++keys_),
            .actor = anybody(),
            .deadline = TestBooks::deadline(),
        };
    }

    static Answer answer_of(const base::Result<ledger::Posted>& result) {
        return result ? Answer{.number = result->number.value}
                      : Answer{.code = result.error().code};
    }

    void post() {
        const ledger::Draft made = draft();
        const auto posted = books_.await(journal_.post(request(), made));
        EXPECT_EQ(answer_of(posted), model_.post(measured(made)));
    }

    void reverse() {
        if (model_.entries().empty()) {
            return;
        }
        const std::int64_t number = 1 + below(static_cast<int>(model_.entries().size()));
        const auto date = one_in(2) ? std::optional{any_day()} : std::nullopt;
        const base::Date own = model_.entries()[static_cast<std::size_t>(number - 1)].date;
        const std::string late = late_on(date.value_or(own));
        const auto reversed = books_.await(journal_.reverse(
            request(),
            {.number = base::EntryNumber{number},
             .date = date,
             .reason = "a mistake",
             .late_reason = late}
        ));
        EXPECT_EQ(answer_of(reversed), model_.reverse(number, date, late, today()));
    }

    void save_draft() {
        const ledger::Draft made = draft();
        const auto saved = books_.await(in_transaction([&](pg::TenantTransaction& transaction) {
            return ledger::insert_draft(transaction, content_of(made));
        }));
        ASSERT_TRUE(saved);
        model_.save_draft(saved->id.value, made);
    }

    /// One that there is; 0 when there is none.
    std::int64_t any_draft() {
        if (model_.drafts().empty()) {
            return 0;
        }
        const auto at = below(static_cast<int>(model_.drafts().size()));
        return std::next(model_.drafts().begin(), at)->first;
    }

    void edit_draft() {
        if (const ledger::DraftId id{any_draft()}; id.value != 0) {
            const ledger::Draft made = draft();
            books_.await(in_transaction([&](pg::TenantTransaction& transaction) {
                return change(transaction, id, content_of(made));
            }));
            model_.edit_draft(id.value, made);
        }
    }

    void delete_draft() {
        if (const ledger::DraftId id{any_draft()}; id.value != 0) {
            books_.await(in_transaction([&](pg::TenantTransaction& transaction) {
                return remove(transaction, id);
            }));
            model_.delete_draft(id.value);
        }
    }

    /// One as it is or was, or one that is posted already, or none.
    void post_draft() {
        const std::int64_t id = one_in(8) && !model_.posted_drafts().empty()
                                    ? model_.posted_drafts().begin()->first
                                    : any_draft();
        const auto kept = model_.drafts().find(id);
        const ledger::Draft made = kept == model_.drafts().end() ? draft() : kept->second.content;
        const std::int64_t version =
            kept == model_.drafts().end() ? 1 : kept->second.version - (one_in(8) ? 1 : 0);
        const auto posted =
            books_.await(journal_.post_draft(request(), ledger::DraftId{id}, version, made));
        EXPECT_EQ(answer_of(posted), model_.post_draft(id, version, measured(made)));
    }

    void act_on_period() {
        static constexpr const char* kActs[] = {"close", "close", "lock", "ask_reopen", "reopen"};
        std::string act = kActs[below(5)];
        ledger::Period period =
            one_in(4) ? ledger::period_of(any_day(), {}) : model_.due(act, today());
        if (!model_.acts().empty() && model_.acts().back().act == "ask_reopen" && !one_in(3)) {
            act = "reopen";
            period = model_.acts().back().period;
        }
        const std::string by = anybody();
        const auto done = books_.await(ledger::act_on_period(
            books_.pool,
            {.tenant = tenant_,
             .act = act,
             .period = ledger::name_of(period),
             .by = {.actor = by},
             .reason = "why",
             .deadline = TestBooks::deadline()},
            clock_.now()
        ));
        EXPECT_EQ(done ? "" : done.error().code, model_.act(act, period, by, clock_.now())) << act;
    }

    void close_or_reopen_year() {
        const std::string name = one_in(4) ? "2026" : "2025";
        const base::Date last_day = day_of(name + "-12-31");
        const ledger::YearClose::Request asked{
            .tenant = tenant_, .year = name, .actor = anybody(), .deadline = TestBooks::deadline()
        };
        if (one_in(3)) {
            const auto opened = books_.await(year_close_.reopen(asked, "a mistake"));
            EXPECT_EQ(answer_of(opened), model_.reopen_year(name, last_day));
        } else {
            const auto closed = books_.await(year_close_.close(asked));
            EXPECT_EQ(answer_of(closed), model_.close_year(name, last_day));
        }
    }

    /// What the model has on accounts within the days, in the base currency.
    std::int64_t sum(
        std::optional<base::Date> from,
        base::Date to,
        std::vector<base::AccountId> accounts,
        reports::Closing closing
    ) const {
        std::int64_t sum = 0;
        for (const ledger::Entry& entry : model_.entries()) {
            const bool is_left_out =
                closing == reports::Closing::exclude && entry.tags.contains("closing");
            if (entry.date > to || (from && entry.date < *from) || is_left_out) {
                continue;
            }
            for (const ledger::Line& line : entry.lines) {
                sum += std::ranges::count(accounts, line.account) * line.base_amount;
            }
        }
        return sum;
    }

    static std::int64_t total(const reports::Statement& statement, std::string_view section) {
        const auto found =
            std::ranges::find(statement.sections, section, &reports::StatementSection::name);
        return static_cast<std::int64_t>(found->totals.base.front());
    }

    base::Task<Stored> read(base::TenantId tenant) {
        auto transaction = co_await pg::TenantTransaction::begin(
            books_.pool, tenant, pg::Access::read_only, TestBooks::deadline()
        );
        Stored stored;
        stored.entries = (co_await ledger::list_entries(transaction, {.limit = 10'000})).entries;
        stored.acts = co_await ledger::period_acts(transaction);
        stored.book = *co_await ledger::period_book(transaction);
        co_await transaction.commit();
        co_return stored;
    }

    template <class Work>
    auto in_transaction(Work work) -> decltype(work(std::declval<pg::TenantTransaction&>())) {
        auto transaction = co_await pg::TenantTransaction::begin(
            books_.pool, tenant_, pg::Access::read_write, TestBooks::deadline()
        );
        auto result = co_await work(transaction);
        co_await transaction.commit();
        co_return result;
    }

    static base::Task<bool> change(
        pg::TenantTransaction& transaction, ledger::DraftId id, ledger::DraftContent content
    ) {
        co_await ledger::lock_draft(transaction, id);
        co_await ledger::change_draft(transaction, id, std::move(content));
        co_return true;
    }

    static base::Task<bool> remove(pg::TenantTransaction& transaction, ledger::DraftId id) {
        co_await ledger::remove_draft(transaction, id);
        co_return true;
    }

    static base::Task<bool> keep(std::string& all, std::string piece) {
        all += piece;
        co_return true;
    }

    TestBooks& books_;
    std::mt19937_64 random_;
    testing::FakeClock clock_;
    base::TenantId tenant_ = books_.tenant();
    base::AccountId bank_ = account("1000", "asset");
    base::AccountId loan_ = account("2000", "liability");
    base::AccountId capital_ = account("3000", "equity");
    base::AccountId retained_ = account("3200", "equity");
    base::AccountId sales_ = account("4000", "revenue");
    base::AccountId rent_ = account("6200", "expense");
    std::vector<std::string> owners_;
    HistoryModel model_;
    ledger::BooksCache cache_{books_.pool, 1000};
    ledger::Poster poster_{books_.io.get_executor(), books_.pool, clock_};
    ledger::Journal journal_{books_.pool, cache_, poster_, clock_};
    ledger::YearClose year_close_{books_.pool, journal_};
    int keys_ = 0;
};

TEST(History, OfBooksIsWhatASimpleModelSaysAndKeepsWhatAlwaysHolds) {
    TestBooks books;
    std::map<std::string, int> acts;
    std::size_t closings = 0;
    testing::play_histories(4, [&](std::uint64_t seed) {
        History history{books, seed};
        for (int step = 0; step < 250 && !::testing::Test::HasFailure(); ++step) {
            SCOPED_TRACE(step);
            history.step();
        }
        history.expect_the_model_in(history.tenant());
        history.expect_the_models_drafts();
        history.expect_reports_to_hold();
        history.expect_the_archive_to_make_the_same();
        for (const ledger::PeriodAct& act : history.model().acts()) {
            ++acts[act.act];
        }
        closings += static_cast<std::size_t>(std::ranges::count_if(
            history.model().entries(),
            [](const auto& entry) { return entry.tags.contains("closing"); }
        ));
        return ::testing::Test::HasFailure() ? "the books differ from the model, see above" : "";
    });
    // The histories had everything in them; one that is played again needn't.
    if (std::getenv("ACCUBOOKS_SEEDS") == nullptr) {
        EXPECT_GT(closings, 0U);
        EXPECT_EQ(acts.size(), 4U) << "close, lock, ask_reopen, reopen";
    }
}

}  // namespace
}  // namespace accubooks::app
