#pragma once

#include <array>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "launch/measurement.h"

namespace accubooks::launch {

/// Routes that the probes of launch control ask, and the load doesn't while it runs. What synthetic
/// traffic asks of them is no part of a sample: probes count themselves, as source B.
inline constexpr std::array<std::string_view, 3> kProbedRoutes{
    "GET /api/v1/session",
    "GET /api/v1/tenants/{tenant_id}",
    "GET /api/v1/tenants/{tenant_id}/commodities",
};

/// The longest answer that is read: the sketches of hundreds of routes.
inline constexpr std::size_t kFiguresBytesMax = 4'194'304;

/// Reads an answer of GET /api/health/metrics, taken at `at`. Errors: `launch.bad_figures`, when
/// it isn't one or is of another instance than the one that was asked.
base::Result<InstanceSample> read_figures(
    std::string_view json, std::string_view instance, base::Instant at, bool with_sketches
);

}  // namespace accubooks::launch
