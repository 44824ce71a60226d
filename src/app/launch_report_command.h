#pragma once

#include "app/options.h"

namespace accubooks::app {

/// `accubooks launch report`: prints it, or signs it on this machine over the very bytes that the
/// server shows; the key never leaves it.
int report_launch(const LaunchReportOptions& options);

}  // namespace accubooks::app
