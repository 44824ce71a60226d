#pragma once

#include "app/options.h"
#include "app/workbench.h"

namespace accubooks::app {

/// `accubooks period …`, `accubooks year …` and `accubooks calendar`: what was done, or the list,
/// on standard output.
int run_period(Workbench& workbench, const PeriodOptions& options);

}  // namespace accubooks::app
