#pragma once

#include "app/options.h"
#include "app/workbench.h"

namespace accubooks::app {

/// `accubooks report …`: the report on standard output, and exit code 1 if its assertion doesn't
/// hold.
int print_report(Workbench& workbench, const ReportOptions& options);

}  // namespace accubooks::app
