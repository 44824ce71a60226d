#pragma once

#include "app/options.h"
#include "app/workbench.h"

namespace accubooks::app {

/// `accubooks batch list|reverse`: what imports have added, and its undoing as a whole.
int run_batch(Workbench& workbench, const BatchOptions& options);

/// `accubooks mapping list|save`: what the columns of CSV files are.
int run_mapping(Workbench& workbench, const MappingOptions& options);

}  // namespace accubooks::app
