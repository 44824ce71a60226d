#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>

#include <boost/asio/thread_pool.hpp>

#include "base/error.h"
#include "base/task.h"

namespace accubooks::identity {

/// Passwords have at least this many characters (Unicode code points) and at most this many bytes.
inline constexpr std::size_t kPasswordLengthMin = 12;
inline constexpr std::size_t kPasswordBytesMax = 1024;

/// Errors: `identity.weak_password` for one that is too short, too long, or not UTF-8.
base::Result<void> check_password(std::string_view password);

/// What one Argon2id computation costs whoever guesses, and us.
struct PasswordCost {
    unsigned long long passes = 2;
    std::size_t memory_bytes = std::size_t{64} << 20U;
};

/// Argon2id (RFC 9106) of libsodium, on threads of its own: one computation takes long enough to
/// make a lane's other requests wait. Callable from any lane; memory is `threads` × the cost's.
///
/// All errors: `identity.busy` when `waiting_max` computations are under way or queued.
class PasswordHasher {
public:
    PasswordHasher(std::size_t threads, std::size_t waiting_max, PasswordCost cost = {});
    /// Waits for the computation under way; everything that awaits this object must have ended.
    ~PasswordHasher();
    PasswordHasher(const PasswordHasher&) = delete;
    PasswordHasher& operator=(const PasswordHasher&) = delete;

    /// The hash in its standard text form, with its salt and cost. `password` is wiped after use.
    base::Task<base::Result<std::string>> hash(std::string password);

    /// Whether `password` is the one that `hash` was made of.
    base::Task<base::Result<bool>> verify(std::string hash, std::string password);

    /// A hash of nobody's password at today's cost, for spending the same time on an unknown name.
    /// The first call computes it, on the caller's thread: whoever serves sign-ins calls it before
    /// the first, whose time would tell otherwise. For any thread.
    const std::string& decoy() const;

private:
    class Turn;

    PasswordCost cost_;
    std::size_t waiting_max_;
    std::atomic<std::size_t> waiting_ = 0;
    mutable std::once_flag decoy_once_;
    mutable std::string decoy_;  // written once, under decoy_once_
    boost::asio::thread_pool threads_;
};

}  // namespace accubooks::identity
