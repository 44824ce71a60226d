#include "ops/load_schedule.h"

namespace accubooks::ops {

std::optional<LoadSchedule::Turn> LoadSchedule::next(Elapsed now) {
    if (stopped_ || (plan_.requests && handed_out_ >= *plan_.requests)) {
        return std::nullopt;
    }
    Elapsed start = now;
    if (plan_.rate) {
        const std::chrono::duration<double> at{static_cast<double>(handed_out_) / *plan_.rate};
        start = std::chrono::duration_cast<Elapsed>(at);
    }
    if (plan_.duration && start >= *plan_.duration) {
        return std::nullopt;
    }
    return Turn{.index = handed_out_++, .start = start};
}

}  // namespace accubooks::ops
