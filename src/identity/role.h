#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/error.h"

namespace accubooks::identity {

/// What somebody is in one tenant. `owner` is the controller: the person who answers for the books.
enum class Role : std::uint8_t { owner, accountant, bookkeeper, viewer };

/// What a route demands. The name on the outside has a dot: `journal_post` is "journal.post".
enum class Permission : std::uint8_t {
    tenant_read,              // the tenant's name, base currency and calendar
    tenant_configure,         // its fiscal year and time zone
    account_read,             // accounts, commodities and prices
    account_write,            // make and change them
    journal_read,             // entries, their lines and hashes
    journal_post,             // post new entries
    journal_reverse,          // undo a posted entry by its reversal
    period_close,             // soft close a period; close a fiscal year and reopen it
    period_lock,              // lock a period for good
    period_reopen,            // ask that a soft closed period be reopened, and confirm it
    period_post_soft_closed,  // post late entries into a soft closed period
    report_read,              // trial balance and what else is made of balances
    books_export,             // the whole of the books at once
    member_manage,            // who belongs to the tenant, and as what
    token_manage,             // make, list and revoke tokens for programs
    tenant_audit,             // who changed what
};

/// "owner", as in JSON and SQL.
std::string_view to_string(Role role);
/// Errors: `identity.bad_role`.
base::Result<Role> parse_role(std::string_view text);

/// "journal.post".
std::string_view to_string(Permission permission);

/// One line of the permission table.
struct PermissionRow {
    Permission permission;
    bool owner;
    bool accountant;
    bool bookkeeper;
    bool viewer;
};

/// The whole table: every permission once, in the order of the enum. docs/permissions.md says the
/// same for people; a test compares both.
std::span<const PermissionRow> permission_table();

/// Whether `role` may do what `permission` names.
bool allows(Role role, Permission permission);

}  // namespace accubooks::identity
