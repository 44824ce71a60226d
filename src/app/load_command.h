#pragma once

#include "app/options.h"

namespace accubooks::app {

/// `accubooks load`. The table goes to standard output (to standard error when the JSON goes
/// there), progress to standard error. Ends with 0 when the share of failed requests is within
/// `max_error_rate`, else with 1.
int drive_load(const LoadOptions& options);

}  // namespace accubooks::app
