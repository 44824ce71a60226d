#pragma once

#include "identity/authenticator.h"
#include "identity/directory.h"
#include "identity/members.h"
#include "identity/session.h"
#include "net/router.h"

namespace accubooks::identity {

/// What the routes of this room work with; everything outlives the router.
struct IdentityApi {
    SignIn& sign_in;
    Authenticator& authenticator;
    Directory& directory;
    Members& members;
};

/// /api/v1/session, /api/v1/tenants/{tenant_id}, …/tokens, …/tokens/{token_id}, …/members,
/// …/members/{user_id}. Writes but signing in and out take an Idempotency-Key.
///
/// Errors besides those of the calls behind: `identity.bad_fields` with the named fields of a body.
void mount_identity(net::Router& router, IdentityApi api);

}  // namespace accubooks::identity
