#pragma once

#include "app/options.h"
#include "app/workbench.h"

namespace accubooks::app {

/// `accubooks attachment add|list|save|remove`: documents of entries and drafts.
int run_attachment(Workbench& workbench, const AttachmentOptions& options);

}  // namespace accubooks::app
