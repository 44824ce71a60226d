#pragma once

#include <vector>

#include "console/sample.h"

namespace accubooks::console {

/// The instances that are there or should be, each with how it stands. Pure.
std::vector<InstanceStanding> instances_of(const Facts& facts);

/// What somebody must see to, and what is watched for that: the plan's alerts first, then health,
/// instances, incidents, drift and backups. Pure but for what `holding` remembers.
std::vector<Alert> alerts_of(
    const launch::Plan& plan, const Sample& sample, Holding& holding, Holding::Time now
);

}  // namespace accubooks::console
