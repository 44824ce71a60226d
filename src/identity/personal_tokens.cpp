#include "identity/personal_tokens.h"

#include <fmt/format.h>

#include "identity/internal/name.h"
#include "identity/secret.h"

namespace accubooks::identity {

namespace {

constexpr pg::Statement kCreate{
    .name = "identity.create_personal_token",
    .text = R"sql(
insert into platform.personal_token
       (token_digest, token_id, user_id, label, created_at, created_by, expires_at)
values ($1, $2, $3, $4, $5, $6, $7))sql",
};

constexpr pg::Statement kList{
    .name = "identity.list_personal_tokens",
    .text = R"sql(
select token_id, label, created_at, created_by, expires_at, revoked_at, last_used_at
  from platform.personal_token
 where user_id = $1
 order by token_id)sql",
};

constexpr pg::Statement kRevoke{
    .name = "identity.revoke_personal_token",
    .text = R"sql(
update platform.personal_token
   set revoked_at = coalesce(revoked_at, $3)
 where user_id = $1
   and token_id = $2)sql",
};

}  // namespace

base::Result<IssuedPersonalToken> PersonalTokens::mint(const NewPersonalToken& token) const {
    AB_CHECK(check_name(token.label));
    if (token.lifetime < std::chrono::days{1} || token.lifetime > kTokenLifetimeMax) {
        return base::refuse(
            base::ErrorKind::invalid,
            "identity.bad_lifetime",
            fmt::format("A personal token is good for 1 to {} days.", kTokenLifetimeMax.count())
        );
    }
    const base::Instant now = clock_.now();
    return IssuedPersonalToken{
        .user = token.user,
        .token =
            {.token_id = base::uuid_v7(now, random_),
             .label = token.label,
             .created_at = now,
             .created_by = token.created_by,
             .expires_at = now + token.lifetime},
        .secret = make_personal_token(random_),
    };
}

base::Task<void> PersonalTokens::keep(IssuedPersonalToken issued, base::Deadline deadline) {
    const PersonalToken& token = issued.token;
    auto params = pg::Params::of(
        personal_token_digest(issued.secret).value(),
        token.token_id,
        issued.user,
        token.label,
        token.created_at,
        token.created_by,
        token.expires_at
    );
    auto lease = co_await ops_.acquire(deadline);
    co_await lease->execute(kCreate, std::move(params), deadline);
}

base::Task<std::vector<PersonalToken>> PersonalTokens::list(
    base::Uuid user, base::Deadline deadline
) {
    auto lease = co_await ops_.acquire(deadline);
    const auto rows = co_await lease->execute(kList, pg::Params::of(user), deadline);
    std::vector<PersonalToken> tokens;
    tokens.reserve(static_cast<std::size_t>(rows.size()));
    for (int i = 0; i < rows.size(); ++i) {
        tokens.push_back({
            .token_id = rows[i].get<base::Uuid>(0),
            .label = rows[i].get<std::string>(1),
            .created_at = rows[i].get<base::Instant>(2),
            .created_by = rows[i].get<std::string>(3),
            .expires_at = rows[i].get<base::Instant>(4),
            .revoked_at = rows[i].get<std::optional<base::Instant>>(5),
            .last_used_at = rows[i].get<std::optional<base::Instant>>(6),
        });
    }
    co_return tokens;
}

base::Task<base::Result<void>> PersonalTokens::revoke(
    base::Uuid user, base::Uuid token_id, base::Deadline deadline
) {
    auto lease = co_await ops_.acquire(deadline);
    const auto rows =
        co_await lease->execute(kRevoke, pg::Params::of(user, token_id, clock_.now()), deadline);
    if (rows.affected() == 0) {
        co_return base::refuse(
            base::ErrorKind::not_found,
            "identity.no_such_token",
            "The person has no such token; accubooks user token list shows them."
        );
    }
    co_return base::Result<void>{};
}

}  // namespace accubooks::identity
