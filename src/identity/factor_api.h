#pragma once

#include "identity/authenticator.h"
#include "identity/factor_enrolment.h"
#include "identity/second_factor.h"
#include "net/router.h"

namespace accubooks::identity {

/// What the routes work with; all of it outlives the router.
struct FactorApi {
    Authenticator& authenticator;
    SecondFactor& factor;
    FactorEnrolment& enrolment;
};

/// /api/v1/me/second-factor, …/enrolment and …/removal: a person's own second factor.
///
/// Errors besides those of the calls behind: `identity.bad_fields` with the named fields of a body.
void mount_factor(net::Router& router, FactorApi api);

}  // namespace accubooks::identity
