#include "interchange/csv_import.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/utf8.h"
#include "interchange/book_import_store.h"
#include "interchange/internal/cursor.h"
#include "interchange/internal/import_poster.h"
#include "ledger/account_store.h"
#include "ledger/books.h"
#include "ledger/entry.h"
#include "pg/author.h"
#include "pg/tenant_transaction.h"

namespace accubooks::interchange {
namespace {

/// Rows that are one entry, in the order of the file; never none.
using RowsOfEntry = std::vector<const CsvRecord*>;

std::vector<RowsOfEntry> entries_of(const std::vector<CsvRecord>& records) {
    std::vector<RowsOfEntry> entries;
    std::unordered_map<std::string_view, std::size_t> places;
    entries.reserve(records.size());
    for (const CsvRecord& record : records) {
        if (!record.entry.empty()) {
            const auto [place, is_new] = places.emplace(record.entry, entries.size());
            if (!is_new) {
                entries[place->second].push_back(&record);
                continue;
            }
        }
        entries.push_back({&record});
    }
    return entries;
}

/// What the entry says, whatever file it is in.
std::string content_of(const RowsOfEntry& entry) {
    std::string content = "csv";
    for (const CsvRecord* row : entry) {
        for (const std::string& part :
             {base::to_string(row->date),
              row->description,
              row->reference,
              row->memo,
              row->account,
              row->counter,
              row->commodity,
              base::to_string(row->amount.normalised()),
              row->base_amount ? base::to_string(row->base_amount->normalised()) : std::string{}}) {
            content += part;
            content += '\x1f';
        }
    }
    return content;
}

/// Which of a row's accounts a line is of: the one that gets its amount, or the opposite of it.
enum class Side : std::uint8_t { own, counter };

/// One import under way.
class CsvImporter {
public:
    CsvImporter(
        pg::TenantTransaction& transaction,
        base::Instant posted_at,
        CsvTable table,
        BookImportOptions options
    )
        : transaction_{transaction},
          table_{std::move(table)},
          options_{std::move(options)},
          files_{options_.file_name},
          poster_{transaction, posted_at, files_, options_, result_} {}
    CsvImporter(const CsvImporter&) = delete;
    CsvImporter& operator=(const CsvImporter&) = delete;

    base::Task<base::Result<BookImportResult>> run();

private:
    base::Task<base::Result<void>> know_books();
    base::Task<base::Result<void>> know_commodities();
    /// None: it was refused.
    std::optional<ledger::Posting> posting_of(const RowsOfEntry& entry);
    std::optional<ledger::Draft> draft_of(const RowsOfEntry& entry);
    std::optional<ledger::DraftLine> line_of(const CsvRecord& row, Side side);
    SourcePosition place(const CsvRecord& row, std::string_view key) const;
    /// Where the row is that a pointer into the entry means: "/lines/3/amount".
    SourcePosition place(const RowsOfEntry& entry, std::string_view pointer) const;

    pg::TenantTransaction& transaction_;
    const CsvTable table_;
    const BookImportOptions options_;
    const std::vector<std::string> files_;
    BookImportResult result_;
    ImportPoster poster_;
    ledger::Terms terms_;
    std::shared_ptr<const std::vector<base::Commodity>> scales_;
    std::unordered_map<std::string, base::AccountId> accounts_;  // by code
    std::set<std::string> unknown_;
    std::map<base::Digest, std::uint32_t> seen_;  // contents, and how often
};

base::Task<base::Result<void>> CsvImporter::know_books() {
    for (ledger::Account& account : co_await ledger::all_accounts(transaction_)) {
        terms_.accounts.emplace(account.id, account.imported);
        accounts_.emplace(std::move(account.code), account.id);
    }
    const auto base_code = co_await ledger::base_commodity(transaction_);
    if (!base_code) {
        co_return std::unexpected(ledger::no_books());
    }
    AB_CO_CHECK(co_await know_commodities());
    terms_.base = terms_.commodities.at(*base_code);
    co_return base::Result<void>{};
}

/// Currencies that the books lack are made, as for an entry by the API.
base::Task<base::Result<void>> CsvImporter::know_commodities() {
    std::set<std::string> wanted;
    for (const CsvRecord& record : table_.records) {
        wanted.insert(record.commodity);
    }
    std::vector<base::Commodity> known = co_await ledger::all_commodities(transaction_);
    for (const base::Commodity& commodity : known) {
        wanted.erase(commodity.code);
    }
    std::vector<base::Commodity> missing;
    for (const std::string& code : wanted) {
        if (const auto scale = base::iso4217_scale(code)) {
            missing.push_back({.code = code, .scale = *scale});
        }
    }
    if (!missing.empty()) {
        AB_CO_CHECK(co_await ledger::add_commodities(transaction_, missing));
        known = co_await ledger::all_commodities(transaction_);
        result_.commodities_made = missing.size();
    }
    for (const base::Commodity& commodity : known) {
        terms_.commodities.emplace(commodity.code, commodity);
    }
    scales_ = std::make_shared<const std::vector<base::Commodity>>(std::move(known));
    co_return base::Result<void>{};
}

SourcePosition CsvImporter::place(const CsvRecord& row, std::string_view key) const {
    const auto cell = table_.cells.find(key);
    return {.line = row.line, .column = cell == table_.cells.end() ? 1 : cell->second};
}

SourcePosition CsvImporter::place(const RowsOfEntry& entry, std::string_view pointer) const {
    constexpr std::string_view kLines = "/lines/";
    const std::string_view member = pointer.substr(pointer.rfind('/') + 1);
    std::size_t line = 0;
    if (pointer.starts_with(kLines)) {
        const std::string_view rest = pointer.substr(kLines.size());
        std::from_chars(rest.data(), rest.data() + rest.size(), line);
    }
    const bool has_counter = !entry.front()->counter.empty();
    const CsvRecord& row = *entry.at(std::min(has_counter ? line / 2 : line, entry.size() - 1));
    if (member == "account_id") {
        return place(row, has_counter && line % 2 == 1 ? "counter" : "account");
    }
    if (member == "amount" && !table_.cells.contains("amount")) {
        return place(row, row.amount.is_negative() ? "credit" : "debit");
    }
    if (member == "base_amount") {
        return place(row, row.amount.is_negative() ? "base_credit" : "base_debit");
    }
    return place(row, member == "currency" ? "commodity" : member);
}

std::optional<ledger::DraftLine> CsvImporter::line_of(const CsvRecord& row, Side side) {
    const bool is_counter = side == Side::counter;
    const std::string& code = is_counter ? row.counter : row.account;
    const auto found = accounts_.find(code);
    if (found == accounts_.end()) {
        poster_.refuse_unknown_account(place(row, is_counter ? "counter" : "account"), code);
        if (unknown_.insert(code).second && result_.unknown_accounts.size() < kNamedMax) {
            result_.unknown_accounts.push_back(code);
        }
        return std::nullopt;
    }
    ledger::DraftLine line{
        .account = found->second,
        .amount = is_counter ? row.amount.negated() : row.amount,
        .commodity = row.commodity.empty() ? terms_.base.code : row.commodity,
        .memo = is_counter ? std::string{} : on_one_line(row.memo),
    };
    // A foreign amount that is worth nothing is one that nobody valued.
    const bool is_valued = row.base_amount && (!row.base_amount->is_zero() || row.amount.is_zero());
    if (is_valued && line.commodity != terms_.base.code) {
        line.base_amount = is_counter ? row.base_amount->negated() : *row.base_amount;
    }
    return line;
}

std::optional<ledger::Draft> CsvImporter::draft_of(const RowsOfEntry& entry) {
    const CsvRecord& first = *entry.front();
    ledger::Draft draft{
        .date = first.date,
        .description = on_one_line(first.description),
        .reference = on_one_line(first.reference),
    };
    bool is_whole = true;
    for (const CsvRecord* row : entry) {
        if (row->date != first.date) {
            poster_.refuse(
                place(*row, "date"),
                {.kind = base::ErrorKind::invalid,
                 .code = "interchange.bad_csv",
                 .detail = fmt::format("line {} of the same entry has another day", first.line)}
            );
            is_whole = false;
        }
        for (const Side side : {Side::own, Side::counter}) {
            if (side == Side::counter && row->counter.empty() && row->entry.empty()) {
                poster_.refuse(
                    place(*row, "counter"),
                    {.kind = base::ErrorKind::invalid,
                     .code = "interchange.bad_csv",
                     .detail = "the row has no counter account"}
                );
                is_whole = false;
            }
            if (side == Side::own || !row->counter.empty()) {
                auto line = line_of(*row, side);
                is_whole = is_whole && line;
                if (line) {
                    draft.lines.push_back(*std::move(line));
                }
            }
        }
    }
    return is_whole ? std::optional{std::move(draft)} : std::nullopt;
}

std::optional<ledger::Posting> CsvImporter::posting_of(const RowsOfEntry& entry) {
    const auto draft = draft_of(entry);
    if (!draft) {
        return std::nullopt;
    }
    auto made = ledger::prepare(*draft, terms_);
    if (!made) {
        const base::Error& why = made.error();
        poster_.refuse(
            place(
                entry, why.fields.empty() ? "date" : std::string_view{why.fields.front().pointer}
            ),
            why
        );
        return std::nullopt;
    }
    made->source = "import";
    const base::Digest digest = base::sha256(content_of(entry));
    return ledger::Posting{
        .entry = *std::move(made),
        .commodities = scales_,
        .idempotency_key =
            fmt::format("\x1f{}.{}", base::to_hex(std::span{digest}.first(16)), seen_[digest]++),
        .request_hash = digest,
        .posted_by = options_.actor,
    };
}

base::Task<base::Result<BookImportResult>> CsvImporter::run() {
    AB_CO_CHECK(co_await know_books());
    std::vector<ledger::Posting> postings;
    std::vector<SourcePosition> places;
    std::size_t lines = 0;
    for (const RowsOfEntry& entry : entries_of(table_.records)) {
        if (auto posting = posting_of(entry)) {
            lines += posting->entry.lines.size();
            postings.push_back(*std::move(posting));
            places.push_back(place(*entry.front(), "date"));
        }
        if (postings.size() == kEntriesPerCall || lines >= kLinesPerCall) {
            co_await poster_.post(std::exchange(postings, {}), std::exchange(places, {}));
            lines = 0;
        }
    }
    co_await poster_.post(std::move(postings), std::move(places));
    co_await poster_.conclude("csv");
    co_return std::move(result_);
}

}  // namespace

base::Task<base::Result<BookImportResult>> import_csv(
    pg::Pool& pool,
    const base::Clock& clock,
    base::TenantId tenant,
    CsvTable table,
    BookImportOptions options,
    base::Deadline deadline
) {
    auto transaction =
        co_await pg::TenantTransaction::begin(pool, tenant, pg::Access::read_write, deadline);
    co_await pg::act_as(transaction, {.actor = options.actor, .peer = options.peer});
    CsvImporter importer{transaction, clock.now(), std::move(table), std::move(options)};
    co_return co_await importer.run();
}

}  // namespace accubooks::interchange
