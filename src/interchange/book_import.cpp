#include "interchange/book_import.h"

#include <map>
#include <set>

#include <fmt/format.h>

#include "interchange/book_import_store.h"
#include "interchange/internal/entry_tags.h"
#include "interchange/internal/import_poster.h"
#include "interchange/internal/marks.h"
#include "ledger/account_store.h"
#include "ledger/books.h"
#include "ledger/valuation.h"
#include "pg/author.h"
#include "pg/tenant_transaction.h"

namespace accubooks::interchange {
namespace {

/// What a source's own numbering means in the books, and how its texts are read.
struct Mapping {
    std::vector<base::AccountId> accounts;  // by the source's account index
    std::vector<std::string> commodities;   // by the source's commodity index
    std::vector<std::int64_t> factors;  // from the source's units to the books', which may be finer
    std::shared_ptr<const std::vector<base::Commodity>> scales;
    base::Commodity base;
    bool may_hold_marks = false;
};

std::string_view leaf_of(std::string_view path) {
    const auto colon = path.rfind(':');
    return colon == std::string_view::npos ? path : path.substr(colon + 1);
}

/// An account of the source as the books shall have it.
struct AccountToMake {
    ledger::AccountToInsert account;
    bool active = true;
};

std::string text_of(const Marks& marks, std::string_view name, std::string otherwise) {
    const auto found = marks.find(name);
    if (found == marks.end()) {
        return otherwise;
    }
    return found->second;
}

/// `above` is the code of the account above it.
base::Result<AccountToMake> account_of(
    const ImportedAccount& account, std::optional<std::string> above
) {
    AB_TRY(marks, parse_marks(account.marks));
    const auto commodity = marks.find("commodity");
    AccountToMake made{
        .account =
            {
                .account =
                    {
                        .code = text_of(marks, "code", account.path),
                        .name = text_of(marks, "name", std::string{leaf_of(account.path)}),
                        .type = account.type,
                        .subtype = text_of(marks, "subtype", account.cash ? "cash" : ""),
                        .parent_code = std::move(above),
                        .commodity = commodity == marks.end() ? std::nullopt
                                                              : std::optional{commodity->second},
                    },
                .imported = text_of(marks, "rules", "") != "own",
                .type_assumed = account.assumed,
            },
        .active = text_of(marks, "active", "yes") != "no",
    };
    if (!made.account.imported) {
        AB_CHECK(ledger::check(made.account.account));
    }
    return made;
}

std::int64_t power_of_ten(int exponent) {
    std::int64_t power = 1;
    for (; exponent > 0; --exponent) {
        power *= 10;
    }
    return power;
}

/// Units of the source's commodity in the books' units.
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

/// Adds a line that an export had to write as two to its first part.
base::Result<void> join(ledger::Line& line, const ledger::Line& part) {
    const bool fits =
        line.cost && part.cost && !__builtin_add_overflow(line.amount, part.amount, &line.amount) &&
        !__builtin_add_overflow(line.cost->units, part.cost->units, &line.cost->units);
    if (!fits || line.account != part.account || line.commodity != part.commodity ||
        line.cost->commodity != part.cost->commodity) {
        return base::refuse(
            base::ErrorKind::invalid,
            "interchange.bad_mark",
            "the line isn't part of the one before, as its comment says"
        );
    }
    return {};
}

base::Result<MarkedComment> marks_apart(std::string_view text, const Mapping& mapping) {
    if (mapping.may_hold_marks) {
        return split_marks(text);
    }
    return MarkedComment{.text = std::string{text}, .marks = {}};
}

/// The base amount that a line's marks tell.
base::Result<std::int64_t> told_base_amount(std::string_view text, const base::Commodity& base) {
    AB_TRY(amount, base::Decimal::parse(text));
    return amount.units_at(base.scale);
}

/// The lines with their base amounts: told, where each line tells it, else by their costs. `at`
/// becomes the place of what is refused.
base::Result<std::vector<ledger::Line>> lines_of(
    const ImportedEntry& from, const Mapping& mapping, SourcePosition& at
) {
    std::vector<ledger::Line> lines;
    lines.reserve(from.lines.size());
    std::size_t told = 0;
    for (const ImportedLine& imported : from.lines) {
        at = imported.source.line != 0 ? imported.source : from.source;
        AB_TRY(line, line_of(imported, mapping));
        AB_TRY(comment, marks_apart(line.memo, mapping));
        line.memo = text_of(comment.marks, "memo", std::move(comment.text));
        if (const auto base = comment.marks.find("base"); base != comment.marks.end()) {
            AB_TRY(units, told_base_amount(base->second, mapping.base));
            line.base_amount = units;
            ++told;
        }
        if (comment.marks.contains("joined") && !lines.empty()) {
            AB_CHECK(join(lines.back(), line));
        } else {
            lines.push_back(std::move(line));
        }
    }
    at = from.source;
    if (told < from.lines.size()) {
        AB_CHECK(ledger::value_at_cost(lines, mapping.base.code));
    }
    return lines;
}

/// All tags of the entry, if its marks tell them.
ledger::Tags told_tags(const Marks& marks) {
    constexpr std::string_view kTag = "tag:";
    ledger::Tags tags;
    for (const auto& [name, value] : marks) {
        if (name.starts_with(kTag)) {
            tags.emplace(name.substr(kTag.size()), value);
        }
    }
    return tags;
}

/// Unique for ever per identity, or per content and running index; the control character keeps it
/// apart from callers' own keys.
std::string key_of(const ImportedEntry& entry) {
    const base::Digest& known_by = entry.identity ? *entry.identity : entry.digest;
    const std::string digest = base::to_hex(std::span{known_by}.first(16));
    return fmt::format("\x1f{}.{}", digest, entry.occurrence);
}

/// `at` becomes the place of what is refused.
base::Result<ledger::Posting> posting_of(
    const ImportedEntry& from, const Mapping& mapping, const std::string& actor, SourcePosition& at
) {
    AB_TRY(comment, marks_apart(from.comment, mapping));
    ledger::Tags tags = told_tags(comment.marks);
    if (tags.empty()) {
        tags = tags_in_books(from.tags, comment.text);
    }
    AB_TRY(lines, lines_of(from, mapping, at));
    return ledger::Posting{
        .entry =
            {
                .date = from.date,
                .document_date = from.document_date,
                .description = text_of(comment.marks, "description", std::string{from.description}),
                .reference = text_of(comment.marks, "reference", std::string{from.reference}),
                .tags = std::move(tags),
                .source = "import",
                .lines = std::move(lines),
            },
        .commodities = mapping.scales,
        .idempotency_key = key_of(from),
        .request_hash = from.digest,
        .posted_by = actor,
    };
}

/// Which accounts of a file the books shall have under its own names: those that aren't told to be
/// others, nor parents of nothing else than such.
std::vector<bool> own_accounts(
    const std::vector<ImportedAccount>& accounts, const AccountsTold& told
) {
    std::vector<bool> is_own(accounts.size());
    std::vector<bool> is_parent(accounts.size());
    std::vector<bool> has_own(accounts.size());  // below it
    for (std::size_t at = accounts.size(); at-- > 0;) {
        const ImportedAccount& account = accounts[at];
        const bool is_needed = account.posted || !is_parent[at] || has_own[at];
        is_own[at] = is_needed && !told.contains(account.path);
        if (account.parent) {
            is_parent[*account.parent] = true;
            has_own[*account.parent] = has_own[*account.parent] || is_own[at];
        }
    }
    return is_own;
}

/// Where the first account that is new to the books appears; of those, the first whose parent they
/// have, where there is one: an account is refused for what stands above it.
SourcePosition place_of_new(const ImportSource& source, const std::vector<bool>& is_new) {
    std::optional<SourcePosition> first;
    for (std::size_t at = 0; at < is_new.size(); ++at) {
        const ImportedAccount& account = source.accounts()[at];
        if (!is_new[at]) {
            continue;
        }
        if (account.parent && !is_new[*account.parent]) {
            return account.first;
        }
        first = first.value_or(account.first);
    }
    return first.value_or(SourcePosition{});
}

/// One import under way.
class Importer {
public:
    Importer(
        pg::TenantTransaction& transaction,
        const base::Clock& clock,
        ImportSource& source,
        BookImportOptions options
    )
        : transaction_{transaction},
          source_{source},
          options_{std::move(options)},
          files_{source.report().files},
          poster_{transaction, clock.now(), files_, options_, result_} {
        if (!options_.file_name.empty()) {
            files_.front() = options_.file_name;
        }
    }
    Importer(const Importer&) = delete;
    Importer& operator=(const Importer&) = delete;

    base::Task<base::Result<BookImportResult>> run();

private:
    /// False after a problem that leaves nothing to go on with.
    base::Task<bool> make_commodities();
    base::Task<bool> make_accounts();
    base::Task<bool> settle_scales();
    base::Task<void> keep_prices();
    base::Task<void> post_entries();
    void fill_batch();

    pg::TenantTransaction& transaction_;
    ImportSource& source_;
    BookImportOptions options_;
    std::vector<std::string> files_;
    BookImportResult result_;
    ImportPoster poster_;
    Mapping mapping_;
    std::vector<base::AccountId> to_deactivate_;  // once everything is posted
    std::vector<ledger::Posting> batch_;
    std::vector<SourcePosition> positions_;  // of the batch's entries
    bool finished_ = false;
};

base::Task<bool> Importer::make_commodities() {
    std::set<std::string> known;
    for (base::Commodity& commodity : co_await ledger::all_commodities(transaction_)) {
        known.insert(std::move(commodity.code));
    }
    std::vector<base::Commodity> missing;
    SourcePosition first_missing;
    for (const ImportedCommodity& imported : source_.commodities()) {
        const base::Commodity& commodity = imported.commodity;
        if (known.insert(commodity.code).second) {
            first_missing = missing.empty() ? imported.finest : first_missing;
            missing.push_back(commodity);
        }
    }
    if (!missing.empty()) {
        if (auto added = co_await ledger::add_commodities(transaction_, missing); !added) {
            poster_.refuse(first_missing, added.error());
            co_return false;
        }
    }
    result_.commodities_made = missing.size();
    co_return true;
}

base::Task<bool> Importer::settle_scales() {
    std::map<std::string, std::uint8_t> in_books;
    for (const base::Commodity& commodity : co_await ledger::all_commodities(transaction_)) {
        in_books.emplace(commodity.code, commodity.scale);
    }
    auto scales = std::make_shared<std::vector<base::Commodity>>();
    for (const ImportedCommodity& imported : source_.commodities()) {
        const base::Commodity& commodity = imported.commodity;
        std::uint8_t& scale = in_books.at(commodity.code);
        if (scale < commodity.scale) {
            if (!co_await widen_commodity(transaction_, commodity)) {
                poster_.refuse(
                    imported.finest,
                    {.kind = base::ErrorKind::conflict,
                     .code = "interchange.scale_too_small",
                     .detail = fmt::format(
                         "the books keep '{}' with {} digits after the point and the file needs {}",
                         commodity.code,
                         scale,
                         commodity.scale
                     )}
                );
                co_return false;
            }
            scale = commodity.scale;
        }
        mapping_.commodities.push_back(commodity.code);
        mapping_.factors.push_back(power_of_ten(scale - commodity.scale));
        scales->push_back({.code = commodity.code, .scale = scale});
    }
    mapping_.base.scale = in_books.at(mapping_.base.code);
    mapping_.scales = std::move(scales);
    co_return true;
}

base::Task<bool> Importer::make_accounts() {
    std::map<std::string, base::AccountId, std::less<>> known;
    for (ledger::Account& account : co_await ledger::all_accounts(transaction_)) {
        known.emplace(std::move(account.code), account.id);
    }
    std::vector<std::string> codes;  // by the source's account index
    std::vector<bool> is_new;
    std::vector<ledger::AccountToInsert> missing;
    std::vector<const ImportedAccount*> named;  // of `missing`
    std::vector<std::string> inactive;
    const std::vector<bool> is_own = own_accounts(source_.accounts(), options_.accounts);
    for (const ImportedAccount& imported : source_.accounts()) {
        if (!is_own[codes.size()]) {
            const auto told = options_.accounts.find(imported.path);
            const bool is_told = told != options_.accounts.end();
            if (is_told && !known.contains(told->second)) {
                poster_.refuse_unknown_account(imported.first, told->second);
                co_return false;
            }
            codes.push_back(is_told ? told->second : std::string{});
            is_new.push_back(false);
            continue;
        }
        auto account = account_of(
            imported, imported.parent ? std::optional{codes[*imported.parent]} : std::nullopt
        );
        if (!account) {
            poster_.refuse(imported.first, account.error());
            co_return false;
        }
        codes.push_back(account->account.account.code);
        is_new.push_back(!known.contains(codes.back()));
        if (!is_new.back()) {
            continue;
        }
        if (!account->active) {
            inactive.push_back(codes.back());
        }
        missing.push_back(std::move(account->account));
        named.push_back(&imported);
    }
    auto made = co_await ledger::insert_accounts(transaction_, std::move(missing));
    if (!made) {
        poster_.refuse(place_of_new(source_, is_new), made.error());
        co_return false;
    }
    for (std::size_t at = 0; at < made->size(); ++at) {
        ledger::Account& account = (*made)[at];
        if (result_.accounts.size() < kNamedMax) {
            result_.accounts.push_back(
                {.account = named[at]->path,
                 .line = named[at]->first.line,
                 .code = account.code,
                 .type = account.type,
                 .type_assumed = account.type_assumed}
            );
        }
        known.emplace(std::move(account.code), account.id);
    }
    for (const std::string& code : codes) {
        mapping_.accounts.push_back(code.empty() ? base::AccountId{} : known.at(code));
    }
    for (const std::string& code : inactive) {
        to_deactivate_.push_back(known.at(code));
    }
    result_.accounts_made = made->size();
    co_return true;
}

base::Task<void> Importer::keep_prices() {
    std::vector<PriceToKeep> prices;
    while (const auto price = source_.next_price()) {
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

void Importer::fill_batch() {
    std::size_t lines = 0;
    while (batch_.size() < kEntriesPerCall && lines < kLinesPerCall) {
        const ImportedEntry* entry = source_.next();
        if (entry == nullptr) {
            finished_ = true;
            return;
        }
        if (entry->lines.empty()) {
            ++result_.without_lines;
            continue;
        }
        SourcePosition at = entry->source;
        auto posting = posting_of(*entry, mapping_, options_.actor, at);
        if (!posting) {
            poster_.refuse(at, posting.error());
            continue;
        }
        lines += entry->lines.size();
        batch_.push_back(std::move(*posting));
        positions_.push_back(entry->source);
    }
}

base::Task<void> Importer::post_entries() {
    while (!finished_) {
        fill_batch();
        co_await poster_.post(std::exchange(batch_, {}), std::exchange(positions_, {}));
        if (options_.on_progress) {
            const std::uint64_t done = result_.posted + result_.repeated + result_.without_lines;
            options_.on_progress(
                static_cast<double>(done) /
                static_cast<double>(std::max<std::uint64_t>(source_.report().entries, 1))
            );
        }
    }
}

base::Task<base::Result<BookImportResult>> Importer::run() {
    const auto base_code = co_await ledger::base_commodity(transaction_);
    if (!base_code) {
        co_return std::unexpected(ledger::no_books());
    }
    mapping_.base = {.code = *base_code};
    mapping_.may_hold_marks = source_.may_hold_marks();
    // As others do it: first commodities, which accounts may name. Then accounts, by which the
    // counter is locked and then the ledger; and then scales, as widening one locks the ledger.
    const bool is_made =
        co_await make_commodities() && co_await make_accounts() && co_await settle_scales();
    if (is_made) {
        co_await keep_prices();
        co_await post_entries();
        for (const base::AccountId account : to_deactivate_) {
            AB_CO_TRY(
                changed, co_await ledger::change_account(transaction_, account, {.active = false})
            );
        }
        co_await poster_.conclude(source_.format());
    }
    co_return std::move(result_);
}

}  // namespace

base::Task<base::Result<BookImportResult>> import_into_books(
    pg::Pool& pool,
    const base::Clock& clock,
    base::TenantId tenant,
    ImportSource& source,
    BookImportOptions options,
    base::Deadline deadline
) {
    auto transaction =
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_write, deadline);
    co_await pg::act_as(transaction, {.actor = options.actor, .peer = options.peer});
    Importer importer{transaction, clock, source, std::move(options)};
    co_return co_await importer.run();
}

}  // namespace accubooks::interchange
