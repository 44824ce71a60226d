#pragma once

#include "app/options.h"

namespace accubooks::app {

/// `accubooks launch attest`: signs on this machine that a backup is there and was restored, and
/// sends it; the exit code.
int run_attest(const AttestOptions& options);

}  // namespace accubooks::app
