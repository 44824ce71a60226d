#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "ops/setting.h"

namespace accubooks::ops {

/// How many connections a PostgreSQL server lets this program have.
struct ServerLimits {
    std::int64_t max_connections = 0;
    std::int64_t superuser_reserved = 0;
    std::optional<std::int64_t> role{};      // connection limit of the login, where it has one
    std::optional<std::int64_t> database{};  // of the database

    std::int64_t available() const;
};

/// Whether the server can carry the tenants' pools of all instances at `live`: the sum over the
/// instances of database.pool.max and of their other connections (`others`, one number an
/// instance), and database.connections.reserved. Without any instance it is asked for one. Errors:
/// `settings.over_capacity`, with the sum.
base::Result<void> check_capacity(
    const Values& live, const std::vector<std::int64_t>& others, const ServerLimits& limits
);

/// Whether going from one to the other may ask more of the server: what asks less is never refused,
/// or there would be no way back from too much.
bool asks_for_more(const Values& before, const Values& after);

}  // namespace accubooks::ops
