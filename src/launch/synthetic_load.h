#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/task.h"
#include "identity/directory.h"
#include "launch/payload.h"
#include "launch/plan.h"
#include "ops/instances.h"
#include "ops/load_stats.h"
#include "pg/pool.h"

namespace accubooks::launch {

/// A short load on every live instance before a request is made, with the plan's mix and seed, so
/// that nothing that a change would be judged by is without data. It works in a tenant of its own
/// ("Synthetic load"), never in anybody's books. What it found becomes part of what is signed.
class SyntheticLoad {
public:
    struct Parts {
        pg::Pool& ops;
        identity::Directory& directory;
        const base::Clock& clock;
        const Plan& plan;
        base::RandomBytes random = base::system_random();
    };
    explicit SyntheticLoad(Parts parts) : parts_{std::move(parts)} {}

    /// Ends well within what a balancer waits for an answer (deploy/haproxy): what isn't sent in
    /// kWithin isn't sent. Errors: `launch.load_failed`, with what an instance answered.
    base::Task<base::Result<LoadSeen>> run(base::Deadline deadline);
    static constexpr std::chrono::seconds kWithin{15};

private:
    base::Task<base::Result<ops::LoadReport>> on_instance(
        ops::Boot boot, std::string token, base::Deadline deadline
    );

    Parts parts_;
};

}  // namespace accubooks::launch
