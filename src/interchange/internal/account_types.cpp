#include <algorithm>
#include <array>
#include <string>

#include "interchange/internal/book.h"

namespace accubooks::interchange {

namespace {

std::string lower(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

template <std::size_t N>
bool one_of(std::string_view text, const std::array<std::string_view, N>& words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

/// hledger's rules for account names: the first part in English, and below assets a part that means
/// ready money. Source: hledger 1.25 manual, "Account types".
std::optional<TypedAccount> type_by_name(std::string_view path) {
    constexpr std::array<std::string_view, 2> kAssets{"asset", "assets"};
    constexpr std::array<std::string_view, 4> kLiabilities{
        "debt", "debts", "liability", "liabilities"
    };
    constexpr std::array<std::string_view, 4> kRevenues{"income", "incomes", "revenue", "revenues"};
    constexpr std::array<std::string_view, 2> kExpenses{"expense", "expenses"};
    constexpr std::array<std::string_view, 11> kCash{
        "cash",
        "bank",
        "check",
        "checking",
        "chequ",
        "cheque",
        "chequing",
        "chequeing",
        "saving",
        "savings",
        "current"
    };
    const std::string name = lower(path);
    std::string_view rest = name;
    const auto next_part = [&rest] {
        const auto colon = rest.find(':');
        const auto part = rest.substr(0, colon);
        rest = colon == std::string_view::npos ? std::string_view{} : rest.substr(colon + 1);
        return part;
    };
    const std::string_view top = next_part();
    if (one_of(top, kAssets)) {
        TypedAccount asset{.type = AccountType::asset};
        while (!rest.empty() && !asset.cash) {
            asset.cash = one_of(next_part(), kCash);
        }
        return asset;
    }
    if (one_of(top, kLiabilities)) {
        return TypedAccount{.type = AccountType::liability};
    }
    if (top == "equity") {
        return TypedAccount{.type = AccountType::equity};
    }
    if (one_of(top, kRevenues)) {
        return TypedAccount{.type = AccountType::revenue};
    }
    if (one_of(top, kExpenses)) {
        return TypedAccount{.type = AccountType::expense};
    }
    return std::nullopt;
}

}  // namespace

std::vector<TypedAccount> account_types(const Book& book, const JournalOptions& options) {
    TextMap<AccountType> overrides;
    for (const auto& [path, type] : options.types) {
        overrides.insert_or_assign(path, type);
    }
    const auto& accounts = book.accounts();
    std::vector<TypedAccount> typed(accounts.size());
    // A parent that was declared passes its type down; otherwise the name decides first.
    std::vector<bool> declared(accounts.size(), false);
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        const Account& account = accounts[i];
        if (const auto found = overrides.find(account.path); found != overrides.end()) {
            typed[i] = {.type = found->second};
            declared[i] = true;
            continue;
        }
        if (account.declared) {
            typed[i] = {.type = *account.declared, .cash = account.declared_cash};
            declared[i] = true;
            continue;
        }
        if (account.parent && declared[*account.parent]) {
            typed[i] = typed[*account.parent];
            declared[i] = true;
            continue;
        }
        if (const auto named = type_by_name(account.path)) {
            typed[i] = *named;
        } else if (account.parent) {
            typed[i] = typed[*account.parent];
        } else {
            typed[i] = {.type = AccountType::asset, .assumed = true};
        }
    }
    return typed;
}

}  // namespace accubooks::interchange
