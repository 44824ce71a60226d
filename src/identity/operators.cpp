#include "identity/operators.h"

#include <utility>

#include "audit/act.h"
#include "identity/internal/acts.h"
#include "pg/author.h"

namespace accubooks::identity {
namespace {

constexpr pg::Statement kIsOne{
    .name = "identity.is_operator",
    .text = "select exists (select from platform.operator where user_id = $1)",
};

constexpr pg::Statement kGrant{
    .name = "identity.grant_operator",
    .text = R"sql(
insert into platform.operator (user_id, granted_at, granted_by)
values ($1, $2, $3)
    on conflict (user_id) do nothing)sql",
};

constexpr pg::Statement kRevoke{
    .name = "identity.revoke_operator",
    .text = "delete from platform.operator where user_id = $1",
};

constexpr pg::Statement kList{
    .name = "identity.operators",
    .text = R"sql(
select u.user_id, u.email, u.name, o.granted_at, o.granted_by
  from platform.operator o
  join platform.app_user u on u.user_id = o.user_id
 order by u.email)sql",
};

}  // namespace

base::Task<bool> Operators::is_one(base::Uuid user, base::Deadline deadline) {
    auto lease = co_await ops_.acquire(deadline);
    const auto rows = co_await lease->execute(kIsOne, pg::Params::of(user), deadline);
    co_return rows[0].get<bool>(0);
}

base::Task<void> Operators::grant(base::Uuid user, std::string actor, base::Deadline deadline) {
    auto lease = co_await ops_.acquire(deadline);
    const base::Instant now = clock_.now();
    co_await pg::begin_as(*lease, {.actor = actor}, deadline);
    const auto done = co_await lease->execute(kGrant, pg::Params::of(user, now, actor), deadline);
    if (done.affected() == 1) {
        audit::Act act{
            .actor = std::move(actor),
            .action = "identity.operator_granted",
            .object = user_actor(user),
        };
        co_await audit::record(*lease, std::move(act), now, deadline);
    }
    co_await lease->commit(deadline);
}

base::Task<base::Result<void>> Operators::revoke(
    base::Uuid user, std::string actor, base::Deadline deadline
) {
    auto lease = co_await ops_.acquire(deadline);
    co_await pg::begin_as(*lease, {.actor = actor}, deadline);
    const auto done = co_await lease->execute(kRevoke, pg::Params::of(user), deadline);
    if (done.affected() == 0) {
        co_return base::refuse(
            base::ErrorKind::not_found,
            "identity.no_operator",
            "That person is no operator; accubooks user operator list shows who is."
        );
    }
    audit::Act act{
        .actor = std::move(actor),
        .action = "identity.operator_revoked",
        .object = user_actor(user),
    };
    co_await audit::record(*lease, std::move(act), clock_.now(), deadline);
    co_await lease->commit(deadline);
    co_return base::Result<void>{};
}

base::Task<std::vector<Operator>> Operators::list(base::Deadline deadline) {
    auto lease = co_await ops_.acquire(deadline);
    const auto rows = co_await lease->execute(kList, pg::Params{}, deadline);
    co_return rows.map([](const pg::Row& row) {
        return Operator{
            .user =
                {.user_id = row.get<base::Uuid>(0),
                 .email = row.get<std::string>(1),
                 .name = row.get<std::string>(2)},
            .granted_at = row.get<base::Instant>(3),
            .granted_by = row.get<std::string>(4),
        };
    });
}

}  // namespace accubooks::identity
