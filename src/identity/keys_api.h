#pragma once

#include <functional>

#include "identity/authenticator.h"
#include "identity/personal_keys.h"
#include "net/router.h"

namespace accubooks::identity {

/// What the routes work with; all of it outlives the router.
struct KeysApi {
    Authenticator& authenticator;
    PersonalKeys& keys;
    /// Called after every enrolment and revocation, before it is answered.
    std::function<base::Task<void>(base::Deadline)> changed;
};

/// /api/v1/me/keys and …/{key_id}/revocation: a person's own keys.
///
/// Errors besides those of the calls behind: `identity.bad_fields` with the named fields of a body.
void mount_keys(net::Router& router, const KeysApi& api);

}  // namespace accubooks::identity
