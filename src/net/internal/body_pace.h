#pragma once

#include <chrono>
#include <cstddef>

#include "base/clock.h"

namespace accubooks::net {

/// Whether a body keeps coming: in each window of time it must bring what the least rate asks for,
/// so that a client can't hold memory by sending next to nothing, however much it sent before.
class BodyPace {
public:
    BodyPace(
        std::size_t bytes_per_second_min, std::chrono::milliseconds window, base::Deadline start
    );

    /// The end of the window under way: when `keeps_up` is to be asked at the latest.
    base::Deadline due() const { return due_; }

    /// `bytes` have come in all by `now`. False when a window has ended that brought too little;
    /// at the end of a good one the next begins.
    bool keeps_up(std::size_t bytes, base::Deadline now);

private:
    std::size_t bytes_per_window_;
    std::chrono::milliseconds window_;
    base::Deadline due_;
    std::size_t before_ = 0;  // bytes that had come when the window began
};

}  // namespace accubooks::net
