#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "interchange/journal_import.h"

namespace accubooks::interchange {

inline constexpr std::uint32_t kNoCommodity = 0xFFFF'FFFF;

enum class Mark : std::uint8_t { none, pending, cleared };

/// An amount as written. `precision` is the number of digits shown after the decimal mark, trailing
/// zeros too.
struct RawAmount {
    std::uint32_t commodity = kNoCommodity;
    base::Decimal value{};
    std::uint8_t precision = 0;
    /// One comma before exactly three digits, and nothing read so far tells which mark it is:
    /// `value` takes it for the decimal mark; taken for a group mark it is the same digits with no
    /// places.
    bool open_comma = false;
    std::uint32_t column = 0;

    bool present() const { return commodity != kNoCommodity; }
};

enum class CostKind : std::uint8_t { none, unit, total };

struct RawCost {
    CostKind kind = CostKind::none;
    RawAmount amount{};
};

/// `=`, `==`, `=*`, `==*`: an assertion, or an assignment where the posting has no amount.
struct RawAssertion {
    bool total = false;      // `==`: no other commodity either
    bool inclusive = false;  // `*`: with subaccounts
    RawAmount amount{};
    RawCost cost{};
    std::uint32_t column = 0;  // of the equals sign

    bool present() const { return amount.present(); }
};

struct RawPosting {
    std::uint32_t line = 0;
    std::uint32_t column = 0;  // where its account begins
    std::uint32_t account = 0;
    Mark mark = Mark::none;
    bool balanced_virtual = false;  // in square brackets
    RawAmount amount{};
    RawCost cost{};
    RawAssertion assertion{};
    std::optional<std::int32_t> date{};  // unix days, of a `date:` tag or bracketed date
    std::string_view comment{};
    std::string_view lot_price{};  // "{10.00 USD}" as written
    std::string_view lot_date{};   // "[2024-01-31]"

    bool is_assignment() const { return !amount.present() && assertion.present(); }
};

/// One transaction as parsed: names interned, nothing inferred. Views point into whatever it was
/// read from.
struct RawTransaction {
    std::uint32_t file = 0;
    std::uint32_t line = 0;
    std::int32_t date = 0;  // unix days
    std::optional<std::int32_t> date2{};
    Mark mark = Mark::none;
    std::string_view code{};
    std::string_view description{};
    std::string_view comment{};
    std::vector<RawPosting> postings{};
};

/// Where a message about the transaction as a whole points to: its date.
inline SourcePosition place_of(const RawTransaction& transaction) {
    return {.file = transaction.file, .line = transaction.line, .column = 1};
}

/// Where a message about one of its postings points to.
inline SourcePosition place_of(const RawTransaction& transaction, const RawPosting& posting) {
    return {.file = transaction.file, .line = posting.line, .column = posting.column};
}

/// Appends the compact binary form of `transaction` to `out`, of about the size of its text.
void encode(const RawTransaction& transaction, std::string& out);

/// Reads what `encode` wrote; the views point into `bytes`. `transaction` is reused, so that its
/// postings are not allocated again.
void decode(std::string_view bytes, RawTransaction& transaction);

}  // namespace accubooks::interchange
