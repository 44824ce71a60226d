#pragma once

#include <string>

#include "launch/plan.h"
#include "net/http_client.h"
#include "ops/load.h"

namespace accubooks::launch {

/// The load tool as the plan's workload wants it, with the token of one tenant; how many requests
/// and how many at a time is the caller's to say.
ops::LoadSettings load_settings(const PoolScaling& plan, net::Origin origin, std::string token);

}  // namespace accubooks::launch
