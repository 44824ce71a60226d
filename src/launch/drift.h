#pragma once

#include <string>
#include <vector>

#include "launch/plan.h"
#include "ops/governance.h"
#include "ops/instances.h"
#include "ops/revision.h"

namespace accubooks::launch {

/// What is looked at to find drift: governed settings that aren't what was approved.
struct DriftSources {
    /// What each setting that is governed should be: where the plan's change starts, or ends once
    /// it was carried out in success.
    std::vector<SettingValue> rightful;
    ops::Revision newest;     // of the settings
    ops::Progress progress;   // of `newest`: what the instances say that they run on
    std::string instance;     // this one, by name
    ops::Values in_effect{};  // what it really runs on, whatever it said
};

/// One sentence for each drift, empty when everything is as approved: a revision that nobody
/// ordered, an instance that runs on something else than the newest revision, or doesn't take it.
/// Pure.
std::vector<std::string> drifts(const DriftSources& sources);

}  // namespace accubooks::launch
