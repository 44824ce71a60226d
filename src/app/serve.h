#pragma once

#include "app/options.h"

namespace accubooks::app {

/// `accubooks serve`: until SIGINT or SIGTERM, which let running requests finish.
int serve(const ServeOptions& options);

/// `accubooks routes`: METHOD PATH a line, of both listeners.
int print_routes();

}  // namespace accubooks::app
