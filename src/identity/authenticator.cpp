#include "identity/authenticator.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/utf8.h"
#include "identity/internal/acts.h"
#include "identity/internal/token_lookup.h"
#include "identity/secret.h"

namespace accubooks::identity {

namespace {

constexpr pg::Statement kPersonalToken{
    .name = "identity.personal_token",
    .text = R"sql(
select user_id, email, name, expires_at, use_is_due
  from platform.personal_token_by_digest($1))sql",
};

// The role in the one tenant that is asked for travels with the session.
constexpr pg::Statement kSession{
    .name = "identity.session",
    .text = R"sql(
select s.user_id, s.email, s.name, s.csrf_digest, s.created_at, s.expires_at, m.role, s.last_used_at
  from platform.session_by_digest($1) s
  left join lateral platform.memberships_of(s.user_id) m on m.tenant_id = $2)sql",
};

constexpr pg::Statement kExtendSession{
    .name = "identity.extend_session",
    .text = "select platform.extend_session($1, $2)",
};

constexpr pg::Statement kMemberships{
    .name = "identity.memberships",
    .text = R"sql(
select tenant_id, tenant_name, base_commodity, role
  from platform.memberships_of($1))sql",
};

constexpr pg::Statement kTenant{
    .name = "identity.tenant",
    .text = "select name, base_commodity from platform.tenant_by_id($1)",
};

// A session's end and last use move on by steps, so that most requests write nothing.
constexpr std::chrono::minutes kExtensionStep{5};

constexpr std::size_t kReasonBytesMax = 1000;

std::unexpected<base::Error> unauthenticated() {
    return base::refuse(
        base::ErrorKind::unauthenticated,
        "identity.unauthenticated",
        "Sign in, or send a valid token as \"Authorization: Bearer ab_…\"."
    );
}

std::unexpected<base::Error> no_such_tenant() {
    return base::refuse(
        base::ErrorKind::not_found, "identity.tenant_not_found", "There is no such tenant."
    );
}

/// None also when there are two: which of them is meant can't be told.
std::optional<std::string_view> bearer_of(const net::Headers& headers) {
    constexpr std::string_view kScheme = "bearer ";
    const std::string_view header = headers.find("Authorization").value_or("");
    const auto same = [](char left, char right) {
        return (left >= 'A' && left <= 'Z' ? static_cast<char>(left - 'A' + 'a') : left) == right;
    };
    if (headers.count("Authorization") != 1 ||
        !std::ranges::equal(header.substr(0, kScheme.size()), kScheme, same)) {
        return std::nullopt;
    }
    return header.substr(kScheme.size());
}

bool changes_something(net::Method method) {
    return method != net::Method::get && method != net::Method::head &&
           method != net::Method::options;
}

base::Result<void> check_csrf(const net::Request& request, const base::Digest& expected) {
    const auto header = request.headers.find("X-CSRF-Token");
    const base::Digest given = base::sha256(header.value_or(""));
    const auto text = [](const base::Digest& digest) {
        return std::string_view{reinterpret_cast<const char*>(digest.data()), digest.size()};
    };
    if (!header || !base::equal_in_constant_time(text(given), text(expected))) {
        return base::refuse(
            base::ErrorKind::forbidden,
            "identity.csrf",
            "Send the session's CSRF token, which GET /api/v1/session tells, as X-CSRF-Token."
        );
    }
    return {};
}

/// Why the request changes something, as its sender says, for the tenant's audit.
base::Result<std::string> reason_of(const net::Request& request) {
    const auto reason = request.headers.find("X-Reason").value_or("");
    if (reason.size() > kReasonBytesMax || !base::is_plain_text(reason)) {
        return base::refuse(
            base::ErrorKind::invalid,
            "identity.bad_reason",
            "X-Reason has up to 1000 bytes of plain text in UTF-8."
        );
    }
    return std::string{reason};
}

/// The principal, if its role has the permission.
base::Result<Principal> permitted(
    Principal principal, const net::Request& request, Permission permission
) {
    if (!allows(principal.role, permission)) {
        return base::refuse(
            base::ErrorKind::forbidden,
            "identity.forbidden",
            fmt::format(
                "This takes the permission {}, which the role {} doesn't have; ask an owner.",
                to_string(permission),
                to_string(principal.role)
            )
        );
    }
    if (changes_something(request.method)) {
        AB_TRY(reason, reason_of(request));
        principal.reason = std::move(reason);
    }
    principal.peer = request.peer;
    return principal;
}

}  // namespace

struct Authenticator::Token {
    base::Uuid token_id;
    base::TenantId tenant;
    Role role = Role::viewer;

    std::string actor() const { return "token:" + base::to_string(token_id); }
};

struct Authenticator::Session {
    User user;
    std::string secret;
    base::Digest digest;
    std::optional<Role> role{};  // in the tenant that was asked for

    std::string actor() const { return user_actor(user.user_id); }
};

Authenticator::Authenticator(pg::Pool& app, const base::Clock& clock, SessionSettings settings)
    : app_{app}, clock_{clock}, settings_{settings}, tokens_{std::make_unique<TokenLookup>(app)} {}

Authenticator::~Authenticator() = default;

base::Task<base::Result<Principal>> Authenticator::authorise(
    const net::Request& request, base::TenantId tenant, Permission permission
) {
    if (request.headers.find("Authorization")) {
        AB_CO_TRY(token, co_await token_of(request));
        if (token.tenant != tenant) {
            co_return no_such_tenant();
        }
        co_return permitted(
            {.actor = token.actor(), .tenant = tenant, .role = token.role}, request, permission
        );
    }
    AB_CO_TRY(session, co_await session_of(request, tenant));
    if (!session.role) {
        co_return no_such_tenant();
    }
    co_return permitted(
        {.actor = session.actor(), .tenant = tenant, .role = *session.role}, request, permission
    );
}

base::Task<base::Result<Principal>> Authenticator::authorise(
    const net::Request& request, Permission permission
) {
    AB_CO_TRY(tenant_id, request.path_id("tenant_id"));
    auto principal = co_await authorise(request, base::TenantId{tenant_id}, permission);
    co_return principal;
}

base::Task<base::Result<Caller>> Authenticator::caller(const net::Request& request) {
    if (request.headers.find("Authorization")) {
        AB_CO_TRY(token, co_await token_of(request));
        const Principal principal{
            .actor = token.actor(), .tenant = token.tenant, .role = token.role
        };
        AB_CO_TRY(membership, co_await membership_of(principal, request.deadline));
        Caller caller{.actor = principal.actor};
        caller.tenants.push_back(std::move(membership));
        co_return caller;
    }
    AB_CO_TRY(session, co_await session_of(request, std::nullopt));
    Caller caller{
        .actor = session.actor(),
        .user = session.user,
        .session_digest = session.digest,
        .csrf_token = csrf_token_of(session.secret),
    };
    auto lease = co_await app_.acquire(request.deadline);
    const auto rows = co_await lease->execute(
        kMemberships, pg::Params::of(session.user.user_id), request.deadline
    );
    for (int i = 0; i < rows.size(); ++i) {
        caller.tenants.push_back({
            .tenant = rows[i].get<base::TenantId>(0),
            .tenant_name = rows[i].get<std::string>(1),
            .base_currency = rows[i].get<std::string>(2),
            .role = parse_role(rows[i].get<std::string_view>(3)).value(),
        });
    }
    co_return caller;
}

base::Task<base::Result<Person>> Authenticator::person(const net::Request& request) {
    if (!request.headers.find("Authorization")) {
        AB_CO_TRY(session, co_await session_of(request, std::nullopt));
        co_return Person{
            .actor = session.actor(), .user = session.user, .session_digest = session.digest
        };
    }
    const auto secret = bearer_of(request.headers);
    const auto digest = secret ? personal_token_digest(*secret) : std::nullopt;
    if (!digest) {
        co_return unauthenticated();
    }
    auto lease = co_await app_.acquire(request.deadline);
    const auto rows =
        co_await lease->execute(kPersonalToken, pg::Params::of(*digest), request.deadline);
    if (rows.empty() || rows[0].get<base::Instant>(3) <= clock_.now()) {
        co_return unauthenticated();
    }
    User user = {
        .user_id = rows[0].get<base::Uuid>(0),
        .email = rows[0].get<std::string>(1),
        .name = rows[0].get<std::string>(2),
    };
    if (rows[0].get<bool>(4)) {
        co_await note_token_uses(*lease, {*digest}, request.deadline);
    }
    co_return Person{.actor = user_actor(user.user_id), .user = std::move(user)};
}

base::Task<base::Result<Membership>> Authenticator::membership_of(
    const Principal& principal, base::Deadline deadline
) {
    auto lease = co_await app_.acquire(deadline, principal.tenant);
    const auto rows = co_await lease->execute(kTenant, pg::Params::of(principal.tenant), deadline);
    if (rows.empty()) {
        co_return no_such_tenant();
    }
    co_return Membership{
        .tenant = principal.tenant,
        .tenant_name = rows[0].get<std::string>(0),
        .base_currency = rows[0].get<std::string>(1),
        .role = principal.role,
    };
}

base::Task<base::Result<Authenticator::Token>> Authenticator::token_of(const net::Request& request
) {
    const auto secret = bearer_of(request.headers);
    const auto digest = secret ? api_token_digest(*secret) : std::nullopt;
    if (!digest) {
        co_return unauthenticated();
    }
    const auto found = co_await tokens_->find(*digest, request.deadline);
    if (!found || (found->expires_at && *found->expires_at <= clock_.now())) {
        co_return unauthenticated();
    }
    co_return Token{.token_id = found->token_id, .tenant = found->tenant, .role = found->role};
}

base::Task<base::Result<Authenticator::Session>> Authenticator::session_of(
    const net::Request& request, std::optional<base::TenantId> tenant
) {
    auto secret = request.cookie(cookie_name(request));
    const auto digest = secret ? session_token_digest(*secret) : std::nullopt;
    if (!digest) {
        co_return unauthenticated();
    }
    auto lease = co_await app_.acquire(request.deadline, tenant);
    const auto rows =
        co_await lease->execute(kSession, pg::Params::of(*digest, tenant), request.deadline);
    const base::Instant now = clock_.now();
    if (rows.empty() || rows[0].get<base::Instant>(5) <= now) {
        co_return unauthenticated();
    }
    const pg::Row row = rows[0];
    if (changes_something(request.method)) {
        AB_CO_CHECK(check_csrf(request, row.get<base::Digest>(3)));
    }
    const base::Instant end =
        std::min(now + settings_.idle, row.get<base::Instant>(4) + settings_.absolute);
    if (end - row.get<base::Instant>(5) >= kExtensionStep ||
        now - row.get<base::Instant>(7) >= kExtensionStep) {
        co_await lease->execute(kExtendSession, pg::Params::of(*digest, end), request.deadline);
    }
    const auto role = row.get<std::optional<std::string>>(6);
    co_return Session{
        .user =
            {.user_id = row.get<base::Uuid>(0),
             .email = row.get<std::string>(1),
             .name = row.get<std::string>(2)},
        .secret = *std::move(secret),
        .digest = *digest,
        .role = role ? std::optional{parse_role(*role).value()} : std::nullopt,
    };
}

}  // namespace accubooks::identity
