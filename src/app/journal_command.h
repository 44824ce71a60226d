#pragma once

#include "app/options.h"
#include "app/workbench.h"

namespace accubooks::app {

/// `accubooks journal …`: one page of entries on standard output, and how to ask for the next on
/// standard error.
int print_journal(Workbench& workbench, const JournalOptions& options);

}  // namespace accubooks::app
