#include "interchange/gnucash_import.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/error.h"
#include "interchange/internal/binary.h"
#include "interchange/internal/compressed_file.h"
#include "interchange/internal/entry_order.h"
#include "interchange/internal/exact.h"
#include "interchange/internal/gnucash_book.h"
#include "interchange/internal/gnucash_reader.h"
#include "interchange/internal/gnucash_transaction.h"
#include "interchange/internal/marks.h"
#include "interchange/internal/refusal.h"
#include "interchange/internal/source_folder.h"
#include "interchange/internal/xml_records.h"
#include "interchange/spool.h"

namespace accubooks::interchange {
namespace {

constexpr std::string_view kGzip = "\x1F\x8B";
constexpr std::string_view kSqlite = "SQLite format 3";

/// An id of GnuCash's and the transaction that has it.
struct KnownId {
    base::Digest id{};
    SourcePosition at{};

    friend bool operator<(const KnownId& left, const KnownId& right) {
        return left.id != right.id ? left.id < right.id : left.at.line < right.at.line;
    }
};

/// What the account is beside its path, as internal/marks.h has it.
std::string marks_of(const GnucashAccount& account, const GnucashBook& book) {
    Marks marks{{"name", account.name}, {"commodity", book.code_of(account.commodity)}};
    const std::string_view subtype =
        account.is_opening_balance ? "opening_balance" : account.type->subtype;
    if (!subtype.empty()) {
        marks.emplace("subtype", subtype);
    }
    // Where there are lines they must remain reversible.
    const bool is_closed = account.is_hidden || account.is_placeholder;
    if (is_closed && account.lines == 0 && !account.has_children) {
        marks.emplace("active", "no");
    }
    return to_value(marks);
}

}  // namespace

bool looks_like_gnucash(std::string_view first_bytes) {
    constexpr std::string_view kStarts[] = {
        kGzip, kSqlite, "\xEF\xBB\xBF<", "\xFF\xFE<", {"\xFE\xFF\0<", 4}
    };
    const auto first = first_bytes.find_first_not_of(" \t\r\n");
    return std::ranges::any_of(
               kStarts, [&](std::string_view start) { return first_bytes.starts_with(start); }
           ) ||
           (first != std::string_view::npos && first_bytes[first] == '<');
}

struct GnucashImport::State {
    explicit State(const GnucashOptions& given)
        : options{given},
          book{given},
          transactions{given.spool_folder},
          prices{given.spool_folder},
          order{given.spool_folder},
          ids{given.spool_folder},
          transaction_reader{transactions},
          price_reader{prices} {}

    bool open(const std::filesystem::path& file);
    bool read(const SourceFile& source);
    bool is_each_id_known_once();
    bool settle();
    void publish();
    void keep(const GnucashTransaction& read);
    void build();
    ImportedLine line_of(const GnucashSplit& split) const;
    void progress(double done) const;

    GnucashOptions options;
    GnucashBook book;
    Refusal refusal;
    Spool transactions;
    Spool prices;
    EntryOrder order;
    ExternalSort<KnownId, std::less<>> ids;
    SpoolReader transaction_reader;
    SpoolReader price_reader;
    std::string bytes;

    std::vector<ImportedAccount> accounts;
    std::vector<std::uint32_t> account_index;  // of `accounts`, by the book's
    std::vector<ImportedCommodity> commodities;
    std::uint64_t prices_read = 0;

    GnucashTransaction transaction;
    std::vector<ImportedTag> tags;
    std::vector<ImportedLine> lines;
    ImportedEntry entry;
};

void GnucashImport::State::progress(double done) const {
    if (options.on_progress) {
        options.on_progress(done);
    }
}

void GnucashImport::State::keep(const GnucashTransaction& read) {
    bytes.clear();
    encode(read, bytes);
    order.push({
        .day = read.date.unix_days(),
        .bytes = static_cast<std::uint32_t>(bytes.size()),
        .number = book.report().entries++,
        .offset = transactions.size(),
    });
    transactions.append(bytes.data(), bytes.size());
    ids.push({.id = read.identity, .at = read.at});
}

bool GnucashImport::State::read(const SourceFile& source) {
    GnucashReader reader{
        book,
        refusal,
        {
            .transaction = [this](const GnucashTransaction& read) { keep(read); },
            .price =
                [this](const ImportedPrice& price) {
                    prices.append(&price, sizeof price);
                    ++book.report().prices;
                },
        }
    };
    XmlReader xml{reader, refusal};
    CompressedFile file{source};
    std::uint64_t pieces = 0;
    while (true) {
        const auto piece = file.next();
        if (!piece) {
            return refusal.refuse({}, piece.error().code, piece.error().detail);
        }
        if (pieces++ == 0 && piece->starts_with(kSqlite)) {
            return refusal.refuse(
                {},
                "interchange.not_gnucash",
                "the book is kept in SQLite; save it as XML in GnuCash (File, Save As)"
            );
        }
        if (piece->empty()) {
            break;
        }
        if (!xml.read(*piece)) {
            return false;
        }
        progress(file.done());
    }
    if (!xml.finish()) {
        return false;
    }
    reader.conclude();
    return refusal.kept().empty();
}

bool GnucashImport::State::is_each_id_known_once() {
    std::optional<KnownId> before;
    while (const auto known = ids.pop()) {
        if (before && before->id == known->id) {
            return refusal.refuse(
                known->at,
                "interchange.bad_gnucash",
                fmt::format("the transaction of line {} has the same id", before->at.line)
            );
        }
        before = known;
    }
    return true;
}

bool GnucashImport::State::settle() {
    if (const auto too_large = book.settle_scales()) {
        return refusal.refuse(
            too_large->at,
            "interchange.out_of_range",
            fmt::format(
                "{} is too large: amounts have 64 bits, at the most digits that the commodity has "
                "anywhere in the file",
                too_large->amount
            )
        );
    }
    return true;
}

bool GnucashImport::State::open(const std::filesystem::path& file) {
    book.report().files.push_back(file.string());
    SourceFile source;
    SourceFault fault;
    if (!SourceFolder::open(file, source, fault)) {
        return refusal.refuse({}, fault.code, fault.reason);
    }
    return read(source) && is_each_id_known_once() && settle();
}

void GnucashImport::State::publish() {
    const auto& all = book.accounts();
    account_index.resize(all.size());
    for (std::size_t at = 0; at < all.size(); ++at) {
        const GnucashAccount& account = all[at];
        if (account.type->role != GnucashType::Role::books) {
            continue;
        }
        account_index[at] = static_cast<std::uint32_t>(accounts.size());
        const bool has_parent =
            account.parent && all[*account.parent].type->role == GnucashType::Role::books;
        accounts.push_back({
            .path = account.path,
            .parent = has_parent ? std::optional{account_index[*account.parent]} : std::nullopt,
            .type = account.type->type,
            .posted = account.lines != 0,
            .first = account.at,
            .marks = marks_of(account, book),
        });
    }
    commodities.reserve(book.commodities().size());
    for (const GnucashCommodity& facts : book.commodities()) {
        commodities.push_back(
            {.commodity = facts.commodity, .posted = facts.posted, .finest = facts.finest}
        );
    }
}

ImportedLine GnucashImport::State::line_of(const GnucashSplit& split) const {
    const auto units_of = [this](const base::Decimal& amount, std::uint32_t commodity) {
        std::int64_t units = 0;
        base::ensure(
            round_to_units(units, amount, commodities[commodity].commodity.scale),
            "the scale was settled so that every amount fits"
        );
        return units;
    };
    const std::uint32_t commodity = book.accounts()[split.account].commodity;
    ImportedLine line{
        .account = account_index[split.account],
        .commodity = commodity,
        .units = units_of(split.quantity, commodity),
        .memo = split.memo,
        .source = split.at,
    };
    if (commodity != transaction.currency) {
        line.cost = ImportedCost{
            .commodity = transaction.currency,
            .units = units_of(split.value, transaction.currency),
        };
    }
    return line;
}

void GnucashImport::State::build() {
    tags.clear();
    lines.clear();
    for (const auto& [name, value] : transaction.tags) {
        tags.push_back({.name = name, .value = value});
    }
    for (const GnucashSplit& split : transaction.splits) {
        lines.push_back(line_of(split));
    }
    entry = ImportedEntry{
        .date = transaction.date,
        .reference = transaction.number,
        .description = transaction.description,
        .tags = tags,
        .lines = lines,
        .source = transaction.at,
        .identity = transaction.identity,
        .digest = transaction.content,
    };
}

GnucashImport::GnucashImport(std::unique_ptr<State> state) : state_{std::move(state)} {}
GnucashImport::GnucashImport(GnucashImport&&) noexcept = default;
GnucashImport& GnucashImport::operator=(GnucashImport&&) noexcept = default;
GnucashImport::~GnucashImport() = default;

std::expected<GnucashImport, SourceError> GnucashImport::open(
    const std::filesystem::path& file, const GnucashOptions& options
) {
    auto state = std::make_unique<State>(options);
    if (!state->open(file)) {
        return std::unexpected(error_of(state->refusal, state->book.report().files));
    }
    state->publish();
    state->progress(1);
    return GnucashImport{std::move(state)};
}

const std::vector<ImportedAccount>& GnucashImport::accounts() const {
    return state_->accounts;
}

const std::vector<ImportedCommodity>& GnucashImport::commodities() const {
    return state_->commodities;
}

const SourceReport& GnucashImport::report() const {
    return state_->book.report();
}

const ImportedEntry* GnucashImport::next() {
    State& state = *state_;
    const auto place = state.order.pop();
    if (!place) {
        return nullptr;
    }
    decode(state.transaction_reader.view(place->offset, place->bytes), state.transaction);
    state.build();
    state.book.report().lines += state.lines.size();
    return &state.entry;
}

std::optional<ImportedPrice> GnucashImport::next_price() {
    State& state = *state_;
    if (state.prices_read == state.book.report().prices) {
        return std::nullopt;
    }
    ImportedPrice price;
    const auto bytes = state.price_reader.view(state.prices_read++ * sizeof price, sizeof price);
    std::memcpy(static_cast<void*>(&price), bytes.data(), bytes.size());
    return price;
}

}  // namespace accubooks::interchange
