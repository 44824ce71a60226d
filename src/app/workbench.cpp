#include "app/workbench.h"

#include <cstdio>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include "app/run.h"
#include "base/utf8.h"

namespace accubooks::app {
namespace {

/// Commands work one after another; the second connection is for what looks on while an import
/// runs.
pg::PoolSettings command_pool() {
    pg::PoolSettings settings;
    settings.min = 0;
    settings.max = 2;
    settings.connection_timeout = std::chrono::seconds{5};
    return settings;
}

base::Task<bool> close(pg::Pool& pool) {
    co_await pool.close(base::deadline_in(std::chrono::seconds{5}));
    co_return true;
}

}  // namespace

base::Result<std::unique_ptr<Workbench>> Workbench::open(
    const DatabaseOptions& options, WhenAbsent when_absent
) {
    auto database = Database::join(options, when_absent, say);
    if (!database) {
        return std::unexpected(std::move(database).error());
    }
    return made_ready(std::move(*database));
}

base::Result<std::unique_ptr<Workbench>> Workbench::beside(const std::filesystem::path& data_dir) {
    return made_ready(Database::beside(data_dir));
}

base::Result<std::unique_ptr<Workbench>> Workbench::made_ready(Database database) {
    std::unique_ptr<Workbench> workbench{new Workbench{std::move(database)}};
    auto ready =
        run(workbench->io_,
            workbench->database_.make_ready(base::deadline_in(std::chrono::minutes{10})));
    if (!ready) {
        return std::unexpected(std::move(ready).error());
    }
    return workbench;
}

Workbench::Workbench(Database database)
    : database_{std::move(database)},
      app_{io_.get_executor(), "app", database_.endpoint(Role::app), command_pool()},
      ops_{io_.get_executor(), "ops", database_.endpoint(Role::ops), command_pool()},
      hasher_{1, 1},
      directory_{ops_, hasher_, clock_, base::system_random()} {}

Workbench::~Workbench() {
    // The work is done or was reported; connections that can't be closed end with the process.
    try {
        run(io_, close(app_));
        run(io_, close(ops_));
    } catch (...) {
        // Not through `say`: formatting may throw, and nothing may leave a destructor.
        std::fputs("accubooks: connections to the database weren't closed in order.\n", stderr);
    }
}

void say(std::string_view sentence) {
    fmt::print(stderr, "{}\n", base::printable(sentence));
}

void complain(const base::Error& error) {
    fmt::print(stderr, "accubooks: {}\n", base::printable(error.detail));
    for (const base::FieldError& field : error.fields) {
        fmt::print(
            stderr, "  {}: {}\n", base::printable(field.pointer), base::printable(field.detail)
        );
    }
}

base::Deadline command_deadline() {
    return base::deadline_in(std::chrono::hours{24});
}

std::string command_line_actor() {
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 4096> buffer{};
    if (getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 &&
        found != nullptr) {
        return fmt::format("cli:{}", found->pw_name);
    }
    return fmt::format("cli:{}", geteuid());
}

}  // namespace accubooks::app
