#pragma once

#include <functional>
#include <string>
#include <vector>

#include "identity/authenticator.h"
#include "identity/directory.h"
#include "identity/invitations.h"
#include "identity/members.h"
#include "identity/open_sessions.h"
#include "identity/operators.h"
#include "identity/password_resets.h"
#include "identity/passwords.h"
#include "identity/session.h"
#include "identity/tenants.h"
#include "net/mailer.h"
#include "net/router.h"

namespace accubooks::identity {

/// What the routes of this room work with; everything outlives the router.
struct IdentityApi {
    SignIn& sign_in;
    Authenticator& authenticator;
    Directory& directory;
    Members& members;
    OpenSessions& open_sessions;
    Passwords& passwords;
    PasswordResets& password_resets;
    Invitations& invitations;
    net::Mailer& mailer;
    Tenants& tenants;
    Operators& operators;
    /// The roles that a person holds in the launch, by their names there.
    std::function<base::Task<std::vector<std::string>>(base::Uuid, base::Deadline)> launch_roles;
};

/// /api/v1/session, /api/v1/me, /api/v1/me/sessions, …/{session_id}, /api/v1/me/password,
/// /api/v1/password-resets, …/conclusion, /api/v1/me/memberships, /api/v1/me/tenants,
/// /api/v1/invitations/acceptance, /api/v1/tenants/{tenant_id}, …/tokens, …/tokens/{token_id},
/// …/members, …/members/{user_id}, …/invitations, …/invitations/{invitation_id}. Writes in a tenant
/// take an Idempotency-Key.
///
/// Errors besides those of the calls behind: `identity.bad_fields` with the named fields of a body.
void mount_identity(net::Router& router, const IdentityApi& api);

}  // namespace accubooks::identity
