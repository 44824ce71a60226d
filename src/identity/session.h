#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/attempt_limiter.h"
#include "identity/password.h"
#include "net/http.h"
#include "pg/pool.h"

namespace accubooks::identity {

/// How a browser stays signed in.
struct SessionSettings {
    std::chrono::seconds idle = std::chrono::hours{12};       // without a request
    std::chrono::seconds absolute = std::chrono::hours{168};  // whatever happens
};

/// Whether browsers may send the session's cookie over TLS alone. Not where the request came
/// plainly from this machine itself, where they would keep no such cookie.
bool is_cookie_for_tls(const net::Request& request);

/// Of the cookie that holds a session's secret. With TLS the name's prefix makes browsers refuse
/// one that another host or path has set.
std::string_view cookie_name(const net::Request& request);

/// A person with an account.
struct User {
    base::Uuid user_id;
    std::string email;
    std::string name;
};

/// A session that has just begun; the only moment when its secret is outside of its cookie.
struct NewSession {
    User user;
    std::string secret;      // the cookie's value
    std::string csrf_token;  // what the page sends as X-CSRF-Token
};

/// What a person types to sign in, and where it came from.
struct Credentials {
    std::string email;
    std::string password;
    std::optional<std::string> code{};  // of the second factor, where there is one
    std::string peer;                   // remote address
    std::string user_agent{};           // what the browser calls itself
};

class SecondFactor;

/// Begins and ends sessions. Works as accubooks_app, by exact-key functions. Calls throw
/// pg::Failure.
class SignIn {
public:
    SignIn(
        pg::Pool& app,
        PasswordHasher& hasher,
        AttemptLimiter& limiter,
        SecondFactor& second_factor,
        const base::Clock& clock,
        base::RandomBytes random,
        SessionSettings settings
    );

    /// Unknown, disabled and wrong take the same work and get the same answer. A person with a
    /// second factor is asked for a code, and nobody is who doesn't know the password. Errors:
    /// `identity.bad_credentials`, `identity.too_many_attempts`, `identity.busy`,
    /// `identity.code_required`, and those of SecondFactor::spend.
    base::Task<base::Result<NewSession>> begin(Credentials credentials, base::Deadline deadline);

    /// The session is gone; one that isn't there stays so.
    base::Task<void> end(base::Digest session_digest, base::Deadline deadline);

    const SessionSettings& settings() const { return settings_; }

private:
    pg::Pool& app_;
    PasswordHasher& hasher_;
    AttemptLimiter& limiter_;
    SecondFactor& second_factor_;
    const base::Clock& clock_;
    base::RandomBytes random_;
    SessionSettings settings_;
};

}  // namespace accubooks::identity
