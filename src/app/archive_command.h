#pragma once

#include "app/options.h"
#include "app/workbench.h"

namespace accubooks::app {

/// `accubooks verify --archive`: a line per breach on standard output, and exit code 1 if there is
/// any.
int verify_archive(const VerifyArchiveOptions& options);

/// `accubooks import --archive`: proves the archive, then makes its books in a tenant that has
/// none.
int import_archive(Workbench& workbench, const ImportOptions& options);

}  // namespace accubooks::app
