#include "ops/capacity.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace accubooks::ops {
namespace {

/// What an instance opens besides its pool as the defaults have it: 4 for operations, 1 to follow
/// the settings.
constexpr std::int64_t kUsualOthers = 5;

std::string explain(const ServerLimits& limits) {
    const std::int64_t by_server = limits.max_connections - limits.superuser_reserved;
    if (limits.role && *limits.role == limits.available() && *limits.role < by_server) {
        return fmt::format("the login's connection limit is {}", *limits.role);
    }
    if (limits.database && *limits.database == limits.available() && *limits.database < by_server) {
        return fmt::format("the database's connection limit is {}", *limits.database);
    }
    return fmt::format(
        "max_connections {} - {} for superusers = {}",
        limits.max_connections,
        limits.superuser_reserved,
        by_server
    );
}

}  // namespace

std::int64_t ServerLimits::available() const {
    std::int64_t least = max_connections - superuser_reserved;
    least = std::min(least, role.value_or(least));
    return std::min(least, database.value_or(least));
}

base::Result<void> check_capacity(
    const Values& live, const std::vector<std::int64_t>& others, const ServerLimits& limits
) {
    const std::vector<std::int64_t> instances = others.empty() ? std::vector{kUsualOthers} : others;
    const std::int64_t max = number_of(live, "database.pool.max");
    const std::int64_t reserved = number_of(live, "database.connections.reserved");
    const auto count = static_cast<std::int64_t>(instances.size());
    const std::int64_t other = std::accumulate(instances.begin(), instances.end(), std::int64_t{0});
    const std::int64_t wanted = count * max + other + reserved;
    if (wanted <= limits.available()) {
        return {};
    }
    return base::refuse(
        base::ErrorKind::conflict,
        "settings.over_capacity",
        fmt::format(
            "{} instance{} x {} + {} other connections + {} reserved = {}, but the database "
            "serves {} ({}); give it more, which may need a restart of PostgreSQL, or choose a "
            "smaller database.pool.max.",
            count,
            count == 1 ? "" : "s",
            max,
            other,
            reserved,
            wanted,
            limits.available(),
            explain(limits)
        )
    );
}

bool asks_for_more(const Values& before, const Values& after) {
    const auto demand = [](const Values& values) {
        return std::pair{
            number_of(values, "database.pool.max"),
            number_of(values, "database.connections.reserved")
        };
    };
    const auto [max_before, reserved_before] = demand(before);
    const auto [max_after, reserved_after] = demand(after);
    return max_after > max_before || reserved_after > reserved_before;
}

}  // namespace accubooks::ops
