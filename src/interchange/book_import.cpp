#include "interchange/book_import.h"

#include <map>
#include <set>

#include <fmt/format.h>

#include "interchange/book_import_store.h"
#include "interchange/internal/account_plan.h"
#include "interchange/internal/import_poster.h"
#include "interchange/internal/imported_posting.h"
#include "ledger/account_store.h"
#include "ledger/books.h"
#include "pg/author.h"
#include "pg/tenant_transaction.h"

namespace accubooks::interchange {
namespace {

std::int64_t power_of_ten(int exponent) {
    std::int64_t power = 1;
    for (; exponent > 0; --exponent) {
        power *= 10;
    }
    return power;
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
    bool knows_what_is_told(const KnownAccounts& known);
    void map_accounts(const AccountPlan& plan, const KnownAccounts& known);
    void name_made(const ImportedAccount& imported, const ledger::Account& account);
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

/// Whether the books have each account that one of the source is told to be.
bool Importer::knows_what_is_told(const KnownAccounts& known) {
    for (const ImportedAccount& imported : source_.accounts()) {
        const auto told = options_.accounts.find(imported.path);
        if (told != options_.accounts.end() && !known.contains(told->second)) {
            poster_.refuse_unknown_account(imported.first, told->second);
            return false;
        }
    }
    return true;
}

void Importer::map_accounts(const AccountPlan& plan, const KnownAccounts& known) {
    for (const std::string& code : plan.codes) {
        mapping_.accounts.push_back(code.empty() ? base::AccountId{} : known.at(code));
    }
    for (const std::string& code : plan.to_deactivate) {
        to_deactivate_.push_back(known.at(code));
    }
}

void Importer::name_made(const ImportedAccount& imported, const ledger::Account& account) {
    if (result_.accounts.size() < kNamedMax) {
        result_.accounts.push_back(
            {.account = imported.path,
             .line = imported.first.line,
             .code = account.code,
             .type = account.type,
             .type_assumed = account.type_assumed}
        );
    }
}

base::Task<bool> Importer::make_accounts() {
    KnownAccounts known;
    for (ledger::Account& account : co_await ledger::all_accounts(transaction_)) {
        known.emplace(std::move(account.code), account.id);
    }
    if (!knows_what_is_told(known)) {
        co_return false;
    }
    const std::vector<ImportedAccount>& accounts = source_.accounts();
    SourcePosition at;
    auto plan = plan_accounts(accounts, options_.accounts, known, at);
    if (!plan) {
        poster_.refuse(at, plan.error());
        co_return false;
    }
    auto made = co_await ledger::insert_accounts(transaction_, std::move(plan->to_make));
    if (!made) {
        poster_.refuse(first_place(accounts, *plan), made.error());
        co_return false;
    }
    for (std::size_t index = 0; index < made->size(); ++index) {
        ledger::Account& account = (*made)[index];
        name_made(accounts[plan->made_of[index]], account);
        known.emplace(std::move(account.code), account.id);
    }
    map_accounts(*plan, known);
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
