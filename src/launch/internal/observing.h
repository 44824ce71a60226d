#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "launch/internal/loops.h"
#include "launch/internal/pace.h"
#include "launch/internal/synthetic_tenant.h"
#include "launch/observer.h"
#include "ops/instances.h"

namespace accubooks::launch {

/// What the parts of an Observer share.
struct Observing {
    Observer::Parts parts;
    Observed observed;
    Observer::Sink sink;
    Pace pace;
    Loops loops;

    /// Those in which load and probes work; none until they are open.
    std::optional<SyntheticTenant> load_tenant{};
    std::optional<SyntheticTenant> canary{};
    bool is_canary_filled = false;  // it has books
    /// The live boot of each instance, as the database told last; approved ones and others.
    std::map<std::string, ops::Boot, std::less<>> boots{};
    bool are_boots_known = false;  // the database has told once

    const PoolScaling& plan() const { return observed.plan.phase1; }
    base::Instant now() const { return parts.clock.now(); }
    void fact(std::string metric, Reading reading, std::optional<std::string> instance = {}) const {
        sink(FactSample{
            .at = now(),
            .metric = std::move(metric),
            .instance = std::move(instance),
            .reading = std::move(reading),
        });
    }
};

inline Reading provider_error(std::string why) {
    return {.kind = ReadingKind::provider_error, .why = std::move(why)};
}

}  // namespace accubooks::launch
