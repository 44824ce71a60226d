#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace accubooks::pg {

/// Limits of a pool; names and defaults are those of the settings `database.pool.*`.
struct PoolSettings {
    std::uint32_t min = 10;                              // connections kept warm
    std::uint32_t max = 50;                              // connections at most
    std::chrono::milliseconds idle_timeout{30000};       // then closed, down to min
    std::chrono::milliseconds connection_timeout{2000};  // for one attempt to connect
    std::chrono::milliseconds acquire_timeout{10000};    // in the queue, connecting included
    std::uint32_t queue_max = 1000;                      // waiters; one more is refused at once
    std::uint32_t connecting_max = 8;                    // attempts to connect under way
    std::uint32_t tenant_max = 25;                       // connections lent to one tenant; 0: any
    std::chrono::milliseconds lifetime{1'800'000};       // of a connection, ±10 % by chance
    std::chrono::milliseconds check_after{1000};         // idle so long: checked before it is lent
    std::chrono::milliseconds leak_after{60000};         // lent so long: reported as a leak, once
    std::chrono::milliseconds reclaim_after{0};          // lent so long: taken away; 0: never

    friend bool operator==(const PoolSettings&, const PoolSettings&) = default;
};

/// Whether a pool can be run with these. Errors: `pool.bad_settings`, naming each field that is
/// wrong.
base::Result<void> check(const PoolSettings& settings);

/// Settings as of one moment.
struct PoolLimits {
    PoolSettings settings;
    std::uint64_t version = 1;  // 1 is what the pool was made with
    std::chrono::steady_clock::time_point since{};
};

/// Why a pool closed a connection.
enum class CloseReason : std::uint8_t {
    idle,      // nobody needed it
    lifetime,  // it was old
    excess,    // there were more than the maximum
    ended,     // it came back unusable, or was found ended
    suspect,   // it met an error that others may meet too
    check,     // it didn't answer a check
    dirty,     // what its borrower left open could not be undone
    leak,      // taken away from its borrower
    closed,    // the pool closed
};
inline constexpr std::size_t kCloseReasons = 9;
std::string_view to_string(CloseReason reason);
/// Connections closed, by reason.
using ClosedCounts = std::array<std::uint64_t, kCloseReasons>;

/// Why an acquire got nothing.
enum class AcquireRefusal : std::uint8_t {
    queue_full,
    late,         // the time was over
    unreachable,  // no connection can be made
    closed,
};

}  // namespace accubooks::pg
