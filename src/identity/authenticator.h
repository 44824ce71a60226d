#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/role.h"
#include "identity/session.h"
#include "net/http.h"
#include "pg/author.h"
#include "pg/pool.h"

namespace accubooks::identity {

class TokenLookup;

/// Who acts in one tenant, proven and permitted.
struct Principal {
    std::string actor;  // "user:UUID" or "token:UUID": what the books record as posted_by
    base::TenantId tenant;
    Role role = Role::viewer;
    std::string peer{};    // the address that the request came from
    std::string reason{};  // of a request that changes something: its X-Reason

    pg::Author author() const { return {.actor = actor, .peer = peer, .reason = reason}; }
};

struct Membership {
    base::TenantId tenant;
    std::string tenant_name;
    std::string base_currency;
    Role role = Role::viewer;
};

/// Who sent a request, whatever the tenant.
struct Caller {
    std::string actor;
    std::optional<User> user{};                    // none for a program
    std::optional<base::Digest> session_digest{};  // likewise
    std::string csrf_token{};                      // likewise
    std::vector<Membership> tenants{};             // by tenant; of a program the one of its token
};

/// A person who acts as such, in no tenant: what belongs to people (their keys) and to the
/// operation of the whole (launches) asks for one. No role in a tenant opens any of it.
struct Person {
    std::string actor;  // "user:UUID"
    User user;
    std::optional<base::Digest> session_digest{};  // none by personal token
};

/// Tells who sends a request, and whether they may. A program shows "Authorization: Bearer ab_…"; a
/// browser its session cookie and, for methods that change something, the session's CSRF token as
/// X-CSRF-Token. A person's command line shows a personal token, "Authorization: Bearer abp_…",
/// which opens what asks for a person and no tenant. A request with both header and cookie counts
/// as the header's.
///
/// Nothing is remembered between requests: a revoked token, an ended session and a changed role
/// count from the next request on. Works as accubooks_app; callable from any lane. Calls throw
/// pg::Failure.
///
/// Errors of all calls: `identity.unauthenticated` (no valid token or session), `identity.csrf`
/// (forbidden).
class Authenticator {
public:
    Authenticator(pg::Pool& app, const base::Clock& clock, SessionSettings settings);
    ~Authenticator();
    Authenticator(const Authenticator&) = delete;
    Authenticator& operator=(const Authenticator&) = delete;

    /// Errors also: `identity.tenant_not_found` for a tenant that isn't there or isn't theirs,
    /// `identity.forbidden`.
    base::Task<base::Result<Principal>> authorise(
        const net::Request& request, base::TenantId tenant, Permission permission
    );

    /// The same for the tenant that the route's {tenant_id} names; `http.not_found` when that is no
    /// id.
    base::Task<base::Result<Principal>> authorise(
        const net::Request& request, Permission permission
    );

    base::Task<base::Result<Caller>> caller(const net::Request& request);

    /// Who acts, by personal token or session.
    base::Task<base::Result<Person>> person(const net::Request& request);

    /// The tenant in which `principal` acts, by name. Errors: `identity.tenant_not_found`.
    base::Task<base::Result<Membership>> membership_of(
        const Principal& principal, base::Deadline deadline
    );

private:
    struct Session;
    struct Token;

    base::Task<base::Result<Token>> token_of(const net::Request& request);
    base::Task<base::Result<Session>> session_of(
        const net::Request& request, std::optional<base::TenantId> tenant
    );

    pg::Pool& app_;
    const base::Clock& clock_;
    SessionSettings settings_;
    std::unique_ptr<TokenLookup> tokens_;
};

}  // namespace accubooks::identity
