#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "interchange/internal/raw_transaction.h"
#include "interchange/journal_import.h"

namespace accubooks::interchange {

/// Finds by string_view without making a string.
struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};

template <class Value>
using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

struct Account {
    std::string path;
    std::optional<std::uint32_t> parent{};
    SourcePosition first{};
    std::optional<AccountType> declared{};
    bool declared_cash = false;
    std::string marks{};              // see marks.h
    bool asserted = false;            // an assertion or assignment looks at its own balance
    bool asserted_inclusive = false;  // and at the sum with its subaccounts
    bool posted = false;
};

/// What the file shows about the comma in numbers of a commodity.
struct CommaEvidence {
    bool groups = false;                         // "1,234.56", "1,234,567"
    bool decimals = false;                       // "1,5", "1.234,56"
    std::optional<SourcePosition> first_open{};  // the first "1,234"
    std::string first_open_text{};
    std::uint64_t open_count = 0;  // of "1,234"
};

struct CommodityFacts {
    std::string code;
    std::optional<char> decimal_mark{};                // of the latest directive read so far
    std::optional<std::uint8_t> declared_precision{};  // of the same
    std::optional<std::uint8_t> inferred_precision{
    };  // the most digits of any posting or price amount
    CommaEvidence comma{};
    std::optional<std::uint8_t> known_scale{};  // fixed before the import
    bool posted = false;

    // Filled while entries are resolved.
    std::uint8_t scale = 0;
    SourcePosition finest{};
    bool in_lines = false;  // some line has an amount in it
    std::uint8_t cost_scale = 0;
    SourcePosition finest_cost{};
    base::Decimal largest{};
    SourcePosition largest_at{};
};

/// An amount as a message shows it: "-12.5 EUR".
std::string amount_text(const base::Decimal& value, const CommodityFacts& commodity);

/// Counts a remark, and keeps it while there is room.
void add_remark(SourceReport& report, RemarkKind kind, SourcePosition at, std::string text);

/// Everything the passes share: names, what is known of them, and the report.
class Book {
public:
    explicit Book(const JournalOptions& options);

    /// Index of the account and, made first where new, of its parents.
    std::uint32_t intern_account(std::string_view path, SourcePosition at);
    /// Whether the limits of JournalLimits leave room for one more account with `depth` parts.
    bool has_room_for_account(std::string_view path, std::size_t depth) const;
    /// Index of the commodity after the symbol was mapped. None when a limit is passed.
    std::optional<std::uint32_t> intern_commodity(std::string_view symbol);

    /// The commodity of plain numbers, where no `D` gives them one.
    static constexpr std::uint32_t kNoSymbol = 0;

    std::vector<Account>& accounts() { return accounts_; }
    const std::vector<Account>& accounts() const { return accounts_; }
    std::vector<CommodityFacts>& commodities() { return commodities_; }
    const std::vector<CommodityFacts>& commodities() const { return commodities_; }

    void remark(RemarkKind kind, SourcePosition at, std::string text);
    SourceReport& report() { return report_; }
    const SourceReport& report() const { return report_; }

private:
    std::vector<Account> accounts_;
    TextMap<std::uint32_t> account_index_;
    std::size_t account_bytes_ = 0;
    std::vector<CommodityFacts> commodities_;
    TextMap<std::uint32_t> commodity_index_;  // by symbol as written
    TextMap<std::uint32_t> code_index_;       // by code after mapping
    TextMap<std::string> mapped_;
    TextMap<std::uint8_t> known_scales_;
    SourceReport report_;
};

/// Types of all accounts of the book, in its order: overrides, then `type:` tags, then hledger's
/// rules for names, then the parent's type; asset and `assumed` where nothing tells.
struct TypedAccount {
    AccountType type = AccountType::asset;
    bool cash = false;
    bool assumed = false;
};
std::vector<TypedAccount> account_types(const Book& book, const JournalOptions& options);

}  // namespace accubooks::interchange
