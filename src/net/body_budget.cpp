#include "net/internal/body_budget.h"

#include <utility>

namespace accubooks::net {

BodyBudget::BodyBudget(Shared& shared, const HttpSettings& settings, std::string network)
    : shared_{shared}, settings_{settings}, network_{std::move(network)} {}

void BodyBudget::give_back() {
    shared_.bytes -= held_;
    if (!network_.empty() && held_ > 0) {
        shared_.peers.give_bytes(network_, held_);
    }
    held_ = 0;
}

base::Result<void> BodyBudget::grow_to(std::size_t bytes) {
    const std::size_t more = bytes - held_;
    if (more == 0) {
        return {};
    }
    if (!network_.empty() &&
        !shared_.peers.take_bytes(network_, more, settings_.body_bytes_per_peer_max)) {
        return base::refuse(
            base::ErrorKind::throttled,
            "http.too_much_from_address",
            "Your address is sending too much at once; nothing was done, send less at a time."
        );
    }
    held_ = bytes;
    const std::size_t most = bytes <= kBodyBytesOfRoute ? settings_.bodies_bytes_max
                                                        : settings_.bodies_bytes_max / 4 * 3;
    const std::size_t in_all = shared_.bytes += more;
    if (in_all > most) {
        return base::refuse(
            base::ErrorKind::overloaded,
            "http.overloaded",
            "Too much is being sent here at once; nothing was done, try again."
        );
    }
    return {};
}

}  // namespace accubooks::net
