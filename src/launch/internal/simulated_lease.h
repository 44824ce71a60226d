#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace accubooks::launch {

/// What db/functions/launch.claim_execution.sql and launch.renew_execution.sql do, for simulations
/// (db/tests/17_executions.sql has the same cases).
struct SimulatedLease {
    std::string holder;
    std::int64_t epoch = 0;
    base::Instant expires_at;

    bool is_over(base::Instant now) const { return now >= expires_at; }

    /// Whether it is `by` now who holds it, under the next epoch.
    bool claim(std::string_view by, base::Instant now, std::chrono::milliseconds for_so_long) {
        if (!is_over(now) && holder != by) {
            return false;
        }
        *this = {.holder = std::string{by}, .epoch = epoch + 1, .expires_at = now + for_so_long};
        return true;
    }

    /// Whether it is held longer: not when somebody else has claimed it since, or its time was
    /// over.
    bool renew(std::int64_t of_epoch, base::Instant now, std::chrono::milliseconds by) {
        if (of_epoch != epoch || is_over(now)) {
            return false;
        }
        expires_at = now + by;
        return true;
    }
};

}  // namespace accubooks::launch
