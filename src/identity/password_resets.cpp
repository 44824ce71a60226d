#include "identity/password_resets.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "identity/attempt_limiter.h"
#include "identity/directory.h"
#include "identity/internal/acts.h"
#include "identity/internal/mail_time.h"
#include "identity/internal/password_replacement.h"
#include "identity/secret.h"
#include "net/mail.h"
#include "net/periodic_task.h"
#include "net/throttled.h"
#include "pg/author.h"

namespace accubooks::identity {
namespace {

constexpr std::chrono::seconds kEvery{1};
constexpr std::chrono::seconds kPatience{15};
constexpr std::chrono::hours kDay{24};

/// Three of one address from one peer, then one in 20 minutes; from one peer ten, then one a
/// minute, whatever the addresses. That many peers ask for one address makes nobody wait: mails to
/// a person have a bound of their own.
AttemptLimits limits() {
    return {
        .pair_burst = 3,
        .pair_interval = std::chrono::minutes{20},
        .address_burst = 10,
        .address_interval = std::chrono::minutes{1},
        .wait_max = std::chrono::seconds{0},
    };
}

constexpr pg::Statement kForgetOld{
    .name = "identity.forget_resets",
    .text = "delete from platform.password_reset where created_at <= $1",
};

constexpr pg::Statement kKeep{
    .name = "identity.keep_reset",
    .text = R"sql(
insert into platform.password_reset (secret_digest, user_id, created_at, expires_at)
select $1, u.user_id, $3, $4
  from platform.app_user u
 where u.email = $2
   and not u.disabled
   and (select count(*) filter (where r.expires_at > $3) < $5
               and (count(*) < $6 or max(r.created_at) <= $7)
          from platform.password_reset r
         where r.user_id = u.user_id)
returning user_id)sql",
};

constexpr pg::Statement kForget{
    .name = "identity.forget_reset",
    .text = "delete from platform.password_reset where secret_digest = $1",
};

constexpr pg::Statement kOwner{
    .name = "identity.owner_of_reset",
    .text = R"sql(
select r.user_id
  from platform.password_reset r
  join platform.app_user u on u.user_id = r.user_id and not u.disabled
 where r.secret_digest = $1
   and r.expires_at > $2)sql",
};

// All of the person's, by whoever has one. Of two at once the second waits here, and finds none.
constexpr pg::Statement kUse{
    .name = "identity.use_reset",
    .text = R"sql(
delete from platform.password_reset
 where user_id = $1
   and exists (select from platform.password_reset r where r.secret_digest = $2)
returning user_id)sql",
};

/// Takes an attempt of `what` from `peer`.
base::Result<void> take(
    AttemptLimiter& limiter,
    const std::string& what,
    std::string_view peer,
    base::Instant now,
    std::string refusal
) {
    if (const auto attempt = limiter.take(what, peer, now); !attempt) {
        return std::unexpected(
            net::throttled("identity.too_many_attempts", std::move(refusal), attempt.error(), now)
        );
    }
    return {};
}

std::unexpected<base::Error> bad_reset() {
    return base::refuse(
        base::ErrorKind::forbidden,
        "identity.bad_reset",
        "This secret isn't good, or not any more; ask for another."
    );
}

net::Mail mail_of(
    const std::string& email, const std::string& secret, base::Uuid id, base::Instant now
) {
    std::string digits = base::to_string(id);
    std::erase(digits, '-');
    return {
        .from = {},
        .to = email,
        .subject = "A new password for AccuBooks",
        .text = fmt::format(
            "Somebody asked for a new password in AccuBooks for this address.\n"
            "\n"
            "The secret that sets one, which counts once and until {}:\n"
            "\n"
            "{}\n"
            "\n"
            "Enter it where you sign in to AccuBooks, under \"Forgotten password?\". All your\n"
            "sessions end then. If you didn't ask, do nothing: your password stays as it is.\n",
            to_minutes(now + kResetLifetime),
            secret
        ),
        .id = "reset." + digits,
        .at = now,
    };
}

}  // namespace

struct PasswordResets::State {
    Parts parts;
    AttemptLimiter asking{limits()};
    AttemptLimiter concluding{limits()};  // by the secret's digest
    std::mutex mutex;
    std::deque<std::string> asked;  // addresses, under `mutex`
    std::size_t dropped = 0;        // since operators were told, under `mutex`
    net::PeriodicTask sending;

    State(Parts given, std::function<base::Task<void>()> work)
        : parts{std::move(given)},
          sending{{
              .on = parts.on,
              .pause = kEvery,
              .work = std::move(work),
              .failed = [this](const std::exception& failure
                        ) { parts.failed("no reset of a password can be sent", failure.what()); },
          }} {}

    /// The first that waits, which stays until it is done: what throws is tried again, a mail that
    /// fails isn't.
    std::optional<std::string> first() {
        const std::scoped_lock lock{mutex};
        return asked.empty() ? std::nullopt : std::optional{asked.front()};
    }
    void drop_first() {
        const std::scoped_lock lock{mutex};
        asked.pop_front();
    }
    void tell_dropped() {
        std::size_t count = 0;
        {
            const std::scoped_lock lock{mutex};
            count = std::exchange(dropped, 0);
        }
        if (count != 0) {
            parts.failed(
                "resets of passwords were dropped",
                fmt::format("{} were asked for while {} waited", count, kResetsWaitingMax)
            );
        }
    }

    /// Whether the address is of somebody who may be sent `secret`, which counts from now on.
    base::Task<bool> keep(
        std::string email, std::string secret, base::Instant now, base::Deadline deadline
    ) {
        auto lease = co_await parts.ops.acquire(deadline);
        co_await lease->execute(kForgetOld, pg::Params::of(now + -kDay), deadline);
        auto params = pg::Params::of(
            reset_digest(secret).value(),
            email,
            now,
            now + kResetLifetime,
            std::int64_t{kResetsOfPersonMax},
            std::int64_t{kResetsOfPersonOfDay},
            now + -kResetOfPersonEvery
        );
        const auto rows = co_await lease->execute(kKeep, std::move(params), deadline);
        co_return !rows.empty();
    }

    /// A secret that reached nobody doesn't count.
    base::Task<void> forget(std::string secret, base::Deadline deadline) {
        auto lease = co_await parts.ops.acquire(deadline);
        co_await lease->execute(kForget, pg::Params::of(reset_digest(secret).value()), deadline);
    }
};

PasswordResets::PasswordResets(Parts parts)
    : state_{std::make_unique<State>(std::move(parts), [this] { return send_asked(); })} {}

PasswordResets::~PasswordResets() = default;

void PasswordResets::start() {
    state_->sending.start();
}

void PasswordResets::stop() {
    state_->sending.stop();
}

base::Result<void> PasswordResets::ask(std::string_view email, std::string_view peer) {
    AB_TRY(address, normalise_email(email));
    const base::Instant now = state_->parts.clock.now();
    AB_CHECK(take(
        state_->asking,
        address,
        peer,
        now,
        "New passwords were asked for too often from here; wait a while, then ask again."
    ));
    {
        const std::scoped_lock lock{state_->mutex};
        auto& asked = state_->asked;
        // Once is enough, and leaves the room to others.
        if (std::ranges::find(asked, address) == asked.end()) {
            if (asked.size() < kResetsWaitingMax) {
                asked.push_back(std::move(address));
            } else {
                ++state_->dropped;
            }
        }
    }
    state_->sending.wake();
    return {};
}

base::Task<void> PasswordResets::send_asked() {
    const Parts& parts = state_->parts;
    state_->tell_dropped();
    while (const auto email = state_->first()) {
        const base::Deadline deadline = base::deadline_in(kPatience);
        const base::Instant now = parts.clock.now();
        const std::string secret = make_reset_secret(parts.random);
        if (co_await state_->keep(*email, secret, now, deadline)) {
            const net::Mailing mailing = co_await parts.mailer.send(
                mail_of(*email, secret, base::uuid_v7(now, parts.random), now), deadline
            );
            if (mailing.outcome == net::Mailing::Outcome::failed) {
                parts.failed("a mail with a reset of a password wasn't sent", mailing.detail);
                co_await state_->forget(secret, base::deadline_in(kPatience));
            }
        }
        state_->drop_first();
        if (state_->sending.is_stopping()) {
            co_return;
        }
    }
}

base::Task<base::Result<void>> PasswordResets::conclude(
    std::string secret, std::string password, std::string peer, base::Deadline deadline
) {
    const auto digest = reset_digest(secret);
    if (!digest) {
        co_return bad_reset();
    }
    AB_CO_CHECK(check_password(password));
    const base::Instant now = state_->parts.clock.now();
    pg::Pool& ops = state_->parts.ops;
    base::Uuid user;
    {
        // First: who has no secret can't make the program hash passwords.
        auto lease = co_await ops.acquire(deadline);
        const auto rows = co_await lease->execute(kOwner, pg::Params::of(*digest, now), deadline);
        if (rows.empty()) {
            co_return bad_reset();
        }
        user = rows[0].get<base::Uuid>(0);
    }
    // Nor can who has one, by sending it again and again.
    AB_CO_CHECK(take(
        state_->concluding,
        base::to_hex(*digest),
        peer,
        now,
        "This secret was sent too often; wait a while, then send it again."
    ));
    AB_CO_TRY(hash, co_await state_->parts.hasher.hash(std::move(password)));
    PasswordReplacement replacement{
        .user = user,
        .hash = std::move(hash),
        .author = {.actor = user_actor(user), .peer = std::move(peer)},
        .action = "identity.password_reset_by_mail",
    };
    auto lease = co_await ops.acquire(deadline);
    co_await pg::begin_as(*lease, replacement.author, deadline);
    const auto used = co_await lease->execute(kUse, pg::Params::of(user, *digest), deadline);
    if (used.empty()) {
        co_return bad_reset();
    }
    const bool replaced = co_await replace_password(*lease, std::move(replacement), now, deadline);
    base::ensure(replaced, "people are disabled, never deleted");
    co_await lease->commit(deadline);
    co_return base::Result<void>{};
}

}  // namespace accubooks::identity
