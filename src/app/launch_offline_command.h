#pragma once

#include "app/options.h"

namespace accubooks::app {

/// `accubooks launch lint`: what is wrong with a plan, a sentence a line on standard error, and its
/// operating characteristics on standard output. 0 for a good plan, 1 for one that is refused.
int lint_launch(const LaunchLintOptions& options);

/// `accubooks launch replay`: makes every verdict again from evidence alone. 0 when all agree, 3
/// naming the first thing wrong.
int replay_launch(const LaunchReplayOptions& options);

}  // namespace accubooks::app
