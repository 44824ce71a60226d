#pragma once

#include "net/router.h"
#include "telemetry/health.h"
#include "telemetry/metrics.h"

namespace accubooks::net {

/// The routes of the operators' listener, and of no other: GET /api/metrics (Prometheus text), GET
/// /api/health (the process answers: 200 always) and GET /api/health/ready (200 when every check is
/// ok, else 503, each check with its state and detail either way). Both arguments must outlive the
/// router.
Router ops_routes(const telemetry::Metrics& metrics, const telemetry::Health& health);

}  // namespace accubooks::net
