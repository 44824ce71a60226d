#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/money.h"
#include "base/task.h"
#include "ledger/account.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {

/// Accounts by code, up to `limit`, those after `after` (exclusive).
base::Task<std::vector<Account>> list_accounts(
    pg::TenantTransaction& transaction, std::optional<std::string> after, std::int64_t limit
);
base::Task<std::optional<Account>> find_account(
    pg::TenantTransaction& transaction, base::AccountId id
);
/// The account with this code, which must be its whole code.
base::Task<std::optional<base::AccountId>> account_by_code(
    pg::TenantTransaction& transaction, std::string code
);
base::Task<std::vector<Account>> all_accounts(pg::TenantTransaction& transaction);

/// Codes by id; ids that no account has are left out.
base::Task<std::unordered_map<base::AccountId, std::string>> account_codes(
    pg::TenantTransaction& transaction, std::vector<std::int64_t> ids
);

/// Inserts accounts, parents before children, and gives them ids in order. `parent_code` may name
/// one of them. Errors: `ledger.account_exists` (409) with the code, `ledger.unknown_parent`,
/// `ledger.unknown_commodity`, `ledger.parent_has_lines` (409), `ledger.account_too_deep`. After an
/// error the transaction is only good for being rolled back.
struct AccountToInsert {
    NewAccount account;
    bool imported = false;
    bool type_assumed = false;
};
base::Task<base::Result<std::vector<Account>>> insert_accounts(
    pg::TenantTransaction& transaction, std::vector<AccountToInsert> accounts
);

/// Makes a whole chart in books that have no accounts, and gives its accounts in order; none, and
/// nothing was done, where there are some. Errors: those of insert_accounts.
base::Task<base::Result<std::optional<std::vector<Account>>>> insert_chart(
    pg::TenantTransaction& transaction, std::vector<NewAccount> chart
);

/// The account, which nobody else changes until this transaction ends.
base::Task<std::optional<Account>> lock_account(
    pg::TenantTransaction& transaction, base::AccountId id
);
/// Changes an account that was found. Errors: `ledger.account_has_balance` (409) when one that
/// holds something was to become inactive; after it the transaction is only good for being rolled
/// back.
base::Task<base::Result<Account>> change_account(
    pg::TenantTransaction& transaction, base::AccountId id, AccountChange change
);

/// Commodities by code, up to `limit`, those after `after` (exclusive).
base::Task<std::vector<base::Commodity>> list_commodities(
    pg::TenantTransaction& transaction, std::optional<std::string> after, std::int64_t limit
);
base::Task<std::vector<base::Commodity>> all_commodities(pg::TenantTransaction& transaction);
/// Adds commodities that aren't there yet; the scale of one that is stays as it is.
/// Errors: `ledger.too_many_commodities`.
base::Task<base::Result<void>> add_commodities(
    pg::TenantTransaction& transaction, const std::vector<base::Commodity>& commodities
);
/// The tenant's base commodity code; none when it has no books.
base::Task<std::optional<std::string>> base_commodity(pg::TenantTransaction& transaction);

}  // namespace accubooks::ledger
