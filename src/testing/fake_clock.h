#pragma once

#include "base/clock.h"

namespace accubooks::testing {

/// A clock that stands still until the test moves it. For one thread.
class FakeClock final : public base::Clock {
public:
    explicit FakeClock(base::Instant at = base::Instant::from_unix_micros(1'767'225'600'000'000))
        : at_{at} {}  // 2026-01-01T00:00:00Z

    base::Instant now() const override { return at_; }
    void set(base::Instant at) { at_ = at; }
    void advance(std::chrono::microseconds by) { at_ = at_ + by; }

private:
    base::Instant at_;
};

}  // namespace accubooks::testing
