#pragma once

#include <chrono>
#include <string>

#include "base/clock.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/directory.h"

namespace accubooks::launch {

// Tenants of launch control's own, in which it sends load and tampers in tests: never anybody's
// books.
inline constexpr std::string_view kLoadTenant = "Synthetic load";
inline constexpr std::string_view kCanaryTenant = "Canary";

/// One of them, and a token that opens it.
struct SyntheticTenant {
    base::TenantId id;
    base::Uuid token_id;
    std::string token;  // a secret: goes into a header and nowhere else
};

/// Finds or makes the tenant and makes a token that lives so long. Throws pg::Failure.
base::Task<base::Result<SyntheticTenant>> open_synthetic_tenant(
    identity::Directory& directory,
    std::string name,
    base::Instant token_expires_at,
    base::Deadline deadline
);

/// Its token opens nothing any more. Throws pg::Failure.
base::Task<base::Result<void>> close_synthetic_tenant(
    identity::Directory& directory, SyntheticTenant tenant, base::Deadline deadline
);

}  // namespace accubooks::launch
