#pragma once

#include <string>

#include "base/clock.h"

namespace accubooks::identity {

/// For people, to the minute and never later: "2026-11-28 18:05 UTC".
std::string to_minutes(base::Instant at);

}  // namespace accubooks::identity
