#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/task.h"
#include "identity/attempt_limiter.h"
#include "identity/password.h"
#include "identity/session.h"
#include "pg/pool.h"

namespace accubooks::identity {

struct PasswordReplacement;

/// What a person types to change the password.
struct PasswordChange {
    User user;
    std::string current;
    std::string next;
    std::string peer;                       // remote address
    std::optional<base::Digest> session{};  // the one that stays; none: all end
};

/// Changes passwords. With the password go the sessions that were begun with the one before, in one
/// transaction; tokens stay, they have owners and ends of their own. An act of the audit log says
/// by whom. Works on a pool whose connections are accubooks_ops. Calls throw pg::Failure.
class Passwords {
public:
    Passwords(
        pg::Pool& ops, PasswordHasher& hasher, AttemptLimiter& limiter, const base::Clock& clock
    )
        : ops_{ops}, hasher_{hasher}, limiter_{limiter}, clock_{clock} {}

    /// Whether `password` is the person's; the hash by which it was checked. An attempt counts as
    /// one to sign in. Errors: `identity.wrong_password`, `identity.too_many_attempts`,
    /// `identity.busy`.
    base::Task<base::Result<std::string>> check(
        User user, std::string password, std::string peer, base::Deadline deadline
    );

    /// By the person, who knows the present one; attempts at that count as attempts to sign in.
    /// Errors: `identity.wrong_password`, `identity.too_many_attempts`, `identity.weak_password`,
    /// `identity.busy`.
    base::Task<base::Result<void>> change(PasswordChange change, base::Deadline deadline);

    /// By an operator, for a person who doesn't. Errors: `identity.weak_password`,
    /// `identity.busy`.
    base::Task<base::Result<void>> reset(
        User user, std::string password, std::string actor, base::Deadline deadline
    );

private:
    base::Task<bool> replace(PasswordReplacement replacement, base::Deadline deadline);

    pg::Pool& ops_;
    PasswordHasher& hasher_;
    AttemptLimiter& limiter_;
    const base::Clock& clock_;
};

}  // namespace accubooks::identity
