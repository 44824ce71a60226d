#include "identity/session.h"

#include <algorithm>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "identity/directory.h"
#include "identity/secret.h"

namespace accubooks::identity {

namespace {

namespace asio = boost::asio;

constexpr pg::Statement kSignInRecord{
    .name = "identity.sign_in_record",
    .text = "select user_id, name, password_hash, disabled from platform.sign_in_record($1)",
};

constexpr pg::Statement kCreateSession{
    .name = "identity.create_session",
    .text = "select platform.create_session($1, $2, $3, $4, $5)",
};

constexpr pg::Statement kEndSession{
    .name = "identity.end_session",
    .text = "select platform.end_session($1)",
};

struct Record {
    User user;
    std::string password_hash;
    bool disabled = false;
};

base::Task<std::optional<Record>> find_record(
    pg::Pool& pool, std::string email, base::Deadline deadline
) {
    auto lease = co_await pool.acquire(deadline);
    const auto rows = co_await lease->execute(kSignInRecord, pg::Params::of(email), deadline);
    if (rows.empty()) {
        co_return std::nullopt;
    }
    const pg::Row row = rows[0];
    co_return Record{
        .user =
            {.user_id = row.get<base::Uuid>(0),
             .email = std::move(email),
             .name = row.get<std::string>(1)},
        .password_hash = row.get<std::string>(2),
        .disabled = row.get<bool>(3),
    };
}

std::unexpected<base::Error> bad_credentials() {
    return base::refuse(
        base::ErrorKind::unauthenticated,
        "identity.bad_credentials",
        "The e-mail address or the password is wrong."
    );
}

}  // namespace

SignIn::SignIn(
    pg::Pool& app,
    PasswordHasher& hasher,
    AttemptLimiter& limiter,
    const base::Clock& clock,
    base::RandomBytes random,
    SessionSettings settings
)
    : app_{app},
      hasher_{hasher},
      limiter_{limiter},
      clock_{clock},
      random_{std::move(random)},
      settings_{settings} {}

base::Task<base::Result<NewSession>> SignIn::begin(
    Credentials credentials, base::Deadline deadline
) {
    auto email = normalise_email(credentials.email);
    if (!email || credentials.password.size() > kPasswordBytesMax) {
        co_return bad_credentials();  // no account can have these, so there is nothing to hide
    }
    const auto wait = limiter_.take(*email, credentials.peer, clock_.now());
    if (!wait) {
        co_return base::refuse(
            base::ErrorKind::throttled,
            "identity.too_many_attempts",
            "Too many attempts to sign in; wait a minute, then try again."
        );
    }
    if (wait->count() > 0) {
        asio::steady_timer timer{co_await asio::this_coro::executor};
        timer.expires_at(std::min(base::deadline_in(*wait), deadline));
        co_await timer.async_wait(asio::use_awaitable);
    }
    const auto record = co_await find_record(app_, *email, deadline);
    AB_CO_TRY(
        same,
        co_await hasher_.verify(
            record ? record->password_hash : hasher_.decoy(), std::move(credentials.password)
        )
    );
    if (!same || !record || record->disabled) {
        co_return bad_credentials();
    }
    limiter_.forgive(*email, credentials.peer);

    NewSession session{
        .user = record->user, .secret = make_session_token(random_), .csrf_token = {}
    };
    session.csrf_token = csrf_token_of(session.secret);
    const base::Instant now = clock_.now();
    auto params = pg::Params::of(
        session_token_digest(session.secret).value(),
        session.user.user_id,
        base::sha256(session.csrf_token),
        now,
        now + std::min(settings_.idle, settings_.absolute)
    );
    auto lease = co_await app_.acquire(deadline);
    const auto rows = co_await lease->execute(kCreateSession, std::move(params), deadline);
    if (!rows[0].get<bool>(0)) {
        co_return bad_credentials();  // disabled in between
    }
    co_return session;
}

base::Task<void> SignIn::end(base::Digest session_digest, base::Deadline deadline) {
    auto lease = co_await app_.acquire(deadline);
    co_await lease->execute(kEndSession, pg::Params::of(session_digest), deadline);
}

}  // namespace accubooks::identity
