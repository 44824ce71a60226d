#pragma once

#include "app/options.h"

namespace accubooks::app {

/// `accubooks restart`: asks the program that serves to hand over to a successor, and returns when
/// it has ended and the successor serves, or says why it serves on.
int restart(const RestartOptions& options);

}  // namespace accubooks::app
