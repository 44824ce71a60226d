#pragma once

#include "app/options.h"

namespace accubooks::app {

/// `accubooks key …`; the exit code.
int run_key(const KeyOptions& options);

}  // namespace accubooks::app
