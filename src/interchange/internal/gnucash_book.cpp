#include "interchange/internal/gnucash_book.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/utf8.h"
#include "interchange/internal/exact.h"
#include "interchange/internal/gnucash_values.h"
#include "interchange/internal/refusal.h"
#include "ledger/entry.h"

namespace accubooks::interchange {
namespace {

using Role = GnucashType::Role;
using enum AccountType;

/// The last five are of versions before 2.
constexpr std::array kTypes = {
    GnucashType{"ROOT", Role::root},
    GnucashType{"ASSET", Role::books, asset},
    GnucashType{"BANK", Role::books, asset, "bank"},
    GnucashType{"CASH", Role::books, asset, "cash"},
    GnucashType{"STOCK", Role::books, asset},
    GnucashType{"MUTUAL", Role::books, asset},
    GnucashType{"RECEIVABLE", Role::books, asset, "receivable"},
    GnucashType{"CREDIT", Role::books, liability, "card"},
    GnucashType{"LIABILITY", Role::books, liability},
    GnucashType{"PAYABLE", Role::books, liability, "payable"},
    GnucashType{"EQUITY", Role::books, equity},
    GnucashType{"INCOME", Role::books, revenue},
    GnucashType{"EXPENSE", Role::books, expense},
    GnucashType{"TRADING", Role::trading},
    GnucashType{"CURRENCY", Role::books, asset},
    GnucashType{"CHECKING", Role::books, asset, "bank"},
    GnucashType{"SAVINGS", Role::books, asset, "bank"},
    GnucashType{"MONEYMRKT", Role::books, asset, "bank"},
    GnucashType{"CREDITLINE", Role::books, liability, "loan"},
};

}  // namespace

const GnucashType* gnucash_type(std::string_view name) {
    const auto* const found = std::ranges::find(kTypes, name, &GnucashType::name);
    return found == kTypes.end() ? nullptr : found;
}

GnucashBook::GnucashBook(const GnucashOptions& options) {
    for (const auto& [symbol, code] : options.symbols) {
        mapped_.insert_or_assign(symbol, code);
    }
    for (const base::Commodity& known : options.known_commodities) {
        known_scales_.insert_or_assign(known.code, known.scale);
    }
}

base::Result<std::uint32_t> GnucashBook::intern_commodity(CommodityName name, SourcePosition at) {
    if (name.space.size() + name.id.size() > GnucashLimits::kCommodityBytes) {
        return invalid(
            "interchange.bad_commodity",
            fmt::format(
                "the commodity's space and id are longer than {} bytes",
                GnucashLimits::kCommodityBytes
            )
        );
    }
    const std::string full =
        fmt::format("{}:{}", name.is_currency() ? "CURRENCY" : name.space, name.id);
    if (const auto found = commodity_names_.find(full); found != commodity_names_.end()) {
        return found->second;
    }
    // By the names in the file, since several may become one.
    if (commodity_names_.size() == GnucashLimits::kCommodities) {
        return invalid(
            "interchange.too_many_commodities", "the file has more than 20000 commodities"
        );
    }
    auto mapping = mapped_.find(full);
    mapping = mapping == mapped_.end() ? mapped_.find(name.id) : mapping;
    const bool was_mapped = mapping != mapped_.end();
    const std::string code = was_mapped ? mapping->second : std::string{name.id};
    if (code.empty() || !base::is_plain_text(code) ||
        base::characters_in(code) > ledger::kCommodityLengthMax) {
        return invalid(
            "interchange.bad_commodity",
            fmt::format(
                "{} is no name of a commodity: 1 to 100 characters of plain text", shown(code)
            )
        );
    }
    const auto [found, is_new] = codes_.try_emplace(
        code, Named{static_cast<std::uint32_t>(commodities_.size()), full, was_mapped}
    );
    Named& named = found->second;
    if (is_new) {
        GnucashCommodity commodity{.commodity = {.code = code}, .finest = at};
        if (const auto known = known_scales_.find(code); known != known_scales_.end()) {
            commodity.known_scale = known->second;
            commodity.commodity.scale = known->second;
        } else if (name.is_currency()) {
            commodity.commodity.scale = base::iso4217_scale(code).value_or(0);
        }
        commodities_.push_back(std::move(commodity));
    } else if (!was_mapped || !named.was_mapped) {
        return invalid(
            "interchange.ambiguous_commodity",
            fmt::format(
                "{} and {} would both become {}; say what each becomes with --map",
                shown(named.name),
                shown(full),
                shown(code)
            )
        );
    }
    commodity_names_.emplace(full, named.commodity);
    return named.commodity;
}

void GnucashBook::declare_places(std::uint32_t commodity, std::uint8_t places, SourcePosition at) {
    GnucashCommodity& facts = commodities_[commodity];
    if (!facts.known_scale && places > facts.commodity.scale) {
        facts.commodity.scale = places;
        facts.finest = at;
    }
}

base::Result<void> GnucashBook::see_amount(
    std::uint32_t commodity, const base::Decimal& amount, SourcePosition at
) {
    GnucashCommodity& facts = commodities_[commodity];
    facts.posted = true;
    if (facts.known_scale && amount.places() > *facts.known_scale) {
        return invalid(
            "interchange.too_fine",
            fmt::format(
                "{} has more than {} digits after the decimal mark, which is what {} was made with",
                base::to_string(amount),
                *facts.known_scale,
                shown(facts.commodity.code)
            )
        );
    }
    declare_places(commodity, amount.places(), at);
    if (const base::Decimal size = amount.abs(); facts.largest < size) {
        facts.largest = size;
        facts.largest_at = at;
    }
    return {};
}

std::optional<GnucashBook::TooLarge> GnucashBook::settle_scales() const {
    for (const GnucashCommodity& facts : commodities_) {
        std::int64_t unused = 0;
        if (!round_to_units(unused, facts.largest, facts.commodity.scale)) {
            return TooLarge{
                .at = facts.largest_at,
                .amount = fmt::format(
                    "{} {}", base::to_string(facts.largest), base::printable(facts.commodity.code)
                ),
            };
        }
    }
    return std::nullopt;
}

base::Result<void> GnucashBook::add_account(std::string id, GnucashAccount account) {
    if (std::max(account.path.size(), id.size()) > GnucashLimits::kAccountBytes) {
        return invalid(
            "interchange.bad_account",
            fmt::format(
                "the account's path or id is longer than {} bytes", GnucashLimits::kAccountBytes
            )
        );
    }
    account_bytes_ += account.path.size() + id.size();
    if (accounts_.size() == GnucashLimits::kAccounts ||
        account_bytes_ > GnucashLimits::kAccountsBytes) {
        return invalid("interchange.too_many_accounts", "the file has more than 200000 accounts");
    }
    const auto index = static_cast<std::uint32_t>(accounts_.size());
    if (!account_ids_.emplace(std::move(id), index).second) {
        return invalid("interchange.bad_account", "an account before has the same id");
    }
    if (!account.path.empty() && !account_paths_.emplace(account.path, index).second) {
        return invalid(
            "interchange.bad_account",
            fmt::format("there are two accounts {}; rename one in GnuCash", shown(account.path))
        );
    }
    if (account.parent) {
        accounts_[*account.parent].has_children = true;
    }
    accounts_.push_back(std::move(account));
    return {};
}

std::optional<std::uint32_t> GnucashBook::account(std::string_view id) const {
    const auto found = account_ids_.find(id);
    return found == account_ids_.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace accubooks::interchange
