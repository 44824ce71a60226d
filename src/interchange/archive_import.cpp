#include "interchange/archive_import.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/json_writer.h"
#include "interchange/archive_reader.h"
#include "interchange/book_import_store.h"
#include "ledger/account_store.h"
#include "ledger/books.h"
#include "ledger/period_store.h"
#include "ledger/tenant_audit.h"
#include "pg/author.h"
#include "pg/tenant_transaction.h"

namespace accubooks::interchange {
namespace {

constexpr pg::Statement kEnd{
    .name = "interchange.import_end",
    .text =
        "select base_commodity, last_number = 0 and period_acts = 0 from books.ledger where "
        "tenant_id = $1",
};

using Done = base::Result<void>;

/// What the audit keeps of an import.
std::string what_came(const ArchiveImportResult& result) {
    base::JsonWriter json;
    json.begin_object()
        .member("entries_posted", result.posted)
        .member("accounts_made", result.accounts_made)
        .end_object();
    return std::move(json).take();
}

struct ActToReplay {
    std::uint64_t line;  // of the file
    ledger::PeriodAct of;
};

/// One import under way. Records come in the order of ArchiveKind: what has gathered of one kind is
/// stored when the next begins.
class ArchiveImporter {
public:
    ArchiveImporter(
        pg::TenantTransaction& transaction,
        base::Instant posted_at,
        ArchiveReader reader,
        std::string name,
        ArchiveImportOptions options
    )
        : transaction_{transaction},
          posted_at_{posted_at},
          reader_{std::move(reader)},
          name_{std::move(name)},
          options_{std::move(options)} {}

    base::Task<base::Result<ArchiveImportResult>> run();

private:
    base::Task<Done> begin(const ArchiveHead& head);
    base::Task<Done> store(ArchiveRecord record);
    base::Task<Done> make_books();
    base::Task<Done> make_accounts();
    base::Task<void> keep_prices();
    base::Task<Done> add_entry(ledger::PostedEntry posted);
    base::Task<Done> post_entries();
    base::Task<Done> replay_acts();
    base::Task<Done> deactivate_accounts();
    base::Error refused(std::uint64_t line, const base::Error& reason) const;

    pg::TenantTransaction& transaction_;
    base::Instant posted_at_;
    ArchiveReader reader_;
    std::string name_;
    ArchiveImportOptions options_;

    std::vector<base::Commodity> commodities_;
    std::shared_ptr<const std::vector<base::Commodity>> scales_;
    std::vector<ledger::Account> accounts_;
    std::unordered_map<base::AccountId, base::AccountId> ids_;  // the archive's to the books'
    std::vector<PriceToKeep> prices_;
    ledger::Calendar calendar_;
    std::deque<ActToReplay> acts_;
    std::vector<ledger::Posting> postings_;
    std::vector<std::uint64_t> lines_;  // of the file, of each posting
    std::size_t journal_lines_ = 0;     // of the postings together
    ArchiveImportResult result_;
};

base::Error ArchiveImporter::refused(std::uint64_t line, const base::Error& reason) const {
    return {
        .kind = base::ErrorKind::invalid,
        .code = "interchange.entry_refused",
        .detail = fmt::format("{}:{}: {}", name_, line, reason.detail),
    };
}

base::Task<Done> ArchiveImporter::begin(const ArchiveHead& head) {
    const pg::Rows end = co_await transaction_.execute(kEnd, pg::Params::of(transaction_.tenant()));
    if (end.empty()) {
        co_return std::unexpected(ledger::no_books());
    }
    if (end[0].get<std::string>(0) != head.base_currency || !end[0].get<bool>(1)) {
        co_return base::refuse(
            base::ErrorKind::conflict,
            "interchange.books_not_empty",
            fmt::format(
                "An archive is imported into new books in its base currency: make a tenant with "
                "--currency {} and without a chart.",
                head.base_currency
            )
        );
    }
    calendar_ = head.calendar;
    co_return Done{};
}

base::Task<Done> ArchiveImporter::make_books() {
    if (scales_) {
        co_return Done{};
    }
    AB_CO_CHECK(co_await ledger::add_commodities(transaction_, commodities_));
    // Accounts first: whoever makes accounts locks the counter and then the ledger, which the rest
    // of this locks.
    AB_CO_CHECK(co_await make_accounts());
    for (const base::Commodity& commodity : commodities_) {
        co_await widen_commodity(transaction_, commodity);
    }
    AB_CO_CHECK(co_await ledger::set_calendar(transaction_, calendar_));
    scales_ = std::make_shared<const std::vector<base::Commodity>>(std::move(commodities_));
    co_return Done{};
}

base::Task<Done> ArchiveImporter::make_accounts() {
    std::unordered_map<base::AccountId, std::string> codes;
    std::vector<ledger::AccountToInsert> inserts;
    inserts.reserve(accounts_.size());
    for (const ledger::Account& account : accounts_) {
        codes.emplace(account.id, account.code);
        const auto above = account.parent ? codes.find(*account.parent) : codes.end();
        inserts.push_back({
            .account =
                {
                    .code = account.code,
                    .name = account.name,
                    .type = account.type,
                    .subtype = account.subtype,
                    .parent_code =
                        above == codes.end() ? std::nullopt : std::optional{above->second},
                    .commodity = account.commodity,
                },
            .imported = account.imported,
            .type_assumed = account.type_assumed,
        });
    }
    AB_CO_TRY(made, co_await ledger::insert_accounts(transaction_, std::move(inserts)));
    for (std::size_t at = 0; at < made.size(); ++at) {
        ids_.emplace(accounts_[at].id, made[at].id);
    }
    result_.accounts_made = made.size();
    co_return Done{};
}

base::Task<void> ArchiveImporter::keep_prices() {
    if (!prices_.empty()) {
        co_await insert_prices(transaction_, std::exchange(prices_, {}));
    }
}

base::Task<Done> ArchiveImporter::add_entry(ledger::PostedEntry posted) {
    AB_CO_CHECK(co_await replay_acts());
    ledger::Posting posting{
        .entry = std::move(posted.entry),
        .commodities = scales_,
        .idempotency_key = std::move(posted.idempotency_key),
        .request_hash = posted.request_hash,
        .posted_by = options_.actor,
    };
    posting.entry.source = "import";
    for (ledger::Line& line : posting.entry.lines) {
        const auto account = ids_.find(line.account);
        if (account == ids_.end()) {
            co_return std::unexpected(refused(reader_.line(), ledger::refusal_of("unknown_account"))
            );
        }
        line.account = account->second;
    }
    // What it reverses must have its number.
    const bool reverses_one_of_these =
        posting.entry.reverses &&
        posting.entry.reverses->value > static_cast<std::int64_t>(result_.posted);
    if (reverses_one_of_these || postings_.size() == kEntriesPerCall ||
        journal_lines_ + posting.entry.lines.size() > kLinesPerCall) {
        AB_CO_CHECK(co_await post_entries());
    }
    journal_lines_ += posting.entry.lines.size();
    postings_.push_back(std::move(posting));
    lines_.push_back(reader_.line());
    co_return Done{};
}

base::Task<Done> ArchiveImporter::post_entries() {
    if (postings_.empty()) {
        co_return Done{};
    }
    const auto verdicts = co_await post_all(transaction_, postings_, posted_at_);
    for (std::size_t at = 0; at < verdicts.size(); ++at) {
        if (verdicts[at].outcome != "posted") {
            // A key that came before did so in the archive itself: the books were empty.
            const bool came_before = verdicts[at].outcome == "replayed";
            const base::Error why =
                ledger::refusal_of(came_before ? "conflict" : verdicts[at].outcome);
            co_return std::unexpected(refused(lines_[at], why));
        }
    }
    result_.posted += postings_.size();
    postings_.clear();
    lines_.clear();
    journal_lines_ = 0;
    if (options_.on_progress) {
        options_.on_progress(result_.posted);
    }
    co_return Done{};
}

/// Those that came before the next entry.
base::Task<Done> ArchiveImporter::replay_acts() {
    const auto last_read = static_cast<std::int64_t>(result_.posted + postings_.size());
    const auto is_due = [&] { return !acts_.empty() && acts_.front().of.after.value <= last_read; };
    if (is_due()) {
        AB_CO_CHECK(co_await post_entries());
    }
    for (; is_due(); acts_.pop_front()) {
        ledger::PeriodAct& act = acts_.front().of;
        const bool is_done = co_await ledger::replay_period_act(
            transaction_,
            {.act = std::move(act.act),
             .period = act.period,
             .by = options_.actor,
             .at = posted_at_,
             .reason = std::move(act.reason)}
        );
        if (!is_done) {
            co_return base::refuse(
                base::ErrorKind::invalid,
                "interchange.bad_archive",
                fmt::format(
                    "{}:{}: act {} on a period can't follow those before it",
                    name_,
                    acts_.front().line,
                    act.number
                )
            );
        }
    }
    co_return Done{};
}

base::Task<Done> ArchiveImporter::deactivate_accounts() {
    for (const ledger::Account& account : accounts_) {
        if (!account.active) {
            AB_CO_CHECK(co_await ledger::change_account(
                transaction_, ids_.at(account.id), {.active = false}
            ));
        }
    }
    co_return Done{};
}

base::Task<Done> ArchiveImporter::store(ArchiveRecord record) {
    if (const auto* head = std::get_if<ArchiveHead>(&record)) {
        co_return co_await begin(*head);
    }
    if (auto* commodity = std::get_if<base::Commodity>(&record)) {
        commodities_.push_back(std::move(*commodity));
        co_return Done{};
    }
    if (auto* account = std::get_if<ledger::Account>(&record)) {
        accounts_.push_back(std::move(*account));
        co_return Done{};
    }
    AB_CO_CHECK(co_await make_books());
    if (auto* price = std::get_if<ArchivedPrice>(&record)) {
        prices_.push_back({
            .commodity = std::move(price->commodity),
            .quote_commodity = std::move(price->quote_commodity),
            .date = price->date,
            .price = base::to_string(price->price),
        });
        if (prices_.size() == kPricesPerCall) {
            co_await keep_prices();
        }
        co_return Done{};
    }
    co_await keep_prices();
    if (auto* act = std::get_if<ledger::PeriodAct>(&record)) {
        acts_.push_back({.line = reader_.line(), .of = std::move(*act)});
        co_return Done{};
    }
    if (auto* posted = std::get_if<ledger::PostedEntry>(&record)) {
        co_return co_await add_entry(std::move(*posted));
    }
    if (std::holds_alternative<ArchiveEnd>(record)) {
        AB_CO_CHECK(co_await post_entries());
        AB_CO_CHECK(co_await replay_acts());
        co_return co_await deactivate_accounts();
    }
    co_return Done{};
}

base::Task<base::Result<ArchiveImportResult>> ArchiveImporter::run() {
    while (true) {
        AB_CO_TRY(record, reader_.next());
        if (!record) {
            co_await ledger::record_transfer(
                transaction_,
                "import",
                std::filesystem::path{name_}.filename().string(),
                what_came(result_)
            );
            co_await transaction_.commit();
            co_return result_;
        }
        AB_CO_CHECK(co_await store(std::move(*record)));
    }
}

}  // namespace

base::Task<base::Result<ArchiveImportResult>> import_archive(
    pg::Pool& pool,
    const base::Clock& clock,
    base::TenantId tenant,
    std::istream& in,
    std::string name,
    ArchiveImportOptions options,
    base::Deadline deadline
) {
    auto transaction =
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_write, deadline);
    co_await pg::act_as(transaction, {.actor = options.actor});
    ArchiveImporter importer{
        transaction, clock.now(), ArchiveReader{in, name}, name, std::move(options)
    };
    co_return co_await importer.run();
}

}  // namespace accubooks::interchange
