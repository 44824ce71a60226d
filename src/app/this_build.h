#pragma once

#include "launch/payload.h"
#include "net/web_bundle.h"
#include "ops/fingerprint_api.h"

namespace accubooks::app {

/// Version, commit and the file that this process runs, which is read once; the schema is the
/// database's to tell.
launch::BuildSeen build_seen();

/// What this instance says of itself; `web` is the client that it serves, null for none.
ops::OwnFingerprints own_fingerprints(const net::WebBundle* web);

}  // namespace accubooks::app
