#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "launch/role_book.h"

namespace accubooks::launch {

/// What a person signs to propose that a role is granted or revoked, or to confirm what somebody
/// else proposed. The key that signs says who.
struct RoleStatement {
    RoleEvent::Kind act = RoleEvent::Kind::proposed;  // proposed or confirmed
    base::Uuid grant;
    RoleEffect effect = RoleEffect::grant;
    RoleName role = RoleName::on_call;
    std::string email;  // whose role; as people are named to people
    base::Instant signed_at;
};

/// The in-toto Statement v1 of it, canonical: the very bytes that are signed.
std::string statement_of(const RoleStatement& statement);

/// Reads a statement that statement_of could have written, and nothing else. Errors:
/// `audit.bad_statement`, `launch.bad_statement`.
base::Result<RoleStatement> role_statement_of(std::string_view payload);

}  // namespace accubooks::launch
