#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/date.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/attempt_limiter.h"
#include "identity/password.h"
#include "identity/role.h"
#include "identity/session.h"
#include "identity/write_key.h"
#include "pg/author.h"
#include "pg/pool.h"

namespace accubooks::identity {

struct NewTenant {
    std::string name;                     // 1 to 200 characters
    std::string currency;                 // code of the base commodity, "USD"
    std::optional<std::uint8_t> scale{};  // its digits after the point; none: ISO 4217's
    std::string actor{};                  // who makes it
};

struct NewUser {
    std::string email;  // kept in lower case
    std::string name;   // 1 to 200 characters
    std::string password;
};

struct NewToken {
    base::TenantId tenant;
    Role role = Role::viewer;
    std::string label;       // 1 to 200 characters, for people
    std::string created_by;  // an actor, "user:…" or "operator"
    std::optional<base::Instant> expires_at{};
};

/// A program's token as it may be shown: without its secret, which nobody has kept.
struct ApiToken {
    base::Uuid token_id;
    Role role = Role::viewer;
    std::string label;
    base::Instant created_at;
    std::string created_by;
    std::optional<base::Instant> expires_at{};
    std::optional<base::Instant> revoked_at{};
    std::optional<base::Instant> last_used_at{};  // in steps of a minute; none: never
};

/// A token at the one moment when its secret is known.
struct IssuedToken {
    ApiToken token;
    std::string secret;
};

/// Who there is: tenants, users, memberships and tokens; used by the command line and by the routes
/// that manage tokens. Works on a pool whose connections are accubooks_ops, never on the
/// application's. Calls throw pg::Failure.
class Directory {
public:
    Directory(
        pg::Pool& ops, PasswordHasher& hasher, const base::Clock& clock, base::RandomBytes random
    );

    /// A tenant with empty books: its ledger and its base commodity, in one transaction.
    /// Errors: `identity.bad_name`, `identity.unknown_currency` (no ISO code, and no scale given),
    /// `identity.bad_scale`.
    base::Task<base::Result<base::TenantId>> create_tenant(
        NewTenant tenant, base::Deadline deadline
    );

    /// Every tenant, in order of their making.
    base::Task<std::vector<base::TenantId>> all_tenants(base::Deadline deadline);

    /// The first tenant made with this name; names aren't unique.
    base::Task<std::optional<base::TenantId>> find_tenant(
        std::string name, base::Deadline deadline
    );

    /// Errors: `identity.bad_email`, `identity.bad_name`, `identity.weak_password`,
    /// `identity.email_taken`, `identity.busy`.
    base::Task<base::Result<base::Uuid>> create_user(NewUser user, base::Deadline deadline);

    /// An act of the audit log says what the person was called before, and so does the audit of
    /// each tenant of theirs: hence a bound. Errors: `identity.bad_name`,
    /// `identity.too_many_attempts`.
    base::Task<base::Result<void>> rename_user(
        base::Uuid user, std::string name, pg::Author author, base::Deadline deadline
    );

    /// Errors: `identity.user_not_found`.
    base::Task<base::Result<base::Uuid>> find_user(std::string email, base::Deadline deadline);

    /// The person with this e-mail address or id, as command lines name people. Errors:
    /// `identity.user_not_found`.
    base::Task<base::Result<User>> user_named(std::string who, base::Deadline deadline);

    /// Makes the user a member, or changes the role it has. Errors: `identity.tenant_not_found`,
    /// `identity.user_not_found`, `identity.last_owner`.
    base::Task<base::Result<void>> add_member(
        base::Uuid user,
        base::TenantId tenant,
        Role role,
        base::Deadline deadline,
        std::string actor = {}
    );

    /// A token that opens nothing yet. Errors: `identity.bad_name` (of the label),
    /// `identity.already_expired`.
    base::Result<IssuedToken> mint_token(const NewToken& token) const;

    /// From its return on the minted token opens the tenant. Errors: `identity.tenant_not_found`,
    /// `identity.idempotency_conflict` when another request took the key meanwhile.
    base::Task<base::Result<void>> keep_token(
        base::TenantId tenant, IssuedToken issued, Keeping keeping, base::Deadline deadline
    );

    /// Both at once, for callers without a key.
    base::Task<base::Result<IssuedToken>> create_token(NewToken token, base::Deadline deadline);

    /// What an earlier request with this key to tokens or members was answered; none when there
    /// was none. Errors: `identity.idempotency_conflict` when it asked for something else.
    base::Task<base::Result<std::optional<KeptAnswer>>> find_answer(
        base::TenantId tenant, std::optional<WriteKey> key, base::Deadline deadline
    );

    /// At most `limit` tokens of the tenant after `after` in order of their making, revoked ones
    /// too.
    base::Task<std::vector<ApiToken>> list_tokens(
        base::TenantId tenant,
        std::optional<base::Uuid> after,
        std::int64_t limit,
        base::Deadline deadline
    );

    /// From its return on the token opens nothing; revoking again changes nothing. Errors:
    /// `identity.token_not_found`, `identity.idempotency_conflict` as keep_token.
    base::Task<base::Result<void>> revoke_token(
        base::TenantId tenant, base::Uuid token_id, Keeping keeping, base::Deadline deadline
    );

private:
    pg::Pool& ops_;
    PasswordHasher& hasher_;
    const base::Clock& clock_;
    base::RandomBytes random_;
    // Of names that somebody tries on; the person stands for account and address alike.
    AttemptLimiter renamings_{{
        .pair_burst = 20,
        .pair_interval = std::chrono::minutes{10},
        .wait_max = std::chrono::seconds{0},
    }};
};

/// When what is good through `day` ends: with it, in UTC.
base::Instant end_of(base::Date day);

/// The form in which an e-mail address is kept and looked up. Errors: `identity.bad_email`.
base::Result<std::string> normalise_email(std::string_view text);

}  // namespace accubooks::identity
