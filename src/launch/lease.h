#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace accubooks::launch {

/// Who drives an execution. The epoch rises with each claim; whatever a driver writes carries its
/// epoch, and what carries an older one is refused ("fencing"), so that a driver that slept through
/// its lease can't act. Times are the database's.
struct Lease {
    std::string holder;  // a boot of an instance
    std::int64_t epoch = 0;
    base::Instant expires_at;

    bool is_over(base::Instant now) const { return now >= expires_at; }
};

/// Takes a lease that nobody holds, whose time is over, or that is the holder's own; the epoch is
/// the next one in each case. Errors: `launch.lease_held`.
base::Result<Lease> claim(
    const std::optional<Lease>& present,
    std::string_view holder,
    base::Instant now,
    std::chrono::milliseconds for_so_long
);

/// Holds it longer. Errors: `launch.fenced` when somebody else has claimed it since, or its time
/// was over.
base::Result<Lease> renew(
    const Lease& present, std::int64_t epoch, base::Instant now, std::chrono::milliseconds by
);

}  // namespace accubooks::launch
