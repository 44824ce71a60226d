#pragma once

#include "base/clock.h"
#include "net/router.h"
#include "ops/follower.h"
#include "pg/pool.h"
#include "telemetry/http_metrics.h"

namespace accubooks::ops {

/// What the figures are of; all must outlive the router.
struct HealthMetricsParts {
    const Follower& settings;
    const base::Clock& clock;
    const telemetry::HttpMetrics& requests;
    const pg::Pool& tenants_pool;
    const pg::Pool& operations_pool;
};

/// GET /api/health/metrics, on the operators' listener: latency, errors and rates of the requests
/// this instance answered, and both of its pools, from sketches that are within 1 % and not from
/// buckets. Everything is since `since`, one start of the program; counters and sketches only grow,
/// so two answers of one `boot_id` give a window by subtraction, and sketches of instances are
/// merged by addition. What has no sample is null beside a count of 0.
void mount_health_metrics(net::Router& router, const HealthMetricsParts& parts);

}  // namespace accubooks::ops
