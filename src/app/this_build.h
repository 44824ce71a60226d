#pragma once

#include "launch/payload.h"
#include "ops/fingerprint_api.h"

namespace accubooks::app {

/// Version, commit and the file that this process runs, which is read once; the schema is the
/// database's to tell.
launch::BuildSeen build_seen();

/// What this instance says of itself.
ops::OwnFingerprints own_fingerprints();

}  // namespace accubooks::app
