#include "identity/invitations.h"

#include <fmt/format.h>

#include "identity/directory.h"
#include "identity/internal/acts.h"
#include "identity/internal/name.h"
#include "identity/secret.h"
#include "net/throttled.h"
#include "pg/author.h"

namespace accubooks::identity {
namespace {

// Of two of a tenant at once the second waits here, and counts the first.
constexpr pg::Statement kLock{
    .name = "identity.lock_invitations",
    .text = "select 1 from pg_advisory_xact_lock(hashtextextended('identity.invitations', $1))",
};

/// The oldest of so many mails within a day: while there is one, there are as many as may be.
constexpr pg::Statement kMailOfDay{
    .name = "identity.invitation_mail_of_day",
    .text = R"sql(
select created_at
  from platform.invitation
 where tenant_id = $1
   and by_mail
   and created_at > $2
 order by created_at desc
offset $3
 limit 1)sql",
};

// Of two tenants that invite an address at once. After the tenant's lock, and nobody takes them the
// other way round.
constexpr pg::Statement kLockAddress{
    .name = "identity.lock_invited_address",
    .text =
        "select 1 from pg_advisory_xact_lock(hashtextextended('identity.invited.' || $1::text, 0))",
};

/// As kMailOfDay, to an address: of what all tenants sent or this one did, whichever is later.
constexpr pg::Statement kMailToAddressOfDay{
    .name = "identity.invitation_mail_to_address_of_day",
    .text = R"sql(
select created_at
  from ((select created_at
           from platform.invitation
          where email = $1
            and by_mail
            and created_at > $2
          order by created_at desc
         offset $3
          limit 1)
        union all
        (select created_at
           from platform.invitation
          where email = $1
            and by_mail
            and created_at > $2
            and tenant_id = $4
          order by created_at desc
         offset $5
          limit 1)) mail
 order by created_at desc
 limit 1)sql",
};

constexpr pg::Statement kKeep{
    .name = "identity.keep_invitation",
    .text = R"sql(
with done as (
    insert into platform.invitation
           (secret_digest, invitation_id, tenant_id, email, role, created_at, created_by, expires_at, by_mail)
    select $1, $2, $3, $4, $5, $6, $7, $8, $10
     where (select count(*)
              from platform.invitation
             where tenant_id = $3
               and accepted_at is null
               and withdrawn_at is null
               and expires_at > $6) < $9
    returning tenant_id
)
select count(platform.keep_answer(tenant_id, $11, $12, $13, $14))
  from done)sql",
};

constexpr pg::Statement kList{
    .name = "identity.list_invitations",
    .text = R"sql(
select invitation_id, email, role, created_at, created_by, expires_at, accepted_at, withdrawn_at
  from platform.invitation
 where tenant_id = $1
   and invitation_id > $2
 order by invitation_id
 limit $3)sql",
};

constexpr pg::Statement kWithdraw{
    .name = "identity.withdraw_invitation",
    .text = R"sql(
with done as (
    update platform.invitation
       set withdrawn_at = coalesce(withdrawn_at, $3)
     where tenant_id = $1
       and invitation_id = $2
       and accepted_at is null
    returning tenant_id
)
select count(platform.keep_answer(tenant_id, $4, $5, $6, $7))
  from done)sql",
};

constexpr pg::Statement kIsOpen{
    .name = "identity.is_open_invitation",
    .text = R"sql(
select count(*)
  from platform.invitation
 where secret_digest = $1
   and accepted_at is null
   and withdrawn_at is null
   and expires_at > $2)sql",
};

// Of two who accept at once the second waits here, and finds it accepted.
constexpr pg::Statement kAccept{
    .name = "identity.accept_invitation",
    .text = R"sql(
update platform.invitation
   set accepted_at = $2, accepted_by = $3
 where secret_digest = $1
   and accepted_at is null
   and withdrawn_at is null
   and expires_at > $2
   and ($4::text is null or email = $4)
returning tenant_id, role)sql",
};

constexpr pg::Statement kMakeUser{
    .name = "identity.make_invited_user",
    .text = R"sql(
insert into platform.app_user (user_id, email, name, password_hash, created_at)
select $2, email, $3, $4, $5
  from platform.invitation
 where secret_digest = $1)sql",
};

constexpr pg::Statement kAddMember{
    .name = "identity.add_invited_member",
    .text = R"sql(
insert into platform.membership (user_id, tenant_id, role, created_at)
values ($1, $2, $3, $4))sql",
};

std::unexpected<base::Error> bad_invitation() {
    return base::refuse(
        base::ErrorKind::forbidden,
        "identity.bad_invitation",
        "This invitation isn't good, or not any more, or not for your address; ask for another."
    );
}

base::Result<base::Digest> digest_of(std::string_view secret) {
    const auto digest = invitation_digest(secret);
    if (!digest) {
        return bad_invitation();
    }
    return *digest;
}

/// The refusal behind a constraint that an acceptance may meet.
std::optional<base::Error> refusal_of(const pg::Failure& failure) {
    if (failure.constraint() == "membership__pk") {
        return base::Error{
            .kind = base::ErrorKind::conflict,
            .code = "identity.already_member",
            .detail = "You are a member already.",
        };
    }
    if (failure.constraint() == "app_user__email") {
        return base::Error{
            .kind = base::ErrorKind::conflict,
            .code = "identity.email_taken",
            .detail = "There is an account with the invited address; sign in, then join.",
        };
    }
    return std::nullopt;
}

base::Instant full_hour_after(base::Instant at) {
    constexpr std::int64_t kHour = std::chrono::microseconds{std::chrono::hours{1}}.count();
    return base::Instant::from_unix_micros((at.unix_micros() / kHour + 1) * kHour);
}

base::Task<base::Result<void>> check_mails(
    pg::Connection& connection,
    base::TenantId tenant,
    std::string email,
    base::Instant now,
    base::Deadline deadline
) {
    constexpr std::chrono::hours kDay{24};
    const auto of_tenant = co_await connection.execute(
        kMailOfDay,
        pg::Params::of(tenant, now + -kDay, std::int64_t{kInvitationMailsOfDay - 1}),
        deadline
    );
    if (!of_tenant.empty()) {
        co_return std::unexpected(net::throttled(
            "identity.too_many_invitation_mails",
            fmt::format(
                "A tenant sends {} invitations a day by mail; invite without, or later.",
                kInvitationMailsOfDay
            ),
            of_tenant[0].get<base::Instant>(0) + kDay,
            now
        ));
    }
    co_await connection.execute(kLockAddress, pg::Params::of(email), deadline);
    const auto to_address = co_await connection.execute(
        kMailToAddressOfDay,
        pg::Params::of(
            email,
            now + -kDay,
            std::int64_t{kInvitationMailsToAddressOfDay - 1},
            tenant,
            std::int64_t{kInvitationMailsOfTenantToAddressOfDay - 1}
        ),
        deadline
    );
    if (!to_address.empty()) {
        // Others' invitations may be among them, and when those were made is theirs to know.
        co_return std::unexpected(net::throttled(
            "identity.too_many_invitation_mails",
            fmt::format(
                "An address is sent {} invitations a day, {} of one tenant; invite without a mail, "
                "or later.",
                kInvitationMailsToAddressOfDay,
                kInvitationMailsOfTenantToAddressOfDay
            ),
            full_hour_after(to_address[0].get<base::Instant>(0) + kDay),
            now
        ));
    }
    co_return base::Result<void>{};
}

Invitation invitation_of(const pg::Row& row) {
    return {
        .invitation_id = row.get<base::Uuid>(0),
        .email = row.get<std::string>(1),
        .role = parse_role(row.get<std::string_view>(2)).value(),
        .created_at = row.get<base::Instant>(3),
        .created_by = row.get<std::string>(4),
        .expires_at = row.get<base::Instant>(5),
        .accepted_at = row.get<std::optional<base::Instant>>(6),
        .withdrawn_at = row.get<std::optional<base::Instant>>(7),
    };
}

}  // namespace

base::Result<IssuedInvitation> Invitations::mint(const NewInvitation& wanted) const {
    AB_TRY(email, normalise_email(wanted.email));
    const base::Instant now = clock_.now();
    const base::Instant end = wanted.expires_at.value_or(now + kInvitationLifetime);
    if (end <= now) {
        return base::refuse(
            base::ErrorKind::invalid,
            "identity.already_expired",
            "The invitation would end before it begins; choose a later day."
        );
    }
    if (end > now + kInvitationLifetimeMax) {
        return base::refuse(
            base::ErrorKind::invalid,
            "identity.bad_lifetime",
            fmt::format(
                "An invitation is good for {} days at most.", kInvitationLifetimeMax.count()
            )
        );
    }
    return IssuedInvitation{
        .invitation =
            {.invitation_id = base::uuid_v7(now, random_),
             .email = std::move(email),
             .role = wanted.role,
             .created_at = now,
             .created_by = wanted.created_by,
             .expires_at = end},
        .secret = make_invitation_secret(random_),
        .by_mail = wanted.by_mail,
    };
}

base::Task<base::Result<void>> Invitations::keep(
    base::TenantId tenant, IssuedInvitation issued, Keeping keeping, base::Deadline deadline
) {
    const Invitation& invitation = issued.invitation;
    auto params = pg::Params::of(
        invitation_digest(issued.secret).value(),
        invitation.invitation_id,
        tenant,
        invitation.email,
        to_string(invitation.role),
        invitation.created_at,
        invitation.created_by,
        invitation.expires_at,
        std::int64_t{kOpenInvitationsMax},
        issued.by_mail
    );
    add_keeping(params, keeping);
    auto lease = co_await ops_.acquire(deadline);
    try {
        co_await pg::begin_as(*lease, std::move(keeping.author), deadline);
        co_await lease->execute(kLock, pg::Params::of(tenant), deadline);
        if (issued.by_mail) {
            AB_CO_CHECK(co_await check_mails(
                *lease, tenant, invitation.email, invitation.created_at, deadline
            ));
        }
        const auto rows = co_await lease->execute(kKeep, std::move(params), deadline);
        if (rows[0].get<std::int64_t>(0) == 0) {
            co_return base::refuse(
                base::ErrorKind::conflict,
                "identity.too_many_invitations",
                fmt::format(
                    "{} invitations of this tenant are open; withdraw one first.",
                    kOpenInvitationsMax
                )
            );
        }
        co_await lease->commit(deadline);
    } catch (const pg::Failure& failure) {
        if (auto taken = refusal_of_taken_key(failure)) {
            co_return std::unexpected(*std::move(taken));
        }
        if (failure.constraint() == "invitation__tenant") {
            co_return base::refuse(
                base::ErrorKind::not_found, "identity.tenant_not_found", "There is no such tenant."
            );
        }
        throw;
    }
    co_return base::Result<void>{};
}

base::Task<std::vector<Invitation>> Invitations::list(
    base::TenantId tenant,
    std::optional<base::Uuid> after,
    std::int64_t limit,
    base::Deadline deadline
) {
    auto lease = co_await ops_.acquire(deadline);
    auto params = pg::Params::of(tenant, after.value_or(base::Uuid{}), limit);
    const auto rows = co_await lease->execute(kList, std::move(params), deadline);
    co_return rows.map(invitation_of);
}

base::Task<base::Result<void>> Invitations::withdraw(
    base::TenantId tenant, base::Uuid invitation_id, Keeping keeping, base::Deadline deadline
) {
    auto params = pg::Params::of(tenant, invitation_id, clock_.now());
    add_keeping(params, keeping);
    auto lease = co_await ops_.acquire(deadline);
    try {
        co_await pg::begin_as(*lease, std::move(keeping.author), deadline);
        const auto rows = co_await lease->execute(kWithdraw, std::move(params), deadline);
        if (rows[0].get<std::int64_t>(0) == 0) {
            co_return base::refuse(
                base::ErrorKind::not_found,
                "identity.invitation_not_found",
                "There is no such invitation that is open in this tenant."
            );
        }
        co_await lease->commit(deadline);
    } catch (const pg::Failure& failure) {
        if (auto taken = refusal_of_taken_key(failure)) {
            co_return std::unexpected(*std::move(taken));
        }
        throw;
    }
    co_return base::Result<void>{};
}

/// Who accepts which invitation.
struct Invitations::Acceptance {
    base::Digest digest;
    base::Uuid user_id;
    std::optional<std::string> email{};  // that must have been invited
    // Of an account to make.
    std::optional<std::string> name{};
    std::string password_hash{};
    std::string peer{};
};

base::Task<base::Result<Joined>> Invitations::accept(
    std::string secret, Newcomer newcomer, std::string peer, base::Deadline deadline
) {
    AB_CO_TRY(digest, digest_of(secret));
    AB_CO_CHECK(check_name(newcomer.name));
    AB_CO_CHECK(check_password(newcomer.password));
    {
        // First: who has no invitation can't make the program hash passwords.
        auto lease = co_await ops_.acquire(deadline);
        auto params = pg::Params::of(digest, clock_.now());
        const auto rows = co_await lease->execute(kIsOpen, std::move(params), deadline);
        if (rows[0].get<std::int64_t>(0) == 0) {
            co_return bad_invitation();
        }
    }
    AB_CO_TRY(hash, co_await hasher_.hash(std::move(newcomer.password)));
    Acceptance acceptance{
        .digest = digest,
        .user_id = base::uuid_v7(clock_.now(), random_),
        .name = std::move(newcomer.name),
        .password_hash = std::move(hash),
        .peer = std::move(peer),
    };
    co_return co_await conclude(std::move(acceptance), deadline);
}

base::Task<base::Result<Joined>> Invitations::join(
    std::string secret, User user, std::string peer, base::Deadline deadline
) {
    AB_CO_TRY(digest, digest_of(secret));
    Acceptance acceptance{
        .digest = digest,
        .user_id = user.user_id,
        .email = std::move(user.email),
        .peer = std::move(peer),
    };
    co_return co_await conclude(std::move(acceptance), deadline);
}

base::Task<base::Result<Joined>> Invitations::conclude(
    Acceptance acceptance, base::Deadline deadline
) {
    const base::Instant now = clock_.now();
    auto lease = co_await ops_.acquire(deadline);
    try {
        pg::Author author{
            .actor = user_actor(acceptance.user_id), .peer = std::move(acceptance.peer)
        };
        co_await pg::begin_as(*lease, std::move(author), deadline);
        if (acceptance.name) {
            auto person = pg::Params::of(
                acceptance.digest,
                acceptance.user_id,
                *acceptance.name,
                acceptance.password_hash,
                now
            );
            co_await lease->execute(kMakeUser, std::move(person), deadline);
        }
        auto params = pg::Params::of(acceptance.digest, now, acceptance.user_id, acceptance.email);
        const auto rows = co_await lease->execute(kAccept, std::move(params), deadline);
        if (rows.empty()) {
            co_return bad_invitation();
        }
        const Joined joined{
            .user_id = acceptance.user_id,
            .tenant = rows[0].get<base::TenantId>(0),
            .role = parse_role(rows[0].get<std::string_view>(1)).value(),
        };
        auto member = pg::Params::of(joined.user_id, joined.tenant, to_string(joined.role), now);
        co_await lease->execute(kAddMember, std::move(member), deadline);
        co_await lease->commit(deadline);
        co_return joined;
    } catch (const pg::Failure& failure) {
        if (auto refusal = refusal_of(failure)) {
            co_return std::unexpected(*std::move(refusal));
        }
        throw;
    }
}

}  // namespace accubooks::identity
