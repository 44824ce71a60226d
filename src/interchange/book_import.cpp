#include "interchange/book_import.h"

#include <map>

#include <fmt/format.h>

#include "interchange/book_import_store.h"
#include "ledger/account_store.h"
#include "ledger/posting_store.h"
#include "ledger/valuation.h"
#include "pg/tenant_transaction.h"

namespace accubooks::interchange {
namespace {

constexpr std::size_t kEntriesPerCall = 2000;
constexpr std::size_t kLinesPerCall = 8000;
constexpr std::size_t kPricesPerCall = 5000;

/// What a journal's own numbering means in the books.
struct Mapping {
    std::vector<base::AccountId> accounts;  // by the journal's account index
    std::vector<std::string> commodities;   // by the journal's commodity index
    std::vector<std::int64_t>
        factors;  // from the journal's units to the books', which may be finer
    std::shared_ptr<const std::vector<base::Commodity>> scales;
    std::string base_commodity;
};

std::string_view leaf_of(std::string_view path) {
    const auto colon = path.rfind(':');
    return colon == std::string_view::npos ? path : path.substr(colon + 1);
}

/// Accounts of the journal that the books lack, parents before children.
std::vector<ledger::AccountToInsert> missing_accounts(
    const JournalImport& journal, const std::map<std::string, base::AccountId, std::less<>>& known
) {
    std::vector<ledger::AccountToInsert> missing;
    for (const ImportedAccount& account : journal.accounts()) {
        if (known.contains(account.path)) {
            continue;
        }
        missing.push_back({
            .account =
                {
                    .code = account.path,
                    .name = std::string{leaf_of(account.path)},
                    .type = account.type,
                    .subtype = account.cash ? "cash" : "",
                    .parent_code = account.parent
                                       ? std::optional{journal.accounts()[*account.parent].path}
                                       : std::nullopt,
                    .commodity = std::nullopt,
                },
            .imported = true,
            .type_assumed = account.assumed,
        });
    }
    return missing;
}

ledger::Tags tags_of(const ImportedEntry& entry) {
    ledger::Tags tags;
    for (const ImportedTag& tag : entry.tags) {
        auto [at, fresh] = tags.emplace(tag.name, tag.value);
        if (!fresh) {
            at->second += ", ";
            at->second += tag.value;
        }
    }
    if (!entry.comment.empty()) {
        tags.insert_or_assign("comment", std::string{entry.comment});
    }
    return tags;
}

std::int64_t power_of_ten(int exponent) {
    std::int64_t power = 1;
    for (; exponent > 0; --exponent) {
        power *= 10;
    }
    return power;
}

/// Units of the journal's commodity in the books' units.
base::Result<std::int64_t> units_in_books(
    std::int64_t units, std::uint32_t commodity, const Mapping& mapping
) {
    std::int64_t scaled = 0;
    if (__builtin_mul_overflow(units, mapping.factors[commodity], &scaled)) {
        return base::refuse(
            base::ErrorKind::invalid,
            "money.out_of_range",
            "the amount doesn't fit 64 bits at the scale that the books keep"
        );
    }
    return scaled;
}

base::Result<ledger::Line> line_of(const ImportedLine& from, const Mapping& mapping) {
    AB_TRY(amount, units_in_books(from.units, from.commodity, mapping));
    ledger::Line line{
        .account = mapping.accounts[from.account],
        .commodity = mapping.commodities[from.commodity],
        .amount = amount,
        .memo = std::string{from.memo},
    };
    if (from.cost) {
        AB_TRY(cost, units_in_books(from.cost->units, from.cost->commodity, mapping));
        line.cost = ledger::Cost{
            .commodity = mapping.commodities[from.cost->commodity],
            .units = cost,
        };
    }
    return line;
}

/// Unique for ever per content and running index; the control character keeps it apart from
/// callers' own keys.
std::string key_of(const ImportedEntry& entry) {
    const std::string digest = base::to_hex(std::span{entry.digest}.first(16));
    return fmt::format("\x1f{}.{}", digest, entry.occurrence);
}

/// `at` becomes the place of what is refused.
base::Result<ledger::Posting> posting_of(
    const ImportedEntry& from, const Mapping& mapping, const std::string& actor, JournalPosition& at
) {
    ledger::Posting posting{
        .entry =
            {
                .date = from.date,
                .document_date = from.document_date,
                .description = std::string{from.description},
                .reference = std::string{from.reference},
                .tags = tags_of(from),
                .source = "import",
                .lines = {},
            },
        .commodities = mapping.scales,
        .idempotency_key = key_of(from),
        .request_hash = from.digest,
        .posted_by = actor,
    };
    posting.entry.lines.reserve(from.lines.size());
    for (const ImportedLine& line : from.lines) {
        at = line.source.line != 0 ? line.source : from.source;
        AB_TRY(made, line_of(line, mapping));
        posting.entry.lines.push_back(std::move(made));
    }
    at = from.source;
    if (auto valued = ledger::value_at_cost(posting.entry.lines, mapping.base_commodity); !valued) {
        return std::unexpected(valued.error());
    }
    return posting;
}

/// "file:line:column: reason"; what no line of the journal stands for is told of its first one.
std::string sentence_at(
    const JournalImport& journal, const JournalPosition& at, const base::Error& reason
) {
    return to_string(JournalError{
        .file = journal.report().files.at(at.file),
        .line = std::max(at.line, 1U),
        .column = std::max(at.column, 1U),
        .code = reason.code,
        .reason = reason.detail,
    });
}

base::Error refused(
    const JournalImport& journal, const JournalPosition& at, const base::Error& reason
) {
    return {
        .kind = base::ErrorKind::invalid,
        .code = "interchange.entry_refused",
        .detail = sentence_at(journal, at, reason),
    };
}

/// Where the first account that the books lack appears; of those, the first whose parent the books
/// have, where there is one: an account is refused for what stands above it.
JournalPosition place_of_missing(
    const JournalImport& journal, const std::map<std::string, base::AccountId, std::less<>>& known
) {
    std::optional<JournalPosition> first;
    for (const ImportedAccount& account : journal.accounts()) {
        if (known.contains(account.path)) {
            continue;
        }
        if (account.parent && known.contains(journal.accounts()[*account.parent].path)) {
            return account.first;
        }
        first = first.value_or(account.first);
    }
    return first.value_or(JournalPosition{});
}

/// One import under way.
class Importer {
public:
    Importer(
        pg::TenantTransaction& transaction,
        const base::Clock& clock,
        JournalImport& journal,
        BookImportOptions options
    )
        : transaction_{transaction},
          journal_{journal},
          options_{std::move(options)},
          posted_at_{clock.now()} {}

    base::Task<base::Result<BookImportResult>> run();

private:
    base::Task<base::Result<void>> make_commodities();
    base::Task<base::Result<void>> make_accounts();
    base::Task<void> keep_prices();
    base::Task<base::Result<void>> post_entries();
    base::Result<void> fill_batch();
    base::Task<base::Result<void>> send_batch();

    pg::TenantTransaction& transaction_;
    JournalImport& journal_;
    BookImportOptions options_;
    base::Instant posted_at_;
    Mapping mapping_;
    std::vector<ledger::Posting> batch_;
    std::vector<JournalPosition> positions_;  // of the batch's entries
    bool finished_ = false;
    BookImportResult result_;
};

base::Task<base::Result<void>> Importer::make_commodities() {
    std::map<std::string, std::uint8_t> known;
    for (const base::Commodity& commodity : co_await ledger::all_commodities(transaction_)) {
        known.emplace(commodity.code, commodity.scale);
    }
    std::vector<base::Commodity> missing;
    JournalPosition first_missing;
    auto scales = std::make_shared<std::vector<base::Commodity>>();
    for (const ImportedCommodity& imported : journal_.commodities()) {
        const base::Commodity& commodity = imported.commodity;
        mapping_.commodities.push_back(commodity.code);
        const auto found = known.find(commodity.code);
        if (found == known.end()) {
            first_missing = missing.empty() ? imported.finest : first_missing;
            missing.push_back(commodity);
            known.emplace(commodity.code, commodity.scale);
        } else if (found->second < commodity.scale) {
            if (!co_await widen_commodity(transaction_, commodity)) {
                base::Error error{
                    .kind = base::ErrorKind::conflict,
                    .code = "interchange.scale_too_small",
                    .detail = fmt::format(
                        "the books keep '{}' with {} digits after the point and the journal needs "
                        "{}",
                        commodity.code,
                        found->second,
                        commodity.scale
                    ),
                };
                error.detail = sentence_at(journal_, imported.finest, error);
                co_return std::unexpected(std::move(error));
            }
        }
        const std::uint8_t scale = std::max(known.at(commodity.code), commodity.scale);
        mapping_.factors.push_back(power_of_ten(scale - commodity.scale));
        scales->push_back({.code = commodity.code, .scale = scale});
    }
    if (!missing.empty()) {
        if (auto added = co_await ledger::add_commodities(transaction_, missing); !added) {
            co_return std::unexpected(refused(journal_, first_missing, added.error()));
        }
    }
    result_.commodities_made = missing.size();
    mapping_.scales = std::move(scales);
    co_return base::Result<void>{};
}

base::Task<base::Result<void>> Importer::make_accounts() {
    std::map<std::string, base::AccountId, std::less<>> known;
    for (ledger::Account& account : co_await ledger::all_accounts(transaction_)) {
        known.emplace(std::move(account.code), account.id);
    }
    auto made = co_await ledger::insert_accounts(transaction_, missing_accounts(journal_, known));
    if (!made) {
        co_return std::unexpected(refused(journal_, place_of_missing(journal_, known), made.error())
        );
    }
    for (ledger::Account& account : *made) {
        known.emplace(std::move(account.code), account.id);
    }
    for (const ImportedAccount& account : journal_.accounts()) {
        mapping_.accounts.push_back(known.at(account.path));
    }
    result_.accounts_made = made->size();
    co_return base::Result<void>{};
}

base::Task<void> Importer::keep_prices() {
    std::vector<PriceToKeep> prices;
    while (const auto price = journal_.next_price()) {
        prices.push_back({
            .commodity = mapping_.commodities[price->commodity],
            .quote_commodity = mapping_.commodities[price->price_commodity],
            .date = price->date,
            .price = base::to_string(price->price),
        });
        if (prices.size() == kPricesPerCall) {
            co_await insert_prices(transaction_, std::exchange(prices, {}));
        }
    }
    if (!prices.empty()) {
        co_await insert_prices(transaction_, std::move(prices));
    }
}

base::Result<void> Importer::fill_batch() {
    std::size_t lines = 0;
    while (batch_.size() < kEntriesPerCall && lines < kLinesPerCall) {
        const ImportedEntry* entry = journal_.next();
        if (entry == nullptr) {
            finished_ = true;
            return {};
        }
        if (entry->lines.empty()) {
            ++result_.without_lines;
            continue;
        }
        JournalPosition at = entry->source;
        auto posting = posting_of(*entry, mapping_, options_.actor, at);
        if (!posting) {
            return std::unexpected(refused(journal_, at, posting.error()));
        }
        lines += entry->lines.size();
        batch_.push_back(std::move(*posting));
        positions_.push_back(entry->source);
    }
    return {};
}

base::Task<base::Result<void>> Importer::send_batch() {
    std::vector<const ledger::Posting*> postings;
    postings.reserve(batch_.size());
    for (const ledger::Posting& posting : batch_) {
        postings.push_back(&posting);
    }
    pg::Query query = ledger::post_entries_query(transaction_.tenant(), postings, posted_at_);
    const pg::Rows rows = co_await transaction_.execute(*query.statement, std::move(query.params));
    const auto verdicts = ledger::verdicts_of(rows);
    for (std::size_t at = 0; at < verdicts.size(); ++at) {
        if (verdicts[at].outcome == "posted") {
            ++result_.posted;
        } else if (verdicts[at].outcome == "replayed") {
            ++result_.repeated;
        } else {
            co_return std::unexpected(
                refused(journal_, positions_[at], ledger::refusal_of(verdicts[at].outcome))
            );
        }
    }
    batch_.clear();
    positions_.clear();
    co_return base::Result<void>{};
}

base::Task<base::Result<void>> Importer::post_entries() {
    while (!finished_) {
        if (auto filled = fill_batch(); !filled) {
            co_return filled;
        }
        if (batch_.empty()) {
            break;
        }
        if (auto sent = co_await send_batch(); !sent) {
            co_return sent;
        }
        if (options_.on_progress) {
            const auto done =
                static_cast<double>(result_.posted + result_.repeated + result_.without_lines);
            options_.on_progress(
                done / static_cast<double>(std::max<std::uint64_t>(journal_.report().entries, 1))
            );
        }
    }
    co_return base::Result<void>{};
}

base::Task<base::Result<BookImportResult>> Importer::run() {
    const auto base_code = co_await ledger::base_commodity(transaction_);
    if (!base_code) {
        co_return base::refuse(
            base::ErrorKind::not_found, "ledger.no_books", "There are no books with this number."
        );
    }
    mapping_.base_commodity = *base_code;
    // Accounts before commodities: whoever makes accounts locks the counter and then the ledger,
    // and widening a commodity locks the ledger.
    if (auto made = co_await make_accounts(); !made) {
        co_return std::unexpected(made.error());
    }
    if (auto made = co_await make_commodities(); !made) {
        co_return std::unexpected(made.error());
    }
    co_await keep_prices();
    if (auto posted = co_await post_entries(); !posted) {
        co_return std::unexpected(posted.error());
    }
    co_await transaction_.commit();
    co_return result_;
}

}  // namespace

base::Task<base::Result<BookImportResult>> import_into_books(
    pg::Pool& pool,
    const base::Clock& clock,
    base::TenantId tenant,
    JournalImport& journal,
    BookImportOptions options,
    base::Deadline deadline
) {
    auto transaction =
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_write, deadline);
    Importer importer{transaction, clock, journal, std::move(options)};
    co_return co_await importer.run();
}

}  // namespace accubooks::interchange
