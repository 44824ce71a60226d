#include "launch/lease.h"

#include <fmt/format.h>

namespace accubooks::launch {

using base::ErrorKind;

base::Result<Lease> claim(
    const std::optional<Lease>& present,
    std::string_view holder,
    base::Instant now,
    std::chrono::milliseconds for_so_long
) {
    if (present && !present->is_over(now) && present->holder != holder) {
        return base::refuse(
            ErrorKind::conflict,
            "launch.lease_held",
            fmt::format("{} drives this execution.", present->holder)
        );
    }
    return Lease{
        .holder = std::string{holder},
        .epoch = present ? present->epoch + 1 : 1,
        .expires_at = now + for_so_long,
    };
}

base::Result<Lease> renew(
    const Lease& present, std::int64_t epoch, base::Instant now, std::chrono::milliseconds by
) {
    if (present.epoch != epoch || present.is_over(now)) {
        return base::refuse(
            ErrorKind::conflict, "launch.fenced", "Another driver has taken this execution over."
        );
    }
    Lease longer = present;
    longer.expires_at = now + by;
    return longer;
}

}  // namespace accubooks::launch
