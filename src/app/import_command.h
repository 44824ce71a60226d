#pragma once

#include "app/options.h"
#include "app/workbench.h"

namespace accubooks::app {

/// `accubooks import`: reads the whole journal first, then posts it in one transaction, and reports
/// what it did.
int import_journal(Workbench& workbench, const ImportOptions& options);

}  // namespace accubooks::app
