#pragma once

#include "app/options.h"

namespace accubooks::app {

/// `accubooks selfcheck`: the calculation suite's results on standard output; exit code 3 when one
/// isn't what it must be.
int self_check(const SelfCheckOptions& options);

}  // namespace accubooks::app
