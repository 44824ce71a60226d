#pragma once

#include "app/options.h"
#include "app/workbench.h"

namespace accubooks::app {

/// `accubooks verify`: a line per breach on standard output, and exit code 1 if there is any.
int verify_books(Workbench& workbench, const VerifyOptions& options);

}  // namespace accubooks::app
