#include "net/internal/body_pace.h"

namespace accubooks::net {

BodyPace::BodyPace(
    std::size_t bytes_per_second_min, std::chrono::milliseconds window, base::Deadline start
)
    : bytes_per_window_{bytes_per_second_min * static_cast<std::size_t>(window.count()) / 1000},
      window_{window},
      due_{start + window} {}

bool BodyPace::keeps_up(std::size_t bytes, base::Deadline now) {
    if (now < due_) {
        return true;
    }
    if (bytes - before_ < bytes_per_window_) {
        return false;
    }
    before_ = bytes;
    due_ = now + window_;
    return true;
}

}  // namespace accubooks::net
