#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "base/digest.h"
#include "base/money.h"
#include "interchange/import_problem.h"
#include "ledger/account.h"

/// Plain-text journals in hledger 1.25 syntax: read, checked, balanced, and handed out entry by
/// entry.
///
/// `JournalImport::open` reads everything, in bounded memory (spool files take what is large), and
/// refuses what has a wrong line. What it returns is known to be right to the last entry, so
/// nothing can be refused half-way through `next`. It knows no database and no clock but
/// `JournalOptions::default_year`. Source: docs/accounting.md, "hledger / Ledger import"; figures
/// agree with hledger 1.25.
namespace accubooks::interchange {

/// Bounds of what is read. Past one of them the line is refused, whatever the rest of the file
/// says.
struct JournalLimits {
    static constexpr std::size_t kLineBytes = 1 << 20;
    static constexpr std::size_t kNumberDigits = 36;     // of one written number, zeros included
    static constexpr std::size_t kAccountBytes = 1000;   // of a full account path
    static constexpr std::size_t kAccountDepth = 50;     // parts between colons
    static constexpr std::size_t kCommodityBytes = 100;  // of a commodity symbol
    static constexpr std::size_t kTransactionBytes = 4 << 20;  // of all lines of one transaction
    static constexpr std::size_t kTransactionLines = 30'000;   // postings of one transaction
    static constexpr std::size_t kIncludeDepth = 32;
    static constexpr std::size_t kIncludes = 10'000;         // files read, each time counted
    static constexpr std::size_t kAccounts = 200'000;        // with parents
    static constexpr std::size_t kAccountsBytes = 16 << 20;  // of all paths together
    static constexpr std::size_t kCommodities = 20'000;
    static constexpr std::size_t kAliases = 1'000;
    static constexpr std::size_t kAssertedBalances =
        500'000;  // (account, commodity) pairs followed for assertions
    static constexpr std::size_t kRemarks =
        10'000;  // kept in the report; past it they are only counted
};

/// Whose reading of a journal is followed where the two programs differ.
enum class Like : std::uint8_t {
    /// Neither: what is ambiguous (`1,000`) or balances only by rounding is refused, and the
    /// refusal says how to go on.
    exact,
    /// hledger 1.25: a single comma is a decimal mark, assertions in date order, sums are rounded
    /// to the display
    /// precision of their commodity before they are compared with zero.
    hledger,
    /// Ledger 3: `1,000` is a thousand, `decimal-mark` isn't known, assertions in file order. Sums
    /// are exact.
    ledger,
};

using ledger::AccountType;

struct JournalOptions {
    Like like = Like::exact;
    /// Of dates written without a year, until a `Y` directive says otherwise.
    int default_year = 1970;
    /// `--type NAME=TYPE`: the type of an account and of those below it that say nothing
    /// themselves. Wins over the file.
    std::vector<std::pair<std::string, AccountType>> types{};
    /// `--map '$=USD'`: symbol as written, code it becomes. Two symbols may become one commodity.
    std::vector<std::pair<std::string, std::string>> symbols{};
    /// Commodities whose scale is fixed already. Amounts come at that scale; a finer one is refused
    /// with its line.
    std::vector<base::Commodity> known_commodities{};
    /// Where spool files are made (unlinked at once). Takes about 1.5 times the size of the
    /// journal.
    std::filesystem::path spool_folder = std::filesystem::temp_directory_path();
    /// Called now and then with the fraction done of the whole `open`, 0 to 1.
    std::function<void(double)> on_progress{};
};

/// A place in the files read: `file` is an index into `JournalReport::files`, line and column count
/// from 1. Columns are characters (code points), as hledger counts them: of the wrong character
/// where there is one, else of the posting, the transaction or the directive. Line 0: no line of a
/// file, as of what the importer made itself.
struct JournalPosition {
    std::uint32_t file = 0;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

/// Why a journal was refused: its first wrong line, what was to be told where that was open, and
/// the first wrong lines of further transactions where it was a transaction's, at most kNamedMax.
struct JournalError : ImportProblem {
    std::optional<ImportQuestion> question{};
    std::vector<ImportProblem> more{};
};

struct ImportedAccount {
    std::string path;  // full path, "assets:bank:checking"; code and name at once
    std::optional<std::uint32_t> parent;  // always an earlier index
    AccountType type = AccountType::asset;
    bool cash = false;     // declared or named as cash (`type:C`, hledger's rule for names)
    bool assumed = false;  // nothing said the type, not even a parent: taken as asset
    bool posted = false;   // some entry has a line on it; otherwise a parent or only declared
    JournalPosition first{
    };  // directive or first use; file 0 line 0: made by the importer (rounding, clearing)
    std::string marks{};  // of its directive: what an export of books says beside the journal
};

/// `code` as mapped; "" is the commodity of plain numbers. `scale` is the most digits of any amount
/// written or inferred, of a total cost, or of a directive, at most 12 (a finer amount is refused),
/// unless the scale was known before.
struct ImportedCommodity {
    base::Commodity commodity;
    bool posted = false;       // some line or cost uses it; otherwise only a directive or price
    JournalPosition finest{};  // where that many digits were used first
};

/// A total cost in another commodity, with the sign of the line's amount: a purchase of 10 at
/// @ 1.50 costs 15.00, a sale of -10 costs -15.00. It is what the line weighs in the entry's
/// balance.
struct ImportedCost {
    std::uint32_t commodity = 0;
    std::int64_t units = 0;
    bool derived = false;  // no cost was written: the exchange was implied by two commodities
};

struct ImportedTag {
    std::string_view name;
    std::string_view value;
};

struct ImportedLine {
    std::uint32_t account = 0;    // index into `accounts()`
    std::uint32_t commodity = 0;  // index into `commodities()`
    std::int64_t units = 0;       // debit positive, at the commodity's scale; may be zero
    std::optional<ImportedCost> cost{};
    std::string_view memo{};  // the posting's comment, lines joined with '\n', tags included
    std::span<const ImportedTag> tags{
    };  // of the posting's comment; `status`, `lot`, `lot_date`, `lot_price` beside
    JournalPosition source{};  // line 0: made by the importer
};

/// One balanced entry: per commodity, the sum of the costs of lines that have one and of the
/// amounts of those that don't is exactly zero. Views and spans live until the next call of `next`.
struct ImportedEntry {
    base::Date date{};
    std::optional<base::Date> document_date{};  // secondary date
    std::string_view reference{};               // the code in parentheses
    std::string_view description{};             // "payee | note" as written
    std::string_view payee{};                   // left of the bar, or the whole description
    std::string_view note{};                    // right of the bar, else empty
    std::string_view comment{};  // of the transaction, lines joined with '\n', tags included
    std::span<const ImportedTag> tags{};  // of that comment, and `status` = "cleared" or "pending"
    std::span<const ImportedLine> lines{};  // may be empty: noted in the report, nothing to post
    JournalPosition source{};               // its first line

    /// Content, independent of place, scale and rounding: equal again when the same entry is
    /// imported later.
    base::Digest digest{};
    /// 0, 1, 2 … among the entries of this import with that digest, in the order of `next`.
    std::uint32_t occurrence = 0;
};

/// A `P` directive: one unit of `commodity` is worth `price` of `price_commodity` from that day on.
struct ImportedPrice {
    base::Date date;
    std::uint32_t commodity = 0;
    base::Decimal price;
    std::uint32_t price_commodity = 0;
    JournalPosition source{};
};

enum class RemarkKind : std::uint8_t {
    warning,  // something that may not be meant: an unclosed comment block
    note,  // what was left out or changed on purpose: an entry without lines, a directive ignored,
           // a split date
    assumed_type,   // an account whose type nothing told
    derived_cost,   // an exchange of two commodities without a written cost
    rounded_cost,   // a cost that took the rest of an exchange, or lost digits past the commodity's
                    // scale
    rounding_line,  // a line on the rounding account that took the rest within one commodity
};

struct Remark {
    RemarkKind kind = RemarkKind::note;
    JournalPosition at{};
    std::string text;  // one sentence
};

struct JournalReport {
    std::vector<std::string> files;  // every file read, in the order first read; 0 is the one given
    std::uint64_t transactions = 0;  // as hledger counts them, those without postings too
    std::uint64_t entries = 0;  // what `next` gives; more when a posting date splits a transaction
    std::uint64_t lines = 0;    // of all entries
    std::uint64_t prices = 0;
    std::vector<Remark> remarks;  // in file order within a kind is not promised; at most kRemarks
    std::vector<std::uint64_t> remark_counts;  // by RemarkKind, those past kRemarks too
};

/// One import: opened, looked at, then read once from front to back. Single-threaded, movable.
class JournalImport {
public:
    /// Reads `file` and what it includes (regular files beneath its folder; no link leads
    /// out, no device is opened), checks and balances all of it. Errors: see docs/errors.md,
    /// `interchange.*`. A spool that can't be written or read throws std::system_error.
    static std::expected<JournalImport, JournalError> open(
        const std::filesystem::path& file, const JournalOptions& options
    );

    JournalImport(JournalImport&&) noexcept;
    JournalImport& operator=(JournalImport&&) noexcept;
    ~JournalImport();

    /// Parents before children.
    const std::vector<ImportedAccount>& accounts() const;
    const std::vector<ImportedCommodity>& commodities() const;
    /// Its counts are final at once; remarks about single entries join as `next` hands them out,
    /// and are complete when it has returned nullptr.
    const JournalReport& report() const;

    /// The next entry by date, those of a day in the order of the files (Like::ledger: all in the
    /// order of the files); nullptr after the last. Parts of a transaction split by posting dates
    /// follow one another.
    const ImportedEntry* next();

    /// The next price in file order; none after the last. Independent of `next`.
    std::optional<ImportedPrice> next_price();

private:
    struct State;
    explicit JournalImport(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace accubooks::interchange
