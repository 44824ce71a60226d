#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/attempt_limiter.h"
#include "identity/role.h"
#include "identity/session.h"
#include "identity/write_key.h"
#include "pg/author.h"
#include "pg/pool.h"

namespace accubooks::identity {

/// A person in one tenant.
struct Member {
    User user;
    Role role = Role::viewer;
    base::Instant since;
    bool has_second_factor = false;
};

/// Who belongs to a tenant, as its owners manage it. Works on a pool whose connections are
/// accubooks_ops, never on the application's: the application's role can't list people at all.
/// Calls throw pg::Failure.
class Members {
public:
    Members(pg::Pool& ops, const base::Clock& clock) : ops_{ops}, clock_{clock} {}

    /// At most `limit` members of the tenant after `after`, by user id.
    base::Task<std::vector<Member>> list(
        base::TenantId tenant,
        std::optional<base::Uuid> after,
        std::int64_t limit,
        base::Deadline deadline
    );

    /// Errors: `identity.member_not_found`.
    base::Task<base::Result<Member>> find(
        base::TenantId tenant, base::Uuid user, base::Deadline deadline
    );

    /// The person with this address as a member from now on, for whom `actor` is about to open a
    /// tenant; the role is the caller's to set. An owner must
    /// learn whether it worked, and so whether there is such a person: that much, no more, and at
    /// AttemptLimits' pace. A disabled person is as unknown as one who isn't there. Errors:
    /// `identity.unknown_person`, `identity.too_many_attempts`.
    base::Task<base::Result<Member>> find_person(
        std::string email, std::string actor, base::Deadline deadline
    );

    /// Errors: `identity.already_member`.
    base::Task<base::Result<void>> add(
        base::TenantId tenant, Member member, Keeping keeping, base::Deadline deadline
    );

    /// Errors: `identity.member_not_found`, `identity.last_owner`.
    base::Task<base::Result<void>> change_role(
        base::TenantId tenant, base::Uuid user, Role role, Keeping keeping, base::Deadline deadline
    );

    /// From the return on nothing of the tenant opens to that person. Errors as change_role.
    base::Task<base::Result<void>> remove(
        base::TenantId tenant, base::Uuid user, Keeping keeping, base::Deadline deadline
    );

private:
    base::Task<base::Result<void>> write(
        const pg::Statement& statement,
        pg::Params params,
        pg::Author author,
        base::Deadline deadline
    );

    pg::Pool& ops_;
    const base::Clock& clock_;
    // The actor stands for account and address alike. What is forgiven for a known person isn't
    // forgiven to the address: whoever guesses between known ones is held to one a second.
    AttemptLimiter limiter_{{
        .address_burst = 1000,
        .address_interval = std::chrono::seconds{1},
        .wait_max = std::chrono::seconds{0},
    }};
};

}  // namespace accubooks::identity
