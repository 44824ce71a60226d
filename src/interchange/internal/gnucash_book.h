#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/error.h"
#include "interchange/gnucash_import.h"
#include "interchange/internal/book.h"

namespace accubooks::interchange {

/// What GnuCash's types of accounts are here. Source: GnuCash, Account.h, GNCAccountType.
struct GnucashType {
    enum class Role : std::uint8_t {
        books,    // an account
        root,     // the tree's own, above all others
        trading,  // mirrors what is exchanged; what it holds follows from the rest
    };

    std::string_view name;
    Role role = Role::books;
    AccountType type = AccountType::asset;
    std::string_view subtype{};  // one of ledger::subtypes_of, or none
};
/// Nullptr where there is no such type.
const GnucashType* gnucash_type(std::string_view name);

struct GnucashAccount {
    std::string path{};  // empty: the root
    std::string name{};
    std::optional<std::uint32_t> parent{};
    const GnucashType* type = nullptr;
    std::uint32_t commodity = 0;  // of the root: none
    SourcePosition at{};
    bool is_hidden = false;
    bool is_placeholder = false;
    bool has_children = false;
    bool is_opening_balance = false;
    std::uint64_t lines = 0;
};

/// How GnuCash names a commodity: "CURRENCY" and "EUR", "NASDAQ" and "AAPL".
struct CommodityName {
    std::string_view space;
    std::string_view id;

    bool is_currency() const { return space == "CURRENCY" || space == "ISO4217"; }
};

struct GnucashCommodity {
    base::Commodity commodity{};
    std::optional<std::uint8_t> known_scale{};  // fixed before the import
    bool posted = false;
    SourcePosition finest{};
    base::Decimal largest{};
    SourcePosition largest_at{};
};

/// What a file says beside its transactions: names, what is known of them, and the report.
class GnucashBook {
public:
    explicit GnucashBook(const GnucashOptions& options);

    /// Errors: `interchange.too_many_commodities`, `interchange.bad_commodity`,
    /// `interchange.ambiguous_commodity`.
    base::Result<std::uint32_t> intern_commodity(CommodityName name, SourcePosition at);
    /// The digits that a commodity has, whatever amounts need.
    void declare_places(std::uint32_t commodity, std::uint8_t places, SourcePosition at);
    /// An amount that is posted. Errors: `interchange.too_fine`.
    base::Result<void> see_amount(
        std::uint32_t commodity, const base::Decimal& amount, SourcePosition at
    );
    /// The largest amount that doesn't fit 64 bits at the scale that its commodity has got; none:
    /// all scales are settled.
    struct TooLarge {
        SourcePosition at;
        std::string amount;
    };
    std::optional<TooLarge> settle_scales() const;

    /// Errors: `interchange.bad_account`, `interchange.too_many_accounts`.
    base::Result<void> add_account(std::string id, GnucashAccount account);
    std::optional<std::uint32_t> account(std::string_view id) const;

    std::vector<GnucashAccount>& accounts() { return accounts_; }
    const std::vector<GnucashAccount>& accounts() const { return accounts_; }
    const std::vector<GnucashCommodity>& commodities() const { return commodities_; }
    const std::string& code_of(std::uint32_t commodity) const {
        return commodities_[commodity].commodity.code;
    }

    SourceReport& report() { return report_; }
    const SourceReport& report() const { return report_; }

private:
    struct Named {
        std::uint32_t commodity = 0;
        std::string name;         // "NASDAQ:AAPL"
        bool was_mapped = false;  // by who imports
    };

    std::vector<GnucashAccount> accounts_;
    TextMap<std::uint32_t> account_ids_;
    TextMap<std::uint32_t> account_paths_;
    std::size_t account_bytes_ = 0;
    std::vector<GnucashCommodity> commodities_;
    TextMap<std::uint32_t> commodity_names_;
    TextMap<Named> codes_;
    TextMap<std::string> mapped_;
    TextMap<std::uint8_t> known_scales_;
    SourceReport report_;
};

}  // namespace accubooks::interchange
