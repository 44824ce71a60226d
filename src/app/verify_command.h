#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/options.h"
#include "app/workbench.h"
#include "ledger/verification.h"

namespace accubooks::app {

/// What a look at the books of several tenants found.
struct VerifiedBooks {
    std::uint64_t tenants = 0;
    std::uint64_t entries = 0;
    std::uint64_t lines = 0;
    std::uint64_t breaches = 0;
};

/// "Verified 3 tenants, 40 entries, 80 lines: 0 breaches."
std::string to_string(const VerifiedBooks& verified);

/// Verifies tenant after tenant, with a bar on standard error. Breaches and the epochs that
/// restores began are lines on standard output, unless `on_tenant` takes what was found in each
/// instead.
VerifiedBooks verify_tenants(
    Workbench& workbench,
    const std::vector<base::TenantId>& tenants,
    const std::function<void(base::TenantId, const ledger::Verification&)>& on_tenant = {}
);

/// `accubooks verify`: a line per breach on standard output, and exit code 1 if there is any.
int verify_books(Workbench& workbench, const VerifyOptions& options);

}  // namespace accubooks::app
