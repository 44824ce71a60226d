#pragma once

#include "app/options.h"

namespace accubooks::app {

/// `accubooks launch notify`: whom the notice of the approval couldn't be brought to is told again;
/// prints who was told and how.
int notify_launch(const LaunchNotifyOptions& options);

}  // namespace accubooks::app
