#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "base/digest.h"
#include "base/money.h"
#include "interchange/import_problem.h"
#include "ledger/account.h"

/// What books are imported from, whatever the format: accounts, commodities, prices and entries,
/// each checked before the first is handed out.
namespace accubooks::interchange {

using ledger::AccountType;

/// A place in the files read: `file` is an index into `SourceReport::files`, line and column count
/// from 1. Columns are characters (code points), as hledger counts them: of the wrong character
/// where there is one, else of the posting, the transaction or the directive. Line 0: no line of a
/// file, as of what the importer made itself.
struct SourcePosition {
    std::uint32_t file = 0;
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

/// Why a source was refused: its first wrong line, what was to be told where that was open, and
/// the first wrong lines of further transactions where it was a transaction's, at most kNamedMax.
struct SourceError : ImportProblem {
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
    SourcePosition first{
    };  // directive or first use; file 0 line 0: made by the importer (rounding, clearing)
    std::string marks{};  // what the source says beside it, as internal/marks.h writes it
};

/// `code` as mapped; "" is the commodity of plain numbers. `scale` is the most digits of any amount
/// written or inferred, of a total cost, or of a directive, at most 12 (a finer amount is refused),
/// unless the scale was known before.
struct ImportedCommodity {
    base::Commodity commodity;
    bool posted = false;      // some line or cost uses it; otherwise only a directive or price
    SourcePosition finest{};  // where that many digits were used first
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
    SourcePosition source{};  // line 0: made by the importer
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
    SourcePosition source{};                // its first line

    /// What the source knows the entry by, whatever it says: the same again with another digest is
    /// refused. Without it an entry is known by its digest and occurrence.
    std::optional<base::Digest> identity{};
    /// Content, independent of place, scale and rounding: equal again when the same entry is
    /// imported later.
    base::Digest digest{};
    /// 0, 1, 2 … among the entries of this import with that digest, in the order of `next`.
    std::uint32_t occurrence = 0;
};

/// A price: one unit of `commodity` is worth `price` of `price_commodity` from that day on.
struct ImportedPrice {
    base::Date date;
    std::uint32_t commodity = 0;
    base::Decimal price;
    std::uint32_t price_commodity = 0;
    SourcePosition source{};
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

inline constexpr std::size_t kRemarkKinds = 6;

struct Remark {
    RemarkKind kind = RemarkKind::note;
    SourcePosition at{};
    std::string text;  // one sentence
};

struct SourceReport {
    std::vector<std::string> files;  // every file read, in the order first read; 0 is the one given
    std::uint64_t transactions = 0;  // as hledger counts them, those without postings too
    std::uint64_t entries = 0;  // what `next` gives; more when a posting date splits a transaction
    std::uint64_t lines = 0;    // of all entries
    std::uint64_t prices = 0;
    std::vector<Remark> remarks;  // in file order within a kind is not promised; at most kRemarks
    /// By RemarkKind, those past kRemarks too.
    std::vector<std::uint64_t> remark_counts = std::vector<std::uint64_t>(kRemarkKinds);
};

/// Books that were read and found right to the last entry, so that nothing can be refused half-way
/// through `next`. Opened, looked at, then read once from front to back. Single-threaded.
class ImportSource {
public:
    virtual ~ImportSource() = default;

    /// As a batch names it: "journal", "gnucash".
    virtual std::string_view format() const = 0;
    /// Whether comments and memos may hold what an export of books wrote into them.
    virtual bool may_hold_marks() const = 0;

    /// Parents before children.
    virtual const std::vector<ImportedAccount>& accounts() const = 0;
    virtual const std::vector<ImportedCommodity>& commodities() const = 0;
    /// Its counts, but for `lines`, are final at once; remarks about single entries join as `next`
    /// hands them out, and are complete when it has returned nullptr.
    virtual const SourceReport& report() const = 0;

    /// The next entry; nullptr after the last.
    virtual const ImportedEntry* next() = 0;
    /// The next price in file order; none after the last. Independent of `next`.
    virtual std::optional<ImportedPrice> next_price() = 0;

protected:
    ImportSource() = default;
    ImportSource(ImportSource&&) = default;
    ImportSource& operator=(ImportSource&&) = default;
};

}  // namespace accubooks::interchange
