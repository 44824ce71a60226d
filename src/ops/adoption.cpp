#include "ops/adoption.h"

#include <utility>

namespace accubooks::ops {
namespace {

Adoption look(Adoption adoption, const Looked& looked) {
    const Sight& sight = looked.sight;
    const bool is_new = !adoption.seen || adoption.seen->newest.number != sight.newest.number;
    if (is_new) {
        adoption.refused.reset();
    }
    if (!sight.lease) {
        adoption.lease_end.reset();
    } else if (is_new || !adoption.lease_end || adoption.renewals != sight.lease->renewals) {
        // Counted once: later looks don't move the end, whatever the two clocks do.
        adoption.lease_end = looked.at + sight.lease->left;
        adoption.renewals = sight.lease->renewals;
    }
    adoption.seen = sight;
    return adoption;
}

}  // namespace

Adoption evolve(Adoption adoption, const Event& event) {
    if (const auto* const looked = std::get_if<Looked>(&event)) {
        return look(std::move(adoption), *looked);
    }
    if (const auto* const took = std::get_if<Took>(&event)) {
        adoption.in_force = took->revision;
        return adoption;
    }
    adoption.refused = std::get<Refused>(event).revision;
    return adoption;
}

bool is_over(const Adoption& adoption, Moment now) {
    return adoption.lease_end && now >= *adoption.lease_end;
}

Step todo(const Adoption& adoption, Moment now) {
    if (!adoption.seen) {
        return Nothing{};
    }
    const Revision& newest = adoption.seen->newest;
    const Revision& confirmed = adoption.seen->confirmed;
    if (is_over(adoption, now)) {
        return adoption.in_force == confirmed.number
                   ? Step{Nothing{}}
                   : Step{GoBack{.from = newest, .to = confirmed}};
    }
    if (adoption.in_force == newest.number || adoption.refused == newest.number) {
        return Nothing{};
    }
    return Take{newest};
}

}  // namespace accubooks::ops
