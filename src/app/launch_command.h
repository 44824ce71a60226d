#pragma once

#include <string>

#include "app/options.h"
#include "base/error.h"

namespace accubooks::app {

/// `accubooks launch …`: each act is a request to the running server. Decisions are made and signed
/// here, over the very bytes that the server shows; the key never leaves this machine.
int run_launch(const LaunchOptions& options);

/// `accubooks incident …`
int run_incident(const IncidentOptions& options);

/// Whether `change` names a phase or a change, so that it can go into an address as it is. Errors:
/// `launch.change_not_found`.
base::Result<void> check_change_name(const std::string& change);

}  // namespace accubooks::app
