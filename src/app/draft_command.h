#pragma once

#include "app/options.h"
#include "app/workbench.h"

namespace accubooks::app {

/// `accubooks draft list|show|save|post|delete`: entries that aren't in the books yet.
int run_draft(Workbench& workbench, const DraftOptions& options);

}  // namespace accubooks::app
