#include "app/database.h"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "pg/migrate.h"
#include "pg/schema.h"

namespace accubooks::app {
namespace {

constexpr const char* kDefaultFolder = "var";
/// What a server says that doesn't know the role a connection asks for: nothing was migrated there.
constexpr std::string_view kUnknownRole = "22023";
constexpr const char* kRootsFolder = "/var/lib/accubooks";

std::string_view name_of(Role role) {
    switch (role) {
        case Role::app:
            return "accubooks_app";
        case Role::ops:
            return "accubooks_ops";
        case Role::owner:
            return "accubooks_owner";
    }
    std::unreachable();
}

bool has_cluster(const std::filesystem::path& folder) {
    std::error_code unreadable;  // then there may be one, and opening it says what is wrong
    return std::filesystem::exists(folder / "postgres", unreadable) ||
           std::filesystem::exists(folder / "version", unreadable) || unreadable;
}

}  // namespace

std::vector<std::filesystem::path> possible_folders(const DatabaseOptions& options) {
    return options.data_dir ? std::vector{*options.data_dir}
                            : std::vector<std::filesystem::path>{kDefaultFolder, kRootsFolder};
}

std::filesystem::path folder_of(const DatabaseOptions& options) {
    const auto folders = possible_folders(options);
    const auto found = std::ranges::find_if(folders, has_cluster);
    return found != folders.end() ? *found : folders.front();
}

std::filesystem::path pid_file_of(const DatabaseOptions& options) {
    static constexpr const char* kFile = "serve.pid";
    const auto folders = possible_folders(options);
    std::error_code ignored;  // then the first is named to whoever asks
    const auto found = std::ranges::find_if(folders, [&ignored](const auto& folder) {
        return std::filesystem::exists(folder / kFile, ignored);
    });
    return (found != folders.end() ? *found : folders.front()) / kFile;
}

base::Result<Database> Database::at_folder(
    const DatabaseOptions& options, const Say& say, SharedCluster::Entry how
) {
    Database database;
    database.data_dir_ = options.data_dir.value_or(kDefaultFolder);
    auto cluster = SharedCluster::open(database.data_dir_, how, say);
    if (!cluster && cluster.error().code == "cluster.unreachable_folder" && !options.data_dir) {
        database.data_dir_ = kRootsFolder;
        if (say) {
            say(fmt::format(
                "PostgreSQL runs as the system user postgres, which can't read this folder; the "
                "data is in {}.",
                kRootsFolder
            ));
        }
        cluster = SharedCluster::open(database.data_dir_, how, say);
    }
    if (!cluster) {
        return std::unexpected(std::move(cluster).error());
    }
    database.cluster_ = std::move(*cluster);
    // A program that makes the cluster at this moment has the folder, but nothing in it yet.
    AB_CHECK(pg::LocalCluster::conninfo_of(database.data_dir_, name_of(Role::app)));
    return database;
}

base::Result<Database> Database::hold(
    const DatabaseOptions& options, const Say& say, int folder_lock
) {
    if (options.url) {
        Database database;
        database.url_ = *options.url;
        return database;
    }
    return at_folder(options, say, {.may_join = false, .folder_lock = folder_lock});
}

bool Database::is_made(const DatabaseOptions& options) {
    return options.url || has_cluster(folder_of(options));
}

base::Result<Database> Database::join(
    const DatabaseOptions& options, WhenAbsent when_absent, const Say& say
) {
    if (options.url) {
        return hold(options, say);
    }
    if (when_absent == WhenAbsent::refuse && !is_made(options)) {
        return base::refuse(
            base::ErrorKind::not_found,
            "app.no_books_there",
            fmt::format(
                "There are no books in {}; name their folder with --data-dir, or make one with "
                "accubooks serve.",
                options.data_dir.value_or(kDefaultFolder).string()
            )
        );
    }
    return at_folder(options, say, {.may_join = true});
}

Database Database::beside(std::filesystem::path data_dir) {
    Database database;
    database.data_dir_ = std::move(data_dir);
    return database;
}

pg::Endpoint Database::endpoint(Role role) const {
    if (!url_.empty()) {
        // The login of the URL takes the role that the work needs, from its first statement on. The
        // owner's work begins with making the roles, so it stays the login's own.
        return {
            .conninfo = url_,
            .role = role == Role::owner ? std::string{} : std::string{name_of(role)},
        };
    }
    const auto conninfo = pg::LocalCluster::conninfo_of(data_dir_, name_of(role));
    base::ensure(conninfo.has_value(), "the folder was looked at when it was opened");
    return {.conninfo = *conninfo, .role = ""};
}

base::Task<base::Result<pg::MigrationReport>> Database::migrate(base::Deadline deadline) const {
    const auto connection = co_await pg::Connection::open(endpoint(Role::owner), deadline);
    co_return co_await pg::migrate(
        *connection, pg::schema_migrations(), pg::schema_functions(), deadline
    );
}

base::Task<base::Result<void>> Database::make_ready(base::Deadline deadline) const {
    if (url_.empty()) {
        AB_CO_TRY(report, co_await migrate(deadline));
        co_return base::Result<void>{};
    }
    try {
        const auto connection = co_await pg::Connection::open(endpoint(Role::ops), deadline);
        co_return co_await pg::check_schema(
            *connection, pg::schema_migrations(), pg::schema_functions(), deadline
        );
    } catch (const pg::Failure& failure) {
        if (failure.sqlstate() != kUnknownRole) {
            throw;
        }
    }
    co_return base::refuse(
        base::ErrorKind::conflict,
        "migrate.older_database",
        "The server has none of this program's roles yet; run accubooks migrate."
    );
}

}  // namespace accubooks::app
