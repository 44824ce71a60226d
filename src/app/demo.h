#pragma once

#include <filesystem>
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

/// What makes the demo tenant; everything outlives the call.
struct DemoParts {
    pg::Pool& app;
    pg::Pool& ops;
    identity::Directory& directory;
    ledger::Journal& journal;
    const base::Clock& clock;
};

/// Makes the demo tenant, its year of books and a user with a generated password, unless they are
/// there. The sign-in is kept in `sign_in_file` (readable by its owner alone) and read from there
/// at a later start; none when it is gone. Interrupted, it goes on where it was.
base::Task<base::Result<std::optional<DemoSignIn>>> make_demo(
    DemoParts parts, std::filesystem::path sign_in_file
);

}  // namespace accubooks::app
