#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/task.h"
#include "pg/pool.h"

namespace accubooks::identity {

/// A person's token for the command line, as it may be shown: without its secret.
struct PersonalToken {
    base::Uuid token_id;
    std::string label;
    base::Instant created_at;
    std::string created_by;
    base::Instant expires_at;
    std::optional<base::Instant> revoked_at{};
    std::optional<base::Instant> last_used_at{};  // in steps of a minute; none: never
};

/// A token at the one moment when its secret is known.
struct IssuedPersonalToken {
    base::Uuid user;
    PersonalToken token;
    std::string secret;
};

struct NewPersonalToken {
    base::Uuid user;
    std::string label;               // 1 to 200 characters, for people
    std::string created_by;          // an actor, "cli:…"
    std::chrono::days lifetime{90};  // 1 to kTokenLifetimeMax
};

inline constexpr std::chrono::days kTokenLifetimeMax{366};

/// The tokens with which people's commands ask the running server (Authenticator::person). Works on
/// a pool whose connections are accubooks_ops. Calls throw pg::Failure.
class PersonalTokens {
public:
    PersonalTokens(pg::Pool& ops, const base::Clock& clock, base::RandomBytes random)
        : ops_{ops}, clock_{clock}, random_{std::move(random)} {}

    /// A token that opens nothing yet. Errors: `identity.bad_name` (of the label),
    /// `identity.bad_lifetime`.
    base::Result<IssuedPersonalToken> mint(const NewPersonalToken& token) const;

    /// From its return on the minted token opens what asks for a person.
    base::Task<void> keep(IssuedPersonalToken issued, base::Deadline deadline);

    /// All that a person ever had, in order of their making.
    base::Task<std::vector<PersonalToken>> list(base::Uuid user, base::Deadline deadline);

    /// From its return on the token opens nothing; revoking again changes nothing. Errors:
    /// `identity.no_such_token`.
    base::Task<base::Result<void>> revoke(
        base::Uuid user, base::Uuid token_id, base::Deadline deadline
    );

private:
    pg::Pool& ops_;
    const base::Clock& clock_;
    base::RandomBytes random_;
};

}  // namespace accubooks::identity
