#pragma once

#include "app/options.h"
#include "app/workbench.h"

namespace accubooks::app {

/// `accubooks tenant audit`; the exit code.
int print_tenant_audit(Workbench& workbench, const TenantAuditOptions& options);

}  // namespace accubooks::app
