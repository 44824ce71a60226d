#include "identity/role.h"

#include <fmt/format.h>

namespace accubooks::identity {

namespace {

// Posting is a bookkeeper's work. Undoing what is in the books, closing periods and shaping the
// chart is an accountant's; letting people and programs in, and what can't be undone, is the
// owner's alone.
constexpr PermissionRow kTable[] = {
    //                             owner accountant bookkeeper viewer
    {Permission::tenant_read, true, true, true, true},
    {Permission::tenant_configure, true, false, false, false},
    {Permission::account_read, true, true, true, true},
    {Permission::account_write, true, true, false, false},
    {Permission::journal_read, true, true, true, true},
    {Permission::journal_post, true, true, true, false},
    {Permission::journal_reverse, true, true, false, false},
    {Permission::period_close, true, true, false, false},
    {Permission::period_lock, true, false, false, false},
    {Permission::period_reopen, true, false, false, false},
    {Permission::period_post_soft_closed, true, true, false, false},
    {Permission::report_read, true, true, true, true},
    {Permission::books_export, true, true, false, false},
    {Permission::member_manage, true, false, false, false},
    {Permission::token_manage, true, false, false, false},
    {Permission::tenant_audit, true, true, false, false},
};

constexpr Role kRoles[] = {Role::owner, Role::accountant, Role::bookkeeper, Role::viewer};

}  // namespace

std::string_view to_string(Role role) {
    switch (role) {
        case Role::owner:
            return "owner";
        case Role::accountant:
            return "accountant";
        case Role::bookkeeper:
            return "bookkeeper";
        case Role::viewer:
            return "viewer";
    }
    base::ensure(false, "a role is one of the four above");
    return {};
}

base::Result<Role> parse_role(std::string_view text) {
    for (const Role role : kRoles) {
        if (to_string(role) == text) {
            return role;
        }
    }
    return base::refuse(
        base::ErrorKind::invalid,
        "identity.bad_role",
        "A role is one of owner, accountant, bookkeeper and viewer."
    );
}

std::string_view to_string(Permission permission) {
    switch (permission) {
        case Permission::tenant_read:
            return "tenant.read";
        case Permission::tenant_configure:
            return "tenant.configure";
        case Permission::account_read:
            return "account.read";
        case Permission::account_write:
            return "account.write";
        case Permission::journal_read:
            return "journal.read";
        case Permission::journal_post:
            return "journal.post";
        case Permission::journal_reverse:
            return "journal.reverse";
        case Permission::period_close:
            return "period.close";
        case Permission::period_lock:
            return "period.lock";
        case Permission::period_reopen:
            return "period.reopen";
        case Permission::period_post_soft_closed:
            return "period.post_soft_closed";
        case Permission::report_read:
            return "report.read";
        case Permission::books_export:
            return "books.export";
        case Permission::member_manage:
            return "member.manage";
        case Permission::token_manage:
            return "token.manage";
        case Permission::tenant_audit:
            return "tenant.audit";
    }
    base::ensure(false, "a permission is one of those above");
    return {};
}

std::span<const PermissionRow> permission_table() {
    return kTable;
}

bool allows(Role role, Permission permission) {
    const PermissionRow& row = kTable[static_cast<std::size_t>(permission)];
    base::ensure(row.permission == permission, "the table stands in the order of the enum");
    switch (role) {
        case Role::owner:
            return row.owner;
        case Role::accountant:
            return row.accountant;
        case Role::bookkeeper:
            return row.bookkeeper;
        case Role::viewer:
            return row.viewer;
    }
    return false;
}

}  // namespace accubooks::identity
