#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "launch/measurement.h"

namespace accubooks::launch {

/// What the prober asks for, by the route's name in an instance's figures. What synthetic traffic
/// asks of it is no part of the sample: the prober counts itself, as source B, and the load doesn't
/// use it while it runs.
inline constexpr std::string_view kProbedTarget = "/api/v1/session";
inline constexpr std::string_view kProbedRoute = "GET /api/v1/session";

/// The longest answer that is read: the sketches of hundreds of routes.
inline constexpr std::size_t kFiguresBytesMax = 4'194'304;

/// Reads an answer of GET /api/health/metrics, taken at `at`. Errors: `launch.bad_figures`, when
/// it isn't one or is of another instance than the one that was asked.
base::Result<InstanceSample> read_figures(
    std::string_view json, std::string_view instance, base::Instant at, bool with_sketches
);

}  // namespace accubooks::launch
