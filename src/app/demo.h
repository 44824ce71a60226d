#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "app/database.h"
#include "base/clock.h"
#include "base/task.h"
#include "identity/directory.h"
#include "ledger/journal.h"
#include "pg/pool.h"

namespace accubooks::app {

struct DemoSignIn {
    std::string email;
    std::string password;
};

/// A password that can be read out: four groups of five letters and digits.
std::string generated_password();

/// What makes the demo tenant; everything outlives the call.
struct DemoParts {
    pg::Pool& app;
    identity::Directory& directory;
    ledger::Journal& journal;
    const base::Clock& clock;
    std::function<bool()> is_stopping;  // asked between batches, on the calling lane
};

/// Makes the demo tenant, its year of books and a user with a generated password, unless they are
/// there. The sign-in is kept in `sign_in_file` (readable by its owner alone) and read from there
/// at a later start; without a file the call that makes the user is the only one to know it. None
/// when it is gone, and when `is_stopping` ended the work: interrupted, a later call goes on where
/// it was.
base::Task<base::Result<std::optional<DemoSignIn>>> make_demo(
    DemoParts parts, std::optional<std::filesystem::path> sign_in_file
);

}  // namespace accubooks::app
