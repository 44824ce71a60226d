#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>

namespace accubooks::base {

/// A point in time: microseconds since 1970-01-01T00:00:00Z, PostgreSQL's own resolution, so that
/// it survives a round trip through timestamptz unchanged.
class Instant {
public:
    constexpr Instant() = default;
    static constexpr Instant from_unix_micros(std::int64_t micros) { return Instant{micros}; }

    constexpr std::int64_t unix_micros() const { return micros_; }

    friend constexpr auto operator<=>(Instant, Instant) = default;
    friend constexpr Instant operator+(Instant at, std::chrono::microseconds by) {
        return Instant{at.micros_ + by.count()};
    }
    friend constexpr std::chrono::microseconds operator-(Instant later, Instant earlier) {
        return std::chrono::microseconds{later.micros_ - earlier.micros_};
    }

private:
    explicit constexpr Instant(std::int64_t micros) : micros_{micros} {}
    std::int64_t micros_ = 0;
};

/// RFC 3339 in UTC with microseconds, e.g. "2026-01-31T09:30:00.000001Z".
std::string to_rfc3339(Instant at);

/// Where time comes from. Injected, never read from a global, so that a test or a simulation owns
/// it.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
};

/// The machine's wall clock.
class SystemClock final : public Clock {
public:
    Instant now() const override;
};

/// When to stop waiting: an absolute point on the steady clock, made once at the edge and passed
/// down unchanged.
using Deadline = std::chrono::steady_clock::time_point;

inline Deadline deadline_in(std::chrono::steady_clock::duration wait) {
    return std::chrono::steady_clock::now() + wait;
}

}  // namespace accubooks::base
