#include "launch/internal/synthetic_tenant.h"

#include <string_view>

namespace accubooks::launch {
namespace {

using base::Result;
using base::Task;

constexpr std::string_view kActor = "system";

Task<Result<base::TenantId>> find_or_make(
    identity::Directory& directory, std::string name, base::Deadline deadline
) {
    if (const auto found = co_await directory.find_tenant(name, deadline)) {
        co_return *found;
    }
    identity::NewTenant wanted{
        .name = std::move(name), .currency = "USD", .actor = std::string{kActor}
    };
    co_return co_await directory.create_tenant(std::move(wanted), deadline);
}

}  // namespace

Task<Result<SyntheticTenant>> open_synthetic_tenant(
    identity::Directory& directory,
    std::string name,
    base::Instant token_expires_at,
    base::Deadline deadline
) {
    AB_CO_TRY(tenant, co_await find_or_make(directory, std::move(name), deadline));
    identity::NewToken wanted{
        .tenant = tenant,
        .role = identity::Role::accountant,
        .label = "synthetic load",
        .created_by = std::string{kActor},
        .expires_at = token_expires_at,
    };
    AB_CO_TRY(issued, co_await directory.create_token(std::move(wanted), deadline));
    co_return SyntheticTenant{
        .id = tenant, .token_id = issued.token.token_id, .token = std::move(issued.secret)
    };
}

Task<Result<void>> close_synthetic_tenant(
    identity::Directory& directory, SyntheticTenant tenant, base::Deadline deadline
) {
    co_return co_await directory.revoke_token(
        tenant.id, tenant.token_id, {.author = {.actor = std::string{kActor}}}, deadline
    );
}

}  // namespace accubooks::launch
