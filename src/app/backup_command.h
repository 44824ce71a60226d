#pragma once

#include "app/options.h"

namespace accubooks::app {

/// `accubooks backup run|list|check`: the exit code.
int run_backup(const BackupOptions& options);

}  // namespace accubooks::app
