#pragma once

#include "app/options.h"

namespace accubooks::app {

/// What each command does; the exit code comes back. Data goes to standard output, everything else
/// to standard error.
int run_command(const Command& command);

}  // namespace accubooks::app
