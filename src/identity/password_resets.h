#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/password.h"
#include "net/mailer.h"
#include "pg/pool.h"

namespace accubooks::identity {

/// How long the secret of a reset is good.
inline constexpr std::chrono::hours kResetLifetime{1};
/// Addresses that may wait at a time.
inline constexpr std::size_t kResetsWaitingMax = 200;
/// Secrets that one person may have at a time, and be sent within 24 hours without using one; past
/// these, one each kResetOfPersonEvery, so that who asks for somebody else keeps nobody out.
/// Whoever asks for more is sent none.
inline constexpr int kResetsOfPersonMax = 3;
inline constexpr int kResetsOfPersonOfDay = 6;
inline constexpr std::chrono::hours kResetOfPersonEvery{3};

/// Lets people set a new password who can read mail to their address. A person who asks is sent a
/// secret that counts once, for kResetLifetime, of which the database has the digest. With the
/// password go all sessions; the second factor stays, so that who can read the mail alone doesn't
/// get in.
///
/// Whether an address has an account is never told: asking puts the address into a queue and looks
/// nothing up, so that the answer and its time are everybody's. Who it belongs to is found, and the
/// mail sent, by work of its own. A mail that fails isn't sent again, and its secret doesn't count.
/// What the queue can't hold is dropped, of which operators are told and nobody else; what is in it
/// when its process ends has to be asked for again. Works on a pool whose connections are
/// accubooks_ops. Calls but `ask` throw pg::Failure.
class PasswordResets {
public:
    struct Parts {
        boost::asio::any_io_executor on;
        pg::Pool& ops;
        PasswordHasher& hasher;
        net::Mailer& mailer;
        const base::Clock& clock;
        base::RandomBytes random;
        /// For operators: what went wrong, and why.
        std::function<void(std::string_view what, std::string_view why)> failed;
    };
    explicit PasswordResets(Parts parts);
    /// Stops the work.
    ~PasswordResets();
    PasswordResets(const PasswordResets&) = delete;
    PasswordResets& operator=(const PasswordResets&) = delete;

    void start();
    /// Returns when the mail under way was sent or has failed; not from `on`.
    void stop();

    /// By anybody, from `peer`. From any lane. Errors: `identity.bad_email`;
    /// `identity.too_many_attempts`, with when the next is free.
    base::Result<void> ask(std::string_view email, std::string_view peer);

    /// Sends what was asked for until now; the work of one time.
    base::Task<void> send_asked();

    /// By whoever has the secret, from `peer`. Errors: `identity.bad_reset`,
    /// `identity.weak_password`, `identity.busy`; `identity.too_many_attempts` for the same secret
    /// sent again and again.
    base::Task<base::Result<void>> conclude(
        std::string secret, std::string password, std::string peer, base::Deadline deadline
    );

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace accubooks::identity
