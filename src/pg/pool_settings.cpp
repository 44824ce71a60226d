#include "pg/pool_settings.h"

#include <utility>
#include <vector>

namespace accubooks::pg {

using namespace std::chrono_literals;

base::Result<void> check(const PoolSettings& settings) {
    std::vector<base::FieldError> wrong;
    const auto require = [&wrong](bool holds, const char* pointer, const char* detail) {
        if (!holds) {
            wrong.push_back({.pointer = pointer, .detail = detail});
        }
    };
    constexpr const char* kPositive = "must be greater than 0";
    require(settings.max >= 1, "/max", "must be at least 1");
    require(settings.min <= settings.max, "/min", "must not be greater than max");
    require(settings.connecting_max >= 1, "/connecting_max", "must be at least 1");
    require(settings.queue_max >= 1, "/queue_max", "must be at least 1");
    require(settings.idle_timeout > 0ms, "/idle_timeout", kPositive);
    require(settings.connection_timeout > 0ms, "/connection_timeout", kPositive);
    require(settings.acquire_timeout > 0ms, "/acquire_timeout", kPositive);
    require(settings.lifetime > 0ms, "/lifetime", kPositive);
    require(settings.leak_after > 0ms, "/leak_after", kPositive);
    require(settings.check_after >= 0ms, "/check_after", "must not be negative");
    require(settings.reclaim_after >= 0ms, "/reclaim_after", "must not be negative");
    if (!wrong.empty()) {
        return base::refuse(
            base::ErrorKind::invalid,
            "pool.bad_settings",
            "The pool's settings contradict each other; nothing was changed.",
            std::move(wrong)
        );
    }
    return {};
}

std::string_view to_string(CloseReason reason) {
    switch (reason) {
        case CloseReason::idle:
            return "idle";
        case CloseReason::lifetime:
            return "lifetime";
        case CloseReason::excess:
            return "excess";
        case CloseReason::ended:
            return "ended";
        case CloseReason::suspect:
            return "suspect";
        case CloseReason::check:
            return "check";
        case CloseReason::dirty:
            return "dirty";
        case CloseReason::leak:
            return "leak";
        case CloseReason::closed:
            return "closed";
    }
    std::unreachable();
}

}  // namespace accubooks::pg
