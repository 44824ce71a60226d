#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/date.h"
#include "base/decimal.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/money.h"

namespace accubooks::ledger {

/// Free marks of an entry, "project" -> "atlas"; sorted, so that they have one canonical order.
using Tags = std::map<std::string, std::string>;

/// Limits of one entry; past them an entry is refused, never cut.
inline constexpr std::size_t kLinesMax = 10000;
inline constexpr std::size_t kTextLengthMax =
    1000;  // of description, memo and reason, in characters
inline constexpr std::size_t kReferenceLengthMax = 200;
inline constexpr std::size_t kTagsMax = 50;
inline constexpr std::size_t kCommodityLengthMax = 100;

/// What an amount of another commodity was exchanged for: signed like the amount it is the cost of.
struct Cost {
    std::string commodity;
    std::int64_t units = 0;

    friend bool operator==(const Cost&, const Cost&) = default;
};

/// One line as it is posted. `amount` is in units of `commodity`, debit positive; `base_amount` in
/// units of the tenant's base commodity, 0 where the line is unvalued.
///
/// In an entry base amounts sum to zero, and so does, for each commodity, what the lines come to at
/// cost: the cost where there is one, else the amount.
struct Line {
    base::AccountId account;
    std::string commodity;
    std::int64_t amount = 0;
    std::int64_t base_amount = 0;
    std::optional<Cost> cost{};
    std::string memo{};

    friend bool operator==(const Line&, const Line&) = default;
};

/// A journal entry before it has a number.
struct Entry {
    base::Date date;
    std::optional<base::Date> document_date{};
    std::string description;
    std::string reference{};
    Tags tags{};
    std::string source = "api";  // api, import, reversal, demo
    std::optional<base::EntryNumber> reverses{};
    std::string reason{};       // why it reverses another; empty otherwise
    std::string late_reason{};  // why it is posted into a soft closed period; empty otherwise
    std::vector<Line> lines{};

    friend bool operator==(const Entry&, const Entry&) = default;
};

/// A posted entry: what never changes again.
struct PostedEntry {
    base::EntryNumber number;
    Entry entry;
    std::string posted_by{};  // "user:…", "token:…", "cli:…"
    base::Instant posted_at{};
    std::string idempotency_key{};
    base::Digest request_hash{};
    base::Digest entry_hash{};
    base::Digest chain_hash{};
    std::int16_t line_count = 0;     // as the header states it
    bool lines_are_numbered = true;  // 1, 2, 3, … as stored; the order of `lines` is theirs
    std::optional<base::EntryNumber> reversed_by{};
};

/// A line as people and programs give it: decimals not yet measured against a commodity.
struct DraftLine {
    base::AccountId account;
    base::Decimal amount;  // debit positive
    std::string commodity;
    std::optional<base::Decimal> base_amount{};
    std::string memo{};
};

struct Draft {
    base::Date date;
    std::string description;
    std::string reference{};
    Tags tags{};
    std::string late_reason{};  // as Entry's
    std::vector<DraftLine> lines{};
};

/// An entry of which not everything may be there yet.
struct UnfinishedLine {
    std::optional<base::AccountId> account{};
    std::optional<base::Decimal> amount{};
    std::string commodity{};
    std::optional<base::Decimal> base_amount{};
    std::string memo{};
};

struct Unfinished {
    std::optional<base::Date> date{};
    std::string description{};
    std::string reference{};
    Tags tags{};
    std::string late_reason{};
    std::vector<UnfinishedLine> lines{};
};

/// What is wrong with its texts by themselves, whatever is missing, as `prepare` finds it.
std::vector<base::FieldError> wrong_texts(const Unfinished& entry);

/// What judging a draft needs to know of the books.
struct Terms {
    base::Commodity base;
    std::map<std::string, base::Commodity> commodities;  // by code; the draft's own at least
    std::map<base::AccountId, bool>
        accounts;  // the draft's own that exist; true: imported, its liberties hold
};

/// Turns a draft into an entry that balances, or says what is wrong with it, field by field.
///
/// A line in the base commodity is its own base amount. A foreign commodity that sums to zero in
/// the entry may be unvalued (no base amounts at all). One whose amounts or base amounts don't is
/// an exchange (or a settlement at another rate, or a revaluation): its base amounts are its cost
/// and must be given, signed like the amounts. Errors: `ledger.bad_entry`, `ledger.too_few_lines`,
/// `ledger.unbalanced`, `ledger.unknown_account`, `ledger.unknown_commodity`.
base::Result<Entry> prepare(const Draft& draft, const Terms& terms);

/// The entry that undoes `posted`: same accounts, opposite signs, on `date`, with a link and a
/// reason. Errors: `ledger.reason_required`, `ledger.bad_entry`, `ledger.out_of_range`.
base::Result<Entry> reversal_of(
    const PostedEntry& posted, base::Date date, std::string reason, std::string late_reason = {}
);

/// Whether base amounts sum to zero and each commodity does at cost; the sentence of the first
/// breach otherwise.
std::optional<std::string> imbalance_of(const std::vector<Line>& lines);

}  // namespace accubooks::ledger
