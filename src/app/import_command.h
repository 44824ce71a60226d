#pragma once

#include "app/options.h"
#include "app/workbench.h"

namespace accubooks::app {

/// `accubooks import`: reads the whole file first, then posts it in one transaction, and reports
/// what it did, or would do. Books are a journal or GnuCash's, by what the file begins with.
int import_books(Workbench& workbench, const ImportOptions& options);
int import_csv(Workbench& workbench, const ImportOptions& options);

}  // namespace accubooks::app
