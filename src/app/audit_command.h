#pragma once

#include "app/options.h"
#include "app/workbench.h"

namespace accubooks::app {

/// `accubooks audit …` but for reopen; the exit code.
int run_audit(const AuditOptions& options);

/// `accubooks audit reopen`
int reopen_audit(Workbench& workbench, const AuditReopenOptions& options);

}  // namespace accubooks::app
