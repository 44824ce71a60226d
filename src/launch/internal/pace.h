#pragma once

#include "launch/plan.h"

namespace accubooks::launch {

/// How often an Observer looks.
struct Pace {
    Milliseconds tick{};      // samples of both sources
    Milliseconds sketches{};  // of which those with sketches
    Milliseconds health{};    // an instance's readiness
    Milliseconds facts{};     // of the database and the launch
    Milliseconds books{};     // of the canaries' books
    Milliseconds fingerprints{};
};

/// The plan's own pace; of a rehearsal one by which even its shortest window has samples enough at
/// both of its ends.
Pace pace_of(const PoolScaling& plan);

}  // namespace accubooks::launch
