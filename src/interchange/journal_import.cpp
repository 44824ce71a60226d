#include "interchange/journal_import.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "base/error.h"
#include "interchange/internal/book.h"
#include "interchange/internal/entry_builder.h"
#include "interchange/internal/entry_order.h"
#include "interchange/internal/entry_resolver.h"
#include "interchange/internal/journal_parser.h"
#include "interchange/internal/raw_transaction.h"
#include "interchange/internal/refusal.h"
#include "interchange/internal/scales.h"
#include "interchange/spool.h"

namespace accubooks::interchange {

namespace {

// Share of the work of `open` that is parsing; the rest is checking.
constexpr double kParsing = 0.6;
constexpr std::uint64_t kReportEvery = 20'000;

struct SpooledPrice {
    std::int32_t day = 0;
    std::uint32_t commodity = 0;
    std::uint32_t price_commodity = 0;
    std::uint8_t places = 0;
    bool open_comma = false;
    SourcePosition source{};
    base::Decimal::Mantissa mantissa = 0;
};

/// A path that no account of the book has.
std::string free_path(const Book& book, std::string path) {
    const auto taken = [&](const std::string& candidate) {
        return std::any_of(
            book.accounts().begin(),
            book.accounts().end(),
            [&](const Account& account) { return account.path == candidate && account.posted; }
        );
    };
    std::string candidate = path;
    for (int i = 2; taken(candidate); ++i) {
        candidate = fmt::format("{} {}", path, i);
    }
    return candidate;
}

}  // namespace

/// The passes and what they leave to each other. The first parses and spools; the second resolves
/// every entry to find errors, scales and equal contents; the third, behind `next`, resolves them
/// again and hands them out.
struct JournalImport::State {
    explicit State(JournalOptions given)
        : options{std::move(given)},
          book{options},
          transactions{options.spool_folder},
          prices{options.spool_folder},
          digests{options.spool_folder},
          order{options.spool_folder},
          occurrences{options.spool_folder, kSmallSort},
          transaction_reader{transactions},
          price_reader{prices},
          digest_reader{digests} {}

    static constexpr std::size_t kSmallSort = std::size_t{1} << 20U;

    bool parse(const std::filesystem::path& file);
    bool settle_open_commas();
    bool check_entries();
    void find_equal_contents(ExternalSort<EntryDigest, std::less<>>& contents);
    void add_own_accounts();
    void publish();
    /// The next transaction in order, resolved; false after the last and after a refusal.
    bool resolve_next();
    void progress(double done) const;

    JournalOptions options;
    Book book;
    Refusal refusal;
    Spool transactions;
    Spool prices;
    Spool digests;
    EntryOrder order;
    ExternalSort<EntryOccurrence, std::less<>> occurrences;
    SpoolReader transaction_reader;
    SpoolReader price_reader;
    SpoolReader digest_reader;
    std::optional<AmountDefaults::Commodity> default_style;

    std::optional<EntryResolver> resolver;
    RawTransaction transaction;
    std::vector<ResolvedLine> lines;
    std::vector<std::int32_t> days;
    bool needs_rounding = false;
    bool needs_clearing = false;

    std::vector<ImportedAccount> accounts;
    std::vector<ImportedCommodity> commodities;
    std::optional<EntryBuilder> builder;
    std::optional<EntryOccurrence> next_occurrence;
    std::uint64_t handed_out = 0;
    std::uint64_t prices_read = 0;
};

void JournalImport::State::progress(double done) const {
    if (options.on_progress) {
        options.on_progress(done);
    }
}

bool JournalImport::State::parse(const std::filesystem::path& file) {
    std::string bytes;
    std::vector<std::int32_t> dates;
    JournalSink sink{
        .transaction =
            [&](const RawTransaction& parsed) {
                bytes.clear();
                encode(parsed, bytes);
                EntryPlace place{
                    .day = options.like == Like::ledger ? 0 : parsed.date,
                    .bytes = static_cast<std::uint32_t>(bytes.size()),
                    .number = book.report().transactions++,
                    .offset = transactions.size(),
                };
                transactions.append(bytes.data(), bytes.size());
                order.push(place);
                days_of(parsed, dates);
                place.dated_apart = true;
                for (const std::int32_t day : dates) {
                    if (day != parsed.date && options.like != Like::ledger) {
                        place.day = day;
                        order.push(place);
                    }
                }
            },
        .price =
            [&](const ImportedPrice& price, bool open_comma) {
                SpooledPrice spooled;
                std::memset(static_cast<void*>(&spooled), 0, sizeof spooled);
                spooled.day = price.date.unix_days();
                spooled.commodity = price.commodity;
                spooled.price_commodity = price.price_commodity;
                spooled.places = price.price.places();
                spooled.open_comma = open_comma;
                spooled.source = price.source;
                spooled.mantissa = price.price.mantissa();
                prices.append(&spooled, sizeof spooled);
                ++book.report().prices;
            },
        .progress = [&](double done) { progress(done * kParsing); },
    };
    JournalParser parser{book, refusal, options, std::move(sink)};
    if (!parser.run(file)) {
        return false;
    }
    default_style = parser.final_default();
    return true;
}

/// The first `1,234` in the files whose commodity shows nowhere whether the comma parts decimals or
/// thousands.
bool JournalImport::State::settle_open_commas() {
    const CommodityFacts* first = nullptr;
    std::uint64_t alike = 0;
    for (const CommodityFacts& facts : book.commodities()) {
        const CommaEvidence& comma = facts.comma;
        if (!comma.first_open || comma.groups != comma.decimals) {
            continue;
        }
        alike += comma.open_count;
        const auto place = [](const CommodityFacts& each) {
            return std::pair{each.comma.first_open->file, each.comma.first_open->line};
        };
        if (first == nullptr || place(facts) < place(*first)) {
            first = &facts;
        }
    }
    if (first == nullptr) {
        return true;
    }
    const std::string& text = first->comma.first_open_text;
    std::string decimal = text;
    std::string grouped = text;
    std::replace(decimal.begin(), decimal.end(), ',', '.');
    std::erase(grouped, ',');
    return refusal.refuse(
        *first->comma.first_open,
        "interchange.ambiguous_number",
        fmt::format(
            "{} is {} to hledger and {} to Ledger; declare `decimal-mark` or the commodity's "
            "format, or import with "
            "--like hledger or --like ledger",
            text,
            decimal,
            grouped
        ),
        ImportQuestion{
            .option = "like",
            .text = text,
            .readings =
                {{.value = "hledger", .reads = decimal}, {.value = "ledger", .reads = grouped}},
            .alike = alike,
        }
    );
}

bool JournalImport::State::resolve_next() {
    while (const auto place = order.pop()) {
        decode(transaction_reader.view(place->offset, place->bytes), transaction);
        if (!place->dated_apart) {
            return resolver->resolve(transaction, lines);
        }
        if (!resolver->count_dated(transaction, place->day, lines)) {
            return false;
        }
    }
    return false;
}

bool JournalImport::State::check_entries() {
    const auto start = [this] {
        resolver.emplace(book, refusal, options.like);
        if (default_style) {
            resolver->balancer().set_default_style(default_style->index, default_style->precision);
        }
    };
    start();
    ScaleFinder scales{book, refusal};
    ExternalSort<EntryDigest, std::less<>> contents{options.spool_folder};
    CommoditySums sums;
    std::string buffer;
    SourceReport& report = book.report();
    for (std::uint64_t checked = 0; resolve_next(); ++checked) {
        if (!scales.see(transaction, lines)) {
            return false;
        }
        needs_rounding = needs_rounding ||
                         (options.like == Like::hledger && leaves_rest_without_cost(lines, sums));
        days_of(transaction, days);
        needs_clearing = needs_clearing || days.size() > 1;
        for (const std::int32_t day : days) {
            const base::Digest digest = digest_of(book, transaction, lines, day, buffer);
            digests.append(digest.data(), digest.size());
            contents.push({.digest = digest, .number = report.entries++});
        }
        if (checked % kReportEvery == 0) {
            const double share =
                static_cast<double>(checked) / static_cast<double>(report.transactions);
            progress(kParsing + (1 - kParsing) * share);
        }
    }
    if (!refusal.kept().empty() || !scales.settle()) {
        return false;
    }
    find_equal_contents(contents);
    order.rewind();
    start();
    return true;
}

void JournalImport::State::find_equal_contents(ExternalSort<EntryDigest, std::less<>>& contents) {
    std::optional<EntryDigest> before;
    std::uint32_t occurrence = 0;
    while (const auto content = contents.pop()) {
        occurrence = before && before->digest == content->digest ? occurrence + 1 : 0;
        if (occurrence > 0) {
            occurrences.push({.number = content->number, .occurrence = occurrence});
        }
        before = content;
    }
    next_occurrence = occurrences.pop();
}

void JournalImport::State::add_own_accounts() {
    OwnAccounts own;
    const auto add = [this](const char* path, AccountType type) {
        const std::uint32_t index = book.intern_account(free_path(book, path), {});
        Account& account = book.accounts()[index];
        account.declared = type;
        account.posted = true;
        return index;
    };
    if (needs_rounding) {
        own.rounding = add("expenses:rounding", AccountType::expense);
    }
    if (needs_clearing) {
        own.clearing = add("assets:clearing", AccountType::asset);
    }
    builder.emplace(book, own);
}

void JournalImport::State::publish() {
    const auto types = account_types(book, options);
    for (std::size_t i = 0; i < book.accounts().size(); ++i) {
        const Account& account = book.accounts()[i];
        accounts.push_back({
            .path = account.path,
            .parent = account.parent,
            .type = types[i].type,
            .cash = types[i].cash,
            .assumed = types[i].assumed,
            .posted = account.posted,
            .first = account.first,
            .marks = account.marks,
        });
        if (types[i].assumed) {
            book.remark(
                RemarkKind::assumed_type,
                account.first,
                fmt::format("nothing tells the type of {}: taken as an asset", shown(account.path))
            );
        }
    }
    for (const CommodityFacts& facts : book.commodities()) {
        commodities.push_back({
            .commodity = {.code = facts.code, .scale = facts.scale},
            .posted = facts.posted,
            .finest = facts.finest,
        });
    }
}

JournalImport::JournalImport(std::unique_ptr<State> state) : state_{std::move(state)} {}
JournalImport::JournalImport(JournalImport&&) noexcept = default;
JournalImport& JournalImport::operator=(JournalImport&&) noexcept = default;
JournalImport::~JournalImport() = default;

std::expected<JournalImport, SourceError> JournalImport::open(
    const std::filesystem::path& file, const JournalOptions& options
) {
    auto state = std::make_unique<State>(options);
    if (!state->parse(file) || !state->settle_open_commas() || !state->check_entries()) {
        return std::unexpected(error_of(state->refusal, state->book.report().files));
    }
    state->add_own_accounts();
    state->publish();
    state->progress(1);
    return JournalImport{std::move(state)};
}

const std::vector<ImportedAccount>& JournalImport::accounts() const {
    return state_->accounts;
}

const std::vector<ImportedCommodity>& JournalImport::commodities() const {
    return state_->commodities;
}

const SourceReport& JournalImport::report() const {
    return state_->book.report();
}

const ImportedEntry* JournalImport::next() {
    State& state = *state_;
    ImportedEntry* entry = state.builder->next();
    if (entry == nullptr) {
        if (!state.resolve_next()) {
            base::ensure(
                state.refusal.kept().empty(), "what was right when checked is right again"
            );
            return nullptr;
        }
        days_of(state.transaction, state.days);
        state.builder->build(state.transaction, state.lines, state.days);
        entry = state.builder->next();
    }
    const auto digest =
        state.digest_reader.view(state.handed_out * sizeof(base::Digest), sizeof(base::Digest));
    std::memcpy(entry->digest.data(), digest.data(), digest.size());
    entry->occurrence = 0;
    if (state.next_occurrence && state.next_occurrence->number == state.handed_out) {
        entry->occurrence = state.next_occurrence->occurrence;
        state.next_occurrence = state.occurrences.pop();
    }
    ++state.handed_out;
    state.book.report().lines += entry->lines.size();
    return entry;
}

std::optional<ImportedPrice> JournalImport::next_price() {
    State& state = *state_;
    if (state.prices_read == state.book.report().prices) {
        return std::nullopt;
    }
    SpooledPrice spooled;
    const auto bytes =
        state.price_reader.view(state.prices_read++ * sizeof spooled, sizeof spooled);
    std::memcpy(static_cast<void*>(&spooled), bytes.data(), bytes.size());
    const bool grouped =
        spooled.open_comma && state.book.commodities()[spooled.price_commodity].comma.groups;
    return ImportedPrice{
        .date = base::Date::from_unix_days(spooled.day),
        .commodity = spooled.commodity,
        .price = base::Decimal{spooled.mantissa, grouped ? std::uint8_t{0} : spooled.places},
        .price_commodity = spooled.price_commodity,
        .source = spooled.source,
    };
}

}  // namespace accubooks::interchange
