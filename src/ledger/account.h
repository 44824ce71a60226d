#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"

namespace accubooks::ledger {

/// Normal side: asset and expense are debit, the others credit.
enum class AccountType : std::uint8_t { asset, liability, equity, revenue, expense };

std::string_view to_string(AccountType type);
/// Errors: `ledger.bad_account_type`.
base::Result<AccountType> parse_account_type(std::string_view text);

/// An account of one tenant's chart.
struct Account {
    base::AccountId id;
    std::string code;  // text: "0420" keeps its zero; an imported account's code is its full path
    std::string name;
    AccountType type = AccountType::asset;
    std::string subtype;  // see subtypes_of; empty when none is stated
    std::optional<base::AccountId> parent;
    std::optional<std::string> commodity;  // the only commodity it may hold; none: any
    bool active = true;
    bool imported =
        false;  // may post as a parent, hold several commodities and zero lines, as its source did
    bool type_assumed = false;  // the import had nothing to tell its type from
};

/// What a caller gives to make an account.
struct NewAccount {
    std::string code;
    std::string name;
    AccountType type = AccountType::asset;
    std::string subtype{};
    std::optional<std::string> parent_code{};
    std::optional<std::string> commodity{};
};

/// What may change of an account once it is made; what isn't given stays. Code, type, parent and
/// commodity never change: entries and reports rest on them.
struct AccountChange {
    std::optional<std::string> name{};
    std::optional<std::string> subtype{};  // empty: none
    std::optional<bool> active{};          // inactive: nothing can be posted to it
};

/// Subtypes that a type knows. Source: docs/accounting.md, "Accounts".
const std::vector<std::string_view>& subtypes_of(AccountType type);

/// Whether an account of this subtype holds one commodity: bank, cash and card. Source: as above.
bool holds_one_commodity(std::string_view subtype);

/// The rules a new account obeys by itself: code and name of 1 to 100 (name 200) characters of
/// plain text, code without blanks around it, a subtype of its type. Errors: `ledger.bad_account`
/// with a field for each breach.
base::Result<void> check(const NewAccount& account);
/// The same of what changes of `account`; where it may hold any commodity it becomes nothing that
/// holds one.
base::Result<void> check(const AccountChange& change, const Account& account);

}  // namespace accubooks::ledger
