#include "launch/internal/own_statement.h"

#include <chrono>

#include "launch/known_keys.h"

namespace accubooks::launch {
namespace {

constexpr std::chrono::minutes kSignedWithin{10};

}  // namespace

base::Task<base::Result<SignedStatement>> open_own_statement(
    identity::PersonalKeys& keys, base::Uuid person, std::string envelope, base::Deadline deadline
) {
    co_return open_statement(envelope, co_await known_keys(keys, person, deadline));
}

base::Result<void> check_signed_lately(base::Instant signed_at, base::Instant now) {
    if (signed_at < now + -kSignedWithin || now + kSignedWithin < signed_at) {
        return base::refuse(
            base::ErrorKind::conflict,
            "launch.signed_too_long_ago",
            "What was signed is too old, or the clock where it was signed is wrong; sign it again."
        );
    }
    return {};
}

}  // namespace accubooks::launch
