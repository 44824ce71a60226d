#include "interchange/internal/account_plan.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "interchange/internal/marks.h"
#include "ledger/books.h"

namespace accubooks::interchange {
namespace {

std::string_view leaf_of(std::string_view path) {
    const auto colon = path.rfind(':');
    return colon == std::string_view::npos ? path : path.substr(colon + 1);
}

/// An account of the source as the books shall have it.
struct AccountToMake {
    ledger::AccountToInsert account;
    bool active = true;
};

/// `above` is the code of the account above it.
base::Result<AccountToMake> account_of(
    const ImportedAccount& account, std::optional<std::string> above
) {
    AB_TRY(marks, parse_marks(account.marks));
    const auto commodity = marks.find("commodity");
    AccountToMake made{
        .account =
            {
                .account =
                    {
                        .code = mark_or(marks, "code", account.path),
                        .name = mark_or(marks, "name", std::string{leaf_of(account.path)}),
                        .type = account.type,
                        .subtype = mark_or(marks, "subtype", account.cash ? "cash" : ""),
                        .parent_code = std::move(above),
                        .commodity = commodity == marks.end() ? std::nullopt
                                                              : std::optional{commodity->second},
                    },
                .imported = mark_or(marks, "rules", "") != "own",
                .type_assumed = account.assumed,
            },
        .active = mark_or(marks, "active", "yes") != "no",
    };
    if (!made.account.imported) {
        AB_CHECK(ledger::check(made.account.account));
    }
    return made;
}

/// Which accounts of a file the books shall have under its own names: those that aren't told to be
/// others, nor parents of nothing else than such.
std::vector<bool> own_accounts(
    const std::vector<ImportedAccount>& accounts, const AccountsTold& told
) {
    std::vector<bool> is_own(accounts.size());
    std::vector<bool> is_parent(accounts.size());
    std::vector<bool> has_own(accounts.size());  // below it
    for (std::size_t at = accounts.size(); at-- > 0;) {
        const ImportedAccount& account = accounts[at];
        const bool is_needed = account.posted || !is_parent[at] || has_own[at];
        is_own[at] = is_needed && !told.contains(account.path);
        if (account.parent) {
            is_parent[*account.parent] = true;
            has_own[*account.parent] = has_own[*account.parent] || is_own[at];
        }
    }
    return is_own;
}

}  // namespace

base::Result<AccountPlan> plan_accounts(
    const std::vector<ImportedAccount>& accounts,
    const AccountsTold& told,
    const KnownAccounts& known,
    SourcePosition& at
) {
    AccountPlan plan;
    plan.codes.reserve(accounts.size());
    const std::vector<bool> is_own = own_accounts(accounts, told);
    for (std::size_t index = 0; index < accounts.size(); ++index) {
        const ImportedAccount& imported = accounts[index];
        if (!is_own[index]) {
            const auto found = told.find(imported.path);
            plan.codes.push_back(found == told.end() ? std::string{} : found->second);
            continue;
        }
        at = imported.first;
        AB_TRY(
            account,
            account_of(
                imported,
                imported.parent ? std::optional{plan.codes[*imported.parent]} : std::nullopt
            )
        );
        plan.codes.push_back(account.account.account.code);
        if (known.contains(plan.codes.back())) {
            continue;
        }
        if (!account.active) {
            plan.to_deactivate.push_back(plan.codes.back());
        }
        plan.made_of.push_back(index);
        plan.to_make.push_back(std::move(account.account));
    }
    return plan;
}

SourcePosition first_place(const std::vector<ImportedAccount>& accounts, const AccountPlan& plan) {
    for (const std::size_t index : plan.made_of) {
        const auto& parent = accounts[index].parent;
        if (parent && !std::ranges::binary_search(plan.made_of, std::size_t{*parent})) {
            return accounts[index].first;
        }
    }
    return plan.made_of.empty() ? SourcePosition{} : accounts[plan.made_of.front()].first;
}

}  // namespace accubooks::interchange
