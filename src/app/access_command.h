#pragma once

#include "app/options.h"
#include "app/workbench.h"

namespace accubooks::app {

/// `accubooks token …`; the exit code.
int run_token(Workbench& workbench, const TokenOptions& options);

/// `accubooks invitation …`; the exit code.
int run_invitation(Workbench& workbench, const InvitationOptions& options);

}  // namespace accubooks::app
