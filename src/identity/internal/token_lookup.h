#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/role.h"
#include "pg/pool.h"

namespace accubooks::identity {

/// Notes the use of tokens whose look-up says that it is due: at most once a minute each, so that
/// most requests write nothing. Throws pg::Failure.
base::Task<void> note_token_uses(
    pg::Connection& connection, std::vector<base::Digest> digests, base::Deadline deadline
);

/// An API token as it stands in the database.
struct TokenRecord {
    base::Uuid token_id;
    base::TenantId tenant;
    Role role = Role::viewer;
    std::optional<base::Instant> expires_at{};
};

/// Finds API tokens, those of several requests in one round trip: while a few look-ups are under
/// way, what arrives waits and makes up the next. Nothing is remembered: a look-up begins after
/// its requests came, so a token revoked before a request is not found by it. A look-up that hangs
/// for a second is passed by the next. Callable from any lane.
class TokenLookup {
public:
    explicit TokenLookup(pg::Pool& app);
    ~TokenLookup();
    TokenLookup(const TokenLookup&) = delete;
    TokenLookup& operator=(const TokenLookup&) = delete;

    /// None when there is no such token, or none that is still good. Throws pg::Failure.
    base::Task<std::optional<TokenRecord>> find(base::Digest digest, base::Deadline deadline);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace accubooks::identity
