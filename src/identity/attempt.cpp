#include "identity/internal/attempt.h"

#include <algorithm>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/throttled.h"

namespace accubooks::identity {

namespace asio = boost::asio;

base::Task<base::Result<void>> take_attempt(
    AttemptLimiter& limiter,
    std::string_view account,
    std::string_view peer,
    const base::Clock& clock,
    base::Deadline deadline
) {
    const base::Instant now = clock.now();
    const auto wait = limiter.take(account, peer, now);
    if (!wait) {
        co_return std::unexpected(net::throttled(
            "identity.too_many_attempts",
            "Too many wrong passwords from this address; wait a while, then try again.",
            wait.error(),
            now
        ));
    }
    if (wait->count() > 0) {
        asio::steady_timer timer{co_await asio::this_coro::executor};
        timer.expires_at(std::min(base::deadline_in(*wait), deadline));
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_return base::Result<void>{};
}

}  // namespace accubooks::identity
