#include "identity/passwords.h"

#include "audit/act.h"
#include "identity/internal/acts.h"
#include "identity/internal/attempt.h"
#include "identity/internal/password_replacement.h"
#include "pg/author.h"

namespace accubooks::identity {

namespace {

constexpr pg::Statement kPasswordHash{
    .name = "identity.password_hash",
    .text = "select password_hash from platform.app_user where user_id = $1",
};

// The row stays locked to the commit, which holds up a sign-in that has checked the password
// before.
constexpr pg::Statement kReplacePassword{
    .name = "identity.replace_password",
    .text = R"sql(
update platform.app_user
   set password_hash = $2
 where user_id = $1
   and password_hash = coalesce($3, password_hash))sql",
};

constexpr pg::Statement kEndOtherSessions{
    .name = "identity.end_other_sessions",
    .text = R"sql(
delete from platform.session
 where user_id = $1
   and token_digest is distinct from $2)sql",
};

constexpr pg::Statement kEndResets{
    .name = "identity.end_resets",
    .text = "delete from platform.password_reset where user_id = $1",
};

std::unexpected<base::Error> wrong_password() {
    return base::refuse(
        base::ErrorKind::forbidden,
        "identity.wrong_password",
        "The present password is wrong; nothing was changed.",
        {{"/current_password", "the password with which you sign in"}}
    );
}

}  // namespace

base::Task<bool> replace_password(
    pg::Connection& connection,
    PasswordReplacement replacement,
    base::Instant now,
    base::Deadline deadline
) {
    const auto replaced = co_await connection.execute(
        kReplacePassword,
        pg::Params::of(replacement.user, replacement.hash, replacement.before),
        deadline
    );
    if (replaced.affected() == 0) {
        co_return false;
    }
    co_await connection.execute(
        kEndOtherSessions, pg::Params::of(replacement.user, replacement.session), deadline
    );
    co_await connection.execute(kEndResets, pg::Params::of(replacement.user), deadline);
    audit::Act act{
        .actor = std::move(replacement.author.actor),
        .action = std::move(replacement.action),
        .object = user_actor(replacement.user),
    };
    co_await audit::record(connection, std::move(act), now, deadline);
    co_return true;
}

base::Task<base::Result<std::string>> Passwords::check(
    User user, std::string password, std::string peer, base::Deadline deadline
) {
    if (password.size() > kPasswordBytesMax) {
        co_return wrong_password();
    }
    AB_CO_CHECK(co_await take_attempt(limiter_, user.email, peer, clock_, deadline));
    std::string hash;
    {
        auto lease = co_await ops_.acquire(deadline);
        const auto rows =
            co_await lease->execute(kPasswordHash, pg::Params::of(user.user_id), deadline);
        hash = rows.empty() ? hasher_.decoy() : rows[0].get<std::string>(0);
    }
    AB_CO_TRY(same, co_await hasher_.verify(hash, std::move(password)));
    if (!same) {
        co_return wrong_password();
    }
    limiter_.forgive(user.email, peer);
    co_return hash;
}

base::Task<base::Result<void>> Passwords::change(PasswordChange change, base::Deadline deadline) {
    AB_CO_CHECK(check_password(change.next));
    AB_CO_TRY(
        before, co_await check(change.user, std::move(change.current), change.peer, deadline)
    );
    AB_CO_TRY(hash, co_await hasher_.hash(std::move(change.next)));
    PasswordReplacement replacement{
        .user = change.user.user_id,
        .hash = std::move(hash),
        .before = std::move(before),
        .session = change.session,
        .author = {.actor = user_actor(change.user.user_id), .peer = std::move(change.peer)},
        .action = "identity.password_changed",
    };
    if (!co_await replace(std::move(replacement), deadline)) {
        co_return wrong_password();  // another change was faster
    }
    co_return base::Result<void>{};
}

base::Task<base::Result<void>> Passwords::reset(
    User user, std::string password, std::string actor, base::Deadline deadline
) {
    AB_CO_CHECK(check_password(password));
    AB_CO_TRY(hash, co_await hasher_.hash(std::move(password)));
    PasswordReplacement replacement{
        .user = user.user_id,
        .hash = std::move(hash),
        .author = {.actor = std::move(actor)},
        .action = "identity.password_reset",
    };
    const bool replaced = co_await replace(std::move(replacement), deadline);
    base::ensure(replaced, "people are disabled, never deleted");
    co_return base::Result<void>{};
}

base::Task<bool> Passwords::replace(PasswordReplacement replacement, base::Deadline deadline) {
    auto lease = co_await ops_.acquire(deadline);
    co_await pg::begin_as(*lease, replacement.author, deadline);
    const bool replaced =
        co_await replace_password(*lease, std::move(replacement), clock_.now(), deadline);
    if (replaced) {
        co_await lease->commit(deadline);
    }
    co_return replaced;
}

}  // namespace accubooks::identity
