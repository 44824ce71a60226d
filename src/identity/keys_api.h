#pragma once

#include "identity/authenticator.h"
#include "identity/personal_keys.h"
#include "net/router.h"

namespace accubooks::identity {

/// /api/v1/me/keys and …/{key_id}/revocation: a person's own keys.
///
/// Errors besides those of the calls behind: `identity.bad_fields` with the named fields of a body.
void mount_keys(net::Router& router, Authenticator& authenticator, PersonalKeys& keys);

}  // namespace accubooks::identity
