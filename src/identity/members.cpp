#include "identity/members.h"

#include "identity/directory.h"
#include "net/throttled.h"
#include "pg/author.h"
#include "pg/failure.h"

namespace accubooks::identity {
namespace {

constexpr pg::Statement kListMembers{
    .name = "identity.list_members",
    .text = R"sql(
select u.user_id, u.email, u.name, m.role, m.created_at, platform.has_second_factor(u.user_id)
  from platform.membership m
  join platform.app_user u on u.user_id = m.user_id
 where m.tenant_id = $1
   and m.user_id > $2
 order by m.user_id
 limit $3)sql",
};

constexpr pg::Statement kFindMember{
    .name = "identity.find_member",
    .text = R"sql(
select u.user_id, u.email, u.name, m.role, m.created_at, platform.has_second_factor(u.user_id)
  from platform.membership m
  join platform.app_user u on u.user_id = m.user_id
 where m.tenant_id = $1
   and m.user_id = $2)sql",
};

constexpr pg::Statement kFindPerson{
    .name = "identity.find_person",
    .text = R"sql(
select user_id, email, name, platform.has_second_factor(user_id)
  from platform.app_user
 where email = $1
   and not disabled)sql",
};

constexpr pg::Statement kAddMember{
    .name = "identity.add_new_member",
    .text = R"sql(
with done as (
    insert into platform.membership (tenant_id, user_id, role, created_at)
    values ($1, $2, $3, $4)
    returning tenant_id
)
select count(platform.keep_answer(tenant_id, $5, $6, $7, $8))
  from done)sql",
};

constexpr pg::Statement kChangeRole{
    .name = "identity.change_role",
    .text = R"sql(
with done as (
    update platform.membership
       set role = $3
     where tenant_id = $1
       and user_id = $2
    returning tenant_id
)
select count(platform.keep_answer(tenant_id, $4, $5, $6, $7))
  from done)sql",
};

constexpr pg::Statement kRemoveMember{
    .name = "identity.remove_member",
    .text = R"sql(
with done as (
    delete from platform.membership
     where tenant_id = $1
       and user_id = $2
    returning tenant_id
)
select count(platform.keep_answer(tenant_id, $3, $4, $5, $6))
  from done)sql",
};

Member member_of(const pg::Row& row) {
    return {
        .user =
            {.user_id = row.get<base::Uuid>(0),
             .email = row.get<std::string>(1),
             .name = row.get<std::string>(2)},
        .role = parse_role(row.get<std::string_view>(3)).value(),
        .since = row.get<base::Instant>(4),
        .has_second_factor = row.get<bool>(5),
    };
}

std::unexpected<base::Error> no_such_member() {
    return base::refuse(
        base::ErrorKind::not_found,
        "identity.member_not_found",
        "There is no such member in this tenant."
    );
}

std::unexpected<base::Error> unknown_person() {
    return base::refuse(
        base::ErrorKind::invalid,
        "identity.unknown_person",
        "Nobody can sign in with this address.",
        {{"/email", "the address of somebody who can sign in"}}
    );
}

/// The refusal behind a constraint that these writes may meet.
std::optional<base::Error> refusal_of(const pg::Failure& failure) {
    if (failure.constraint() == "membership__pk") {
        return base::Error{
            .kind = base::ErrorKind::conflict,
            .code = "identity.already_member",
            .detail = "This person is a member already; change the role instead.",
        };
    }
    if (failure.constraint() == "membership__keeps_an_owner") {
        return base::Error{
            .kind = base::ErrorKind::conflict,
            .code = "identity.last_owner",
            .detail = "A tenant keeps at least one owner; make somebody else an owner first.",
        };
    }
    return refusal_of_taken_key(failure);
}

}  // namespace

base::Task<std::vector<Member>> Members::list(
    base::TenantId tenant,
    std::optional<base::Uuid> after,
    std::int64_t limit,
    base::Deadline deadline
) {
    auto lease = co_await ops_.acquire(deadline);
    auto params = pg::Params::of(tenant, after.value_or(base::Uuid{}), limit);
    const auto rows = co_await lease->execute(kListMembers, std::move(params), deadline);
    co_return rows.map(member_of);
}

base::Task<base::Result<Member>> Members::find(
    base::TenantId tenant, base::Uuid user, base::Deadline deadline
) {
    auto lease = co_await ops_.acquire(deadline);
    const auto rows = co_await lease->execute(kFindMember, pg::Params::of(tenant, user), deadline);
    if (rows.empty()) {
        co_return no_such_member();
    }
    co_return member_of(rows[0]);
}

base::Task<base::Result<Member>> Members::find_person(
    std::string email, std::string actor, base::Deadline deadline
) {
    const auto normal = normalise_email(email);
    if (!normal) {
        co_return unknown_person();
    }
    const base::Instant now = clock_.now();
    if (const auto attempt = limiter_.take(actor, actor, now); !attempt) {
        co_return std::unexpected(net::throttled(
            "identity.too_many_attempts",
            "Too many unknown addresses; wait a while, then try again.",
            attempt.error(),
            now
        ));
    }
    auto lease = co_await ops_.acquire(deadline);
    const auto rows = co_await lease->execute(kFindPerson, pg::Params::of(*normal), deadline);
    if (rows.empty()) {
        co_return unknown_person();
    }
    limiter_.forgive(actor, actor);
    co_return Member{
        .user =
            {.user_id = rows[0].get<base::Uuid>(0),
             .email = rows[0].get<std::string>(1),
             .name = rows[0].get<std::string>(2)},
        .since = now,
        .has_second_factor = rows[0].get<bool>(3),
    };
}

base::Task<base::Result<void>> Members::add(
    base::TenantId tenant, Member member, Keeping keeping, base::Deadline deadline
) {
    auto params = pg::Params::of(tenant, member.user.user_id, to_string(member.role), member.since);
    add_keeping(params, keeping);
    co_return co_await write(kAddMember, std::move(params), std::move(keeping.author), deadline);
}

base::Task<base::Result<void>> Members::change_role(
    base::TenantId tenant, base::Uuid user, Role role, Keeping keeping, base::Deadline deadline
) {
    auto params = pg::Params::of(tenant, user, to_string(role));
    add_keeping(params, keeping);
    co_return co_await write(kChangeRole, std::move(params), std::move(keeping.author), deadline);
}

base::Task<base::Result<void>> Members::remove(
    base::TenantId tenant, base::Uuid user, Keeping keeping, base::Deadline deadline
) {
    auto params = pg::Params::of(tenant, user);
    add_keeping(params, keeping);
    co_return co_await write(kRemoveMember, std::move(params), std::move(keeping.author), deadline);
}

base::Task<base::Result<void>> Members::write(
    const pg::Statement& statement, pg::Params params, pg::Author author, base::Deadline deadline
) {
    auto lease = co_await ops_.acquire(deadline);
    try {
        co_await pg::begin_as(*lease, std::move(author), deadline);
        const auto rows = co_await lease->execute(statement, std::move(params), deadline);
        if (rows[0].get<std::int64_t>(0) == 0) {
            co_return no_such_member();
        }
        co_await lease->commit(deadline);
    } catch (const pg::Failure& failure) {
        if (auto refusal = refusal_of(failure)) {
            co_return std::unexpected(*std::move(refusal));
        }
        throw;
    }
    co_return base::Result<void>{};
}

}  // namespace accubooks::identity
