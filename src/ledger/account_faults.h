#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "ledger/entry.h"
#include "pg/tenant_transaction.h"

namespace accubooks::ledger {

/// What decides whether something may be posted to an account.
struct AccountStanding {
    std::optional<std::string> commodity;  // the only one it may hold; none: any
    bool active = true;
    bool is_above_others = false;  // and wasn't imported, so that nothing can be posted to it
};

using AccountStandings = std::unordered_map<base::AccountId, AccountStanding>;

/// Of those of `ids` that are accounts of these books.
base::Task<AccountStandings> account_standings(
    pg::TenantTransaction& transaction, std::vector<base::AccountId> ids
);

/// Whether books.post_entries refuses with `code` for an account that the books have, of a line
/// that it doesn't name.
bool is_for_an_account(std::string_view code);

/// The lines of `draft` that are a reason to refuse it with `code`, where `accounts` are those of
/// its lines. None where `code` isn't for an account.
std::vector<base::FieldError> lines_at_fault(
    std::string_view code, const Draft& draft, const AccountStandings& accounts
);

}  // namespace accubooks::ledger
