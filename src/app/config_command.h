#pragma once

#include "app/options.h"
#include "app/workbench.h"

namespace accubooks::app {

/// `accubooks config …`; the exit code. One that makes a revision is done when every live instance
/// runs on it, and fails with the names of those that don't.
int run_config(Workbench& workbench, const ConfigOptions& options);

}  // namespace accubooks::app
