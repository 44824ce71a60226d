#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "interchange/import_result.h"
#include "interchange/import_source.h"
#include "ledger/account_store.h"

namespace accubooks::interchange {

/// The accounts of the books, by code.
using KnownAccounts = std::map<std::string, base::AccountId, std::less<>>;

/// What the books shall have for the accounts of a source.
struct AccountPlan {
    std::vector<std::string> codes;  // by the source's account index; empty: the books need none
    std::vector<ledger::AccountToInsert> to_make;  // those that they lack, parents first
    std::vector<std::size_t> made_of;              // the source's account index of each
    std::vector<std::string> to_deactivate;        // codes, once everything is posted
};

/// An account has its own name in the books, unless `told` says which account of theirs it is, or
/// all below it are such. `at` becomes the place of what is refused: `interchange.bad_mark`, or
/// what the ledger says of an account that is to be held to its own rules.
base::Result<AccountPlan> plan_accounts(
    const std::vector<ImportedAccount>& accounts,
    const AccountsTold& told,
    const KnownAccounts& known,
    SourcePosition& at
);

/// Where the first account that is to be made appears; of those, the first whose parent the books
/// have, where there is one: an account is refused for what stands above it.
SourcePosition first_place(const std::vector<ImportedAccount>& accounts, const AccountPlan& plan);

}  // namespace accubooks::interchange
