#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/options.h"
#include "app/shared_cluster.h"
#include "base/error.h"
#include "base/task.h"
#include "pg/connection.h"
#include "pg/migrate.h"
#include "pg/pool.h"

namespace accubooks::app {

/// Who may be asked to be the database's role.
enum class Role : std::uint8_t { app, ops, owner };

/// What to do where a data folder has no cluster. A command that only looks at books, or needs a
/// tenant that must be there, refuses: a mistyped folder must not verify as good.
enum class WhenAbsent : std::uint8_t { make, refuse };

/// The folders that the options may mean, the likelier one first.
std::vector<std::filesystem::path> possible_folders(const DatabaseOptions& options);
/// The one of them that has a cluster, or the first.
std::filesystem::path folder_of(const DatabaseOptions& options);
/// The pid file of the program that serves a data folder, where `serve` puts it by default.
std::filesystem::path pid_file_of(const DatabaseOptions& options);

/// The database that a command works on, reachable while this object lives. A private cluster that
/// nobody served was started for it, and stops with the last program that uses it.
class Database {
public:
    using Say = std::function<void(std::string_view)>;

    /// For `serve`: takes hold of the data folder, so that a second one is refused, or takes over a
    /// predecessor's hold.
    static base::Result<Database> hold(
        const DatabaseOptions& options, const Say& say, int folder_lock = -1
    );
    /// For every other command: joins the server that runs, or starts the cluster for the call.
    /// Errors: `app.no_books_there`.
    static base::Result<Database> join(
        const DatabaseOptions& options, WhenAbsent when_absent, const Say& say
    );

    /// The cluster of a data folder that the caller holds and has started.
    static Database beside(std::filesystem::path data_dir);
    /// Whether the options mean a database that is there already: a data folder with its cluster,
    /// or a server of the operator's own.
    static bool is_made(const DatabaseOptions& options);

    pg::Endpoint endpoint(Role role) const;

    /// Where the private cluster lives; empty for a server of the operator's own.
    const std::filesystem::path& data_dir() const { return data_dir_; }

    /// The hold of the data folder, for a successor; -1 when there is none.
    int folder_lock() const { return cluster_ ? cluster_->folder_lock() : -1; }

    /// The private cluster, for its keeper; null when there is none, or another program holds it.
    pg::LocalCluster* cluster() { return cluster_ ? cluster_->held() : nullptr; }

    /// Ends the use of a private cluster before this object ends.
    void let_go() { cluster_.reset(); }

    /// Brings the schema up to date. Errors: as pg::migrate.
    base::Task<base::Result<pg::MigrationReport>> migrate(base::Deadline deadline) const;
    /// A private cluster is migrated, a server of the operator's own only checked.
    base::Task<base::Result<void>> make_ready(base::Deadline deadline) const;

private:
    Database() = default;
    static base::Result<Database> at_folder(
        const DatabaseOptions& options, const Say& say, SharedCluster::Entry how
    );

    std::filesystem::path data_dir_;
    std::string url_;
    std::unique_ptr<SharedCluster> cluster_;
};

}  // namespace accubooks::app
