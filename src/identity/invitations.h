#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/password.h"
#include "identity/role.h"
#include "identity/session.h"
#include "identity/write_key.h"
#include "pg/pool.h"

namespace accubooks::identity {

/// Longest time for which an invitation is good, and that for which it is when nobody says.
inline constexpr std::chrono::days kInvitationLifetimeMax{30};
inline constexpr std::chrono::days kInvitationLifetime{7};
/// Invitations of one tenant that may be open at a time.
inline constexpr int kOpenInvitationsMax = 100;
/// Invitations that one tenant may have told by mail within 24 hours, withdrawn or not: what the
/// program writes to strangers is bounded.
inline constexpr int kInvitationMailsOfDay = 50;
/// The same of one address, from all tenants together; and from one of them, so that none keeps the
/// others' from it.
inline constexpr int kInvitationMailsToAddressOfDay = 5;
inline constexpr int kInvitationMailsOfTenantToAddressOfDay = 2;

struct NewInvitation {
    std::string email;
    Role role = Role::viewer;
    std::string created_by;                     // an actor
    std::optional<base::Instant> expires_at{};  // none: after kInvitationLifetime
    bool by_mail = false;                       // whether the person is told by mail
};

/// An invitation as it may be shown: without its secret, which nobody has kept.
struct Invitation {
    base::Uuid invitation_id;
    std::string email;
    Role role = Role::viewer;
    base::Instant created_at;
    std::string created_by;
    base::Instant expires_at;
    std::optional<base::Instant> accepted_at{};
    std::optional<base::Instant> withdrawn_at{};
};

/// An invitation at the one moment when its secret is known.
struct IssuedInvitation {
    Invitation invitation;
    std::string secret;
    bool by_mail = false;
};

/// What somebody who accepts an invitation, and has no account yet, chooses.
struct Newcomer {
    std::string name;
    std::string password;
};

/// Who joined which tenant, as what.
struct Joined {
    base::Uuid user_id;
    base::TenantId tenant;
    Role role = Role::viewer;
};

/// Invitations to tenants: made by those who manage members, accepted once by whoever has the
/// secret, for the address that was invited. Works on a pool whose connections are accubooks_ops.
/// Calls throw pg::Failure.
class Invitations {
public:
    Invitations(
        pg::Pool& ops, PasswordHasher& hasher, const base::Clock& clock, base::RandomBytes random
    )
        : ops_{ops}, hasher_{hasher}, clock_{clock}, random_{std::move(random)} {}

    /// An invitation that lets nobody in yet. Errors: `identity.bad_email`,
    /// `identity.already_expired`, `identity.bad_lifetime`.
    base::Result<IssuedInvitation> mint(const NewInvitation& wanted) const;

    /// From its return on the minted invitation lets in. Errors: `identity.tenant_not_found`,
    /// `identity.too_many_invitations`; `identity.too_many_invitation_mails` by the tenant or to
    /// the address, with when the next may be sent, to the hour where that depends on others;
    /// `identity.idempotency_conflict` when another request took the key meanwhile.
    base::Task<base::Result<void>> keep(
        base::TenantId tenant, IssuedInvitation issued, Keeping keeping, base::Deadline deadline
    );

    /// At most `limit` invitations of the tenant after `after` in order of their making, those that
    /// have ended too.
    base::Task<std::vector<Invitation>> list(
        base::TenantId tenant,
        std::optional<base::Uuid> after,
        std::int64_t limit,
        base::Deadline deadline
    );

    /// From its return on the invitation lets nobody in; withdrawing again changes nothing. Errors:
    /// `identity.invitation_not_found`, also of one that was accepted;
    /// `identity.idempotency_conflict` as keep.
    base::Task<base::Result<void>> withdraw(
        base::TenantId tenant, base::Uuid invitation_id, Keeping keeping, base::Deadline deadline
    );

    /// Makes an account of the invited address, and it a member. `peer` is where the request came
    /// from. Errors: `identity.bad_invitation`, `identity.bad_name`, `identity.weak_password`,
    /// `identity.busy`; `identity.email_taken`: sign in and join.
    base::Task<base::Result<Joined>> accept(
        std::string secret, Newcomer newcomer, std::string peer, base::Deadline deadline
    );

    /// Makes a person a member who has an account. Errors: `identity.bad_invitation`, also when
    /// another address was invited; `identity.already_member`.
    base::Task<base::Result<Joined>> join(
        std::string secret, User user, std::string peer, base::Deadline deadline
    );

private:
    struct Acceptance;
    base::Task<base::Result<Joined>> conclude(Acceptance acceptance, base::Deadline deadline);

    pg::Pool& ops_;
    PasswordHasher& hasher_;
    const base::Clock& clock_;
    base::RandomBytes random_;
};

}  // namespace accubooks::identity
