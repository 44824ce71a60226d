#pragma once

#include <filesystem>

#include "base/clock.h"
#include "base/task.h"
#include "identity/directory.h"
#include "identity/personal_keys.h"
#include "identity/personal_tokens.h"
#include "identity/second_factor.h"
#include "launch/change_book.h"
#include "launch/roles.h"
#include "launch/synthetic_load.h"

namespace accubooks::app {

/// What makes the demo's launch; everything outlives the call.
struct DemoLaunchParts {
    identity::Directory& directory;
    identity::PersonalTokens& tokens;
    identity::SecondFactor& factor;
    identity::PersonalKeys& keys;
    launch::Roles& roles;
    launch::ChangeBook& changes;
    launch::SyntheticLoad& load;
    const base::Clock& clock;
};

/// Five people with the roles of the launch, so that one user can play every part, and phase 1 in
/// review. In `folder`, which its owner alone can read, each has a folder with sign-in, token, key,
/// passphrase and recovery codes. Does what is missing: an earlier start may have ended in between.
/// Expects that the instance answers requests. Errors: those of the calls behind.
base::Task<base::Result<void>> make_demo_launch(
    DemoLaunchParts parts, std::filesystem::path folder
);

}  // namespace accubooks::app
