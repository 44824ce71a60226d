#pragma once

#include <functional>
#include <optional>

#include "base/digest.h"
#include "net/router.h"
#include "ops/follower.h"

namespace accubooks::ops {

/// What an instance is made of, so that whoever compares two looks knows that it is the same.
struct OwnFingerprints {
    base::Digest build{};
    base::Digest api_description{};
    base::Digest calculation_suite{};
    std::optional<base::Digest> web_bundle{};  // none: none is served
};

/// GET /api/health/fingerprints, on the operators' listener. `follower` must outlive the router.
void mount_fingerprints(
    net::Router& router, const Follower& follower, std::function<OwnFingerprints()> take
);

}  // namespace accubooks::ops
