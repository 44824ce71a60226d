#include "telemetry/throttle.h"

#include <utility>

namespace accubooks::telemetry {

std::optional<std::uint64_t> Throttle::pass(std::string_view what, Time now) {
    const std::lock_guard lock{mutex_};
    auto found = kept_.find(what);
    if (found == kept_.end()) {
        found = kept_.emplace(what, Kept{}).first;
    }
    Kept& kept = found->second;
    if (now < kept.next) {
        ++kept.held_back;
        return std::nullopt;
    }
    kept.next = now + every_;
    return std::exchange(kept.held_back, 0);
}

}  // namespace accubooks::telemetry
