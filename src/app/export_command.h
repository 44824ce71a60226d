#pragma once

#include "app/options.h"
#include "app/workbench.h"

namespace accubooks::app {

/// `accubooks export`: the books on standard output.
int export_books(Workbench& workbench, const ExportOptions& options);

}  // namespace accubooks::app
