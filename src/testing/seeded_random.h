#pragma once

#include <cstdint>

#include "base/ids.h"

namespace accubooks::testing {

/// Bytes that look random and are the same for the same seed on every machine. Copies of the
/// function share their state; for one thread.
base::RandomBytes seeded_random(std::uint64_t seed);

}  // namespace accubooks::testing
