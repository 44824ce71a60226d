#include "identity/session.h"

#include <algorithm>

#include "base/utf8.h"
#include "identity/directory.h"
#include "identity/internal/attempt.h"
#include "identity/second_factor.h"
#include "identity/secret.h"
#include "net/peer.h"

namespace accubooks::identity {

namespace {

constexpr pg::Statement kSignInRecord{
    .name = "identity.sign_in_record",
    .text = "select user_id, name, password_hash, disabled from platform.sign_in_record($1)",
};

constexpr pg::Statement kCreateSession{
    .name = "identity.create_session",
    .text = "select platform.create_session($1, $2, $3, $4, $5, $6, $7, $8)",
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

std::unexpected<base::Error> code_required() {
    return base::refuse(
        base::ErrorKind::unauthenticated,
        "identity.code_required",
        "Send a code of the second factor, or a recovery code, with the password.",
        {{"/code", "six digits of the authenticator, or a recovery code"}}
    );
}

/// As much of a header as a list of sessions shows, in plain text.
std::string shown(std::string_view user_agent) {
    constexpr std::size_t kBytesMax = 200;
    std::string text = base::printable(user_agent.substr(0, kBytesMax));
    text.resize(base::utf8_prefix(std::string_view{text}.substr(0, kBytesMax)));
    return text;
}

}  // namespace

bool is_cookie_for_tls(const net::Request& request) {
    return request.over_tls || !net::is_loopback(request.peer);
}

std::string_view cookie_name(const net::Request& request) {
    return is_cookie_for_tls(request) ? "__Host-accubooks_session" : "accubooks_session";
}

SignIn::SignIn(
    pg::Pool& app,
    PasswordHasher& hasher,
    AttemptLimiter& limiter,
    SecondFactor& second_factor,
    const base::Clock& clock,
    base::RandomBytes random,
    SessionSettings settings
)
    : app_{app},
      hasher_{hasher},
      limiter_{limiter},
      second_factor_{second_factor},
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
    AB_CO_CHECK(co_await take_attempt(limiter_, *email, credentials.peer, clock_, deadline));
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
    if (co_await second_factor_.is_enrolled(record->user.user_id, deadline)) {
        if (!credentials.code) {
            co_return code_required();
        }
        AB_CO_CHECK(co_await second_factor_.spend(
            record->user.user_id, *std::move(credentials.code), deadline
        ));
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
        now + std::min(settings_.idle, settings_.absolute),
        record->password_hash,
        credentials.peer,
        shown(credentials.user_agent)
    );
    auto lease = co_await app_.acquire(deadline);
    const auto rows = co_await lease->execute(kCreateSession, std::move(params), deadline);
    if (!rows[0].get<bool>(0)) {
        co_return bad_credentials();  // disabled, or another password, in between
    }
    co_return session;
}

base::Task<void> SignIn::end(base::Digest session_digest, base::Deadline deadline) {
    auto lease = co_await app_.acquire(deadline);
    co_await lease->execute(kEndSession, pg::Params::of(session_digest), deadline);
}

}  // namespace accubooks::identity
