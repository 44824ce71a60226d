#pragma once

#include "app/options.h"
#include "app/workbench.h"

namespace accubooks::app {

/// `accubooks launch bootstrap-admin`; the exit code.
int bootstrap_admin(Workbench& workbench, const BootstrapOptions& options);

/// `accubooks launch grant`, `revoke-role`, `confirm` and `roles`; the exit code.
int run_role(const RoleOptions& options);

}  // namespace accubooks::app
