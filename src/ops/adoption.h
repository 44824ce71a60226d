#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "ops/revision.h"

namespace accubooks::ops {

/// A point on the machine's own steady clock.
using Moment = std::chrono::steady_clock::time_point;

// What happens to an instance that follows the revisions.

/// It looked at the database.
struct Looked {
    Moment at;
    Sight sight;
};
/// It runs on this revision's values from now on.
struct Took {
    std::int64_t revision = 0;
};
/// It couldn't take this revision's values and runs on what it had.
struct Refused {
    std::int64_t revision = 0;
    std::string error;
};
using Event = std::variant<Looked, Took, Refused>;

/// Where an instance stands: what it knows and what it runs on. The time of a revision that awaits
/// confirmation is counted on the machine's own clock from when the instance saw it, so that it
/// ends even when the database can't be reached.
struct Adoption {
    std::optional<Sight> seen{};
    std::optional<Moment> lease_end{};
    std::int32_t renewals = 0;
    std::int64_t in_force = 0;              // number of the revision it runs on; 0: none yet
    std::optional<std::int64_t> refused{};  // the newest, if it couldn't be taken
};

/// What an instance should do next.
struct Nothing {};
/// Take the newest revision.
struct Take {
    Revision revision;
};
/// Nobody confirmed `from` in time: take the last confirmed one instead, and have the database
/// say so for everybody.
struct GoBack {
    Revision from;
    Revision to;
};
using Step = std::variant<Nothing, Take, GoBack>;

/// The state after `event`.
Adoption evolve(Adoption adoption, const Event& event);

/// What is to be done at `now`; asked again it says the same until an event says it was done.
Step todo(const Adoption& adoption, Moment now);

/// Whether the time to confirm the newest revision is over here.
bool is_over(const Adoption& adoption, Moment now);

}  // namespace accubooks::ops
