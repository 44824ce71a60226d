#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "base/error.h"

namespace accubooks::pg {

/// The statements, one each, that give a fresh cluster this program's roles and a database of name
/// `database`, to be run by the superuser: accubooks_owner, accubooks_app and accubooks_ops may log
/// in and nothing more; nobody may make temporary or other objects but the owner.
std::vector<std::string> set_up_statements(std::string_view database);

/// A value as postgresql.conf has it.
std::string configuration_value(std::string_view value);

/// One PostgreSQL server process over one data folder: made with initdb, started, asked, stopped.
/// Blocking, for start-up, commands and tests. Whose it is, who may connect and how it is
/// configured is the caller's business.
///
/// As root everything runs as the system user `postgres`, because PostgreSQL refuses root.
class PostgresServer {
public:
    struct Options {
        std::filesystem::path data;  // PGDATA; made by `initialise`, mode 0700
        std::filesystem::path
            socket_dir;             // holds the socket and nothing else; its path is under 90 bytes
        std::filesystem::path log;  // the server's standard error, appended
        std::vector<std::pair<std::string, std::string>> settings{};  // postgresql.conf, whole
        std::string hba{};                                            // pg_hba.conf, whole
        std::string ident{};                                          // pg_ident.conf, whole
        bool is_throw_away = false;      // a test's: initdb syncs nothing to disk
        bool dies_with_starter = false;  // is stopped when the thread that started it ends
        std::filesystem::path bin_dir = "/usr/lib/postgresql/15/bin";
    };

    static constexpr std::string_view kSuperuser = "postgres";

    explicit PostgresServer(Options options) : options_{std::move(options)} {}

    /// Makes the data folder with data checksums and runs `statements` as the superuser, without
    /// any client being able to connect meanwhile. An interrupted call leaves nothing at `data`.
    /// Errors: `cluster.no_postgres`, `cluster.disk_full`, `cluster.not_writable`,
    /// `cluster.start_failed`.
    base::Result<void> initialise(const std::vector<std::string>& statements);

    /// Makes the data folder a copy of another server's, which is stopped.
    base::Result<void> copy_from(const std::filesystem::path& data);

    /// Starts the server, or takes over one that already runs on this folder, and waits until it
    /// takes connections: after a crash that is after its recovery. Errors as above, and
    /// `cluster.start_failed` when `called_off` before.
    base::Result<void> start(std::chrono::seconds patience, const std::stop_token& called_off = {});

    /// `fast` rolls open transactions back and writes everything down; `immediate` is a crash, for
    /// what is thrown away.
    enum class Stop : std::uint8_t { fast, immediate };
    /// Stops the server, whoever started it. Errors: `cluster.stop_failed`.
    base::Result<void> stop(Stop how, std::chrono::seconds patience);

    /// Has a running server read its configuration again.
    void reload() const;

    /// The pid of the server that runs on the data folder, whoever started it.
    std::optional<pid_t> running_pid() const;
    const Options& options() const { return options_; }

private:
    base::Result<void> write_configuration(const std::filesystem::path& data) const;
    base::Result<void> prepare_socket_dir() const;
    base::Result<void> spawn_server();
    bool has_exited();
    void reap_dead() const;
    base::Error start_error() const;

    Options options_;
    pid_t child_ = 0;
    std::uintmax_t log_start_ = 0;  // where this start's log lines begin
};

}  // namespace accubooks::pg
