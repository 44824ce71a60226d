#pragma once

#include "app/options.h"

namespace accubooks::app {

/// Follows the newest execution of a change until it has ended: a page that is drawn anew each
/// second on a terminal, a line for each thing that happens elsewhere, the views themselves with
/// --json. A server that is silent for a while is waited for. The exit code says how it ended.
int watch_launch(const LaunchWatchOptions& options);

}  // namespace accubooks::app
