#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/error.h"

namespace accubooks::pg {

/// A private PostgreSQL 15 cluster below a data folder: made, started and stopped by this program,
/// reached through a Unix socket only, with data checksums. Nothing of the Debian package's own
/// clusters is touched.
///
/// As root the server runs as the system user `postgres` (PostgreSQL refuses root); otherwise as
/// the caller. The program connects as `accubooks_app`, `accubooks_ops` or, to migrate, as
/// `accubooks_owner`, never as the superuser: only the server's own account may be that. One
/// process holds a data folder at a time (a lock file with its pid, released by the kernel when it
/// dies); a server left running by a killed program is taken over, one that was killed itself
/// recovers from its log when it is started.
///
/// The folder holds `postgres` (the cluster), `postgres.log`, `lock`, `version` (of this layout)
/// and `socket_dir` (where the socket is: a short path, since a socket's may have 107 bytes, which
/// a data folder's soon exceeds).
class LocalCluster {
public:
    struct Options {
        std::filesystem::path data_dir;  // e.g. "var"
        int folder_lock = -1;  // a copy of a predecessor's, from here on this object's own
        /// For a start. Recovery after a crash replays at most max_wal_size; on a slow disk that
        /// takes minutes.
        std::chrono::seconds patience{300};
        std::function<void(std::string_view)> say{};  // progress, one line each
        std::filesystem::path bin_dir = "/usr/lib/postgresql/15/bin";
    };

    /// Makes what is missing, starts the server, waits until it answers. Blocking; for start-up and
    /// commands. Errors, each a sentence with its remedy: `cluster.in_use` (another program serves
    /// this folder), `cluster.newer_version`, `cluster.older_version`, `cluster.disk_full`,
    /// `cluster.not_writable`, `cluster.unreachable_folder` (root's folder, which the user
    /// `postgres` can't enter: choose another, such as /var/lib/accubooks), `cluster.no_postgres`,
    /// `cluster.start_failed` (with the last lines of the server's log),
    /// `cluster.unfinished_restore` (below).
    static base::Result<std::unique_ptr<LocalCluster>> start(const Options& options);
    /// Takes hold of the folder and starts nothing: for a restore, which `start_again`s the server
    /// when it is in place. Errors: those of `start` that come before the server's start.
    static base::Result<std::unique_ptr<LocalCluster>> hold(const Options& options);

    /// Whether a program serves this folder now, so that a command should connect instead of
    /// starting the cluster.
    static bool is_served(const std::filesystem::path& data_dir);
    /// The connection string of a folder's cluster for `role`, whoever runs it. Errors:
    /// `cluster.absent`.
    static base::Result<std::string> conninfo_of(
        const std::filesystem::path& data_dir, std::string_view role
    );

    /// The folder of a data folder's socket. Errors: `cluster.absent`.
    static base::Result<std::filesystem::path> socket_dir_of(const std::filesystem::path& data_dir);

    /// Gives each finished segment of the server's log to `command` from now on, also at later
    /// starts: a line as PostgreSQL's archive_command has it (%p is the segment's path). A segment
    /// stays until the command has taken it. None, as it is at first: nobody gets them. Errors:
    /// `cluster.not_writable`, `cluster.disk_full`.
    static base::Result<void> archive_by(
        const std::filesystem::path& data_dir, const std::optional<std::string>& command
    );
    /// Finished segments of the server's log that the archive command hasn't taken yet, in bytes;
    /// none where the folder can't be read.
    static std::optional<std::uintmax_t> waiting_for_archive(const std::filesystem::path& data_dir);

    /// While the file is there `start` refuses the folder: what is in `postgres` is being replaced.
    static std::filesystem::path restore_mark(const std::filesystem::path& data_dir) {
        return data_dir / "restore";
    }

    /// Stops the server unless `leave_running` was called.
    ~LocalCluster();
    LocalCluster(const LocalCluster&) = delete;
    LocalCluster& operator=(const LocalCluster&) = delete;

    std::string conninfo(std::string_view role) const;
    /// The server's own folder.
    const std::filesystem::path& data() const;
    /// Whether the server's main process lives. Any thread may ask, but not while another starts or
    /// stops it.
    bool is_running() const;
    /// Starts a server that has died under this program, and waits until it has recovered and takes
    /// connections. Errors: `cluster.start_failed`, `cluster.disk_full`, `cluster.not_writable`.
    base::Result<void> start_again(const std::stop_token& called_off = {});
    /// Stops the server: open transactions are rolled back. Errors: `cluster.stop_failed`.
    base::Result<void> stop();
    /// For a program that hands over to its successor: the server outlives this object, and so does
    /// the hold of the folder where the successor has a copy of `folder_lock`.
    void leave_running();
    int folder_lock() const;

private:
    struct State;
    explicit LocalCluster(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace accubooks::pg
