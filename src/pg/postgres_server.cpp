#include "pg/postgres_server.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pg/failure.h"
#include "pg/internal/files.h"
#include "pg/internal/process.h"

namespace accubooks::pg {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::refuse;

namespace {

constexpr std::chrono::milliseconds kPoll{10};
constexpr std::chrono::milliseconds kPollMax{500};
constexpr std::size_t kLogTailMax = 2000;

/// The last lines that the server or initdb wrote, as the reason in an error: on one line.
std::string tail_of(std::string text) {
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    if (text.size() > kLogTailMax) {
        text.erase(0, text.size() - kLogTailMax);
    }
    return text.empty() ? "it doesn't answer, and its log says nothing" : one_line(text);
}

/// Whether there isn't even room for one log segment, without which no server starts. Its own words
/// of that may not have found room either.
bool has_no_room(const fs::path& data) {
    constexpr std::uintmax_t kSegment = 16UL * 1024 * 1024;
    std::error_code error;
    const fs::space_info space = fs::space(data, error);
    return !error && space.available < kSegment;
}

base::Error error_of(std::string_view what, const std::string& output, bool is_full = false) {
    if (is_full || output.find("No space left on device") != std::string::npos) {
        return {
            .kind = ErrorKind::invalid,
            .code = "cluster.disk_full",
            .detail = fmt::format("{}: the disk is full; free some space and start again.", what),
        };
    }
    return {
        .kind = ErrorKind::invalid,
        .code = "cluster.start_failed",
        .detail = fmt::format("{}: {}", what, tail_of(output)),
    };
}

}  // namespace

std::vector<std::string> set_up_statements(std::string_view database) {
    std::vector<std::string> statements;
    for (const std::string_view role : {"accubooks_owner", "accubooks_app", "accubooks_ops"}) {
        statements.push_back(fmt::format(
            "create role {} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls",
            role
        ));
        // An unqualified name finds the catalogue or nothing.
        statements.push_back(
            fmt::format("alter role {} set search_path = pg_catalog, pg_temp", role)
        );
    }
    // The last net under statements whose client has gone; the program's own deadlines are far
    // shorter.
    statements.emplace_back("alter role accubooks_app set statement_timeout = '15min'");
    statements.emplace_back("alter role accubooks_ops set statement_timeout = '15min'");
    statements.push_back(fmt::format("create database {} owner accubooks_owner", database));
    statements.push_back(fmt::format("revoke all on database {} from public", database));
    statements.push_back(
        fmt::format("grant connect on database {} to accubooks_app, accubooks_ops", database)
    );
    statements.emplace_back("revoke all on database postgres, template1 from public");
    return statements;
}

std::string configuration_value(std::string_view value) {
    std::string text = "'";
    for (const char character : value) {
        text += character == '\'' ? "''" : std::string(1, character);
    }
    return text + '\'';
}

base::Result<void> PostgresServer::write_configuration(const fs::path& data) const {
    std::string configuration =
        "# Written by accubooks at every start; changes made here are lost.\n";
    for (const auto& [name, value] : options_.settings) {
        configuration += fmt::format("{} = {}\n", name, configuration_value(value));
    }
    configuration += fmt::format(
        "unix_socket_directories = '{}'\nunix_socket_permissions = 0700\nlisten_addresses = ''\n",
        options_.socket_dir.string()
    );
    AB_TRY(account, Account::for_server());
    for (const auto& [name, text] :
         {std::pair<const char*, const std::string&>{"postgresql.conf", configuration},
          {"pg_hba.conf", options_.hba},
          {"pg_ident.conf", options_.ident}}) {
        AB_CHECK(write_file(data / name, text, account));
    }
    return {};
}

base::Result<void> PostgresServer::initialise(const std::vector<std::string>& statements) {
    AB_TRY(account, Account::for_server());
    if (!fs::exists(options_.bin_dir / "initdb")) {
        return refuse(
            ErrorKind::not_found,
            "cluster.no_postgres",
            fmt::format(
                "PostgreSQL 15 isn't installed ({} is missing); install postgresql-15.",
                (options_.bin_dir / "initdb").string()
            )
        );
    }
    // Made beside its place and moved there when complete, so that a crash on the way leaves no
    // half cluster.
    fs::path fresh = options_.data;
    fresh += ".new";
    std::error_code ignored;
    fs::remove_all(fresh, ignored);
    AB_CHECK(make_private_folder(fresh, account));
    std::vector<std::string> arguments{
        options_.bin_dir / "initdb",
        "--pgdata=" + fresh.string(),
        fmt::format("--username={}", kSuperuser),
        "--data-checksums",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--auth=peer",
        "--no-instructions",
    };
    if (options_.is_throw_away) {
        arguments.emplace_back("--no-sync");
    }
    const Finished initdb = run({.arguments = arguments, .account = account});
    if (initdb.exit_code != 0) {
        fs::remove_all(fresh, ignored);
        return std::unexpected(error_of("The database cluster can't be made", initdb.output));
    }
    std::string input;
    for (const std::string& statement : statements) {
        input += statement + "\n";
    }
    // Single-user mode: no socket is open while the roles are made, so nobody else can be the
    // superuser.
    const Finished set_up =
        run({.arguments =
                 {options_.bin_dir / "postgres",
                  "--single",
                  "-D",
                  fresh,
                  "-c",
                  "exit_on_error=on",
                  "-c",
                  "log_min_error_statement=panic",
                  std::string{kSuperuser}},
             .account = account},
            input);
    if (set_up.exit_code != 0) {
        fs::remove_all(fresh, ignored);
        return std::unexpected(error_of("The database's roles can't be made", set_up.output));
    }
    fs::rename(fresh, options_.data);
    return {};
}

base::Result<void> PostgresServer::copy_from(const fs::path& data) {
    AB_TRY(account, Account::for_server());
    AB_CHECK(make_private_folder(options_.data, account));
    const Finished copied = run(
        {.arguments = {"/bin/cp", "--archive", "--reflink=auto", data / ".", options_.data},
         .account = account}
    );
    if (copied.exit_code != 0) {
        return std::unexpected(error_of("The database cluster can't be copied", copied.output));
    }
    return {};
}

std::optional<pid_t> PostgresServer::running_pid() const {
    std::ifstream file{options_.data / "postmaster.pid"};
    pid_t pid = 0;
    if (!(file >> pid) || pid <= 1 || kill(pid, 0) != 0) {
        return std::nullopt;
    }
    // The number may have been given to another process since: a postmaster works in its data
    // folder.
    std::error_code error;
    const fs::path works_in = fs::read_symlink(fmt::format("/proc/{}/cwd", pid), error);
    if (error || !fs::equivalent(works_in, options_.data, error)) {
        return std::nullopt;
    }
    return pid;
}

void PostgresServer::reload() const {
    if (const auto pid = running_pid()) {
        kill(*pid, SIGHUP);
    }
}

base::Result<void> PostgresServer::prepare_socket_dir() const {
    AB_TRY(account, Account::for_server());
    return make_private_folder(options_.socket_dir, account);
}

bool PostgresServer::has_exited() {
    if (child_ == 0) {
        return !running_pid();
    }
    if (waitpid(child_, nullptr, WNOHANG) != child_) {
        return false;
    }
    child_ = 0;
    return true;
}

base::Error PostgresServer::start_error() const {
    std::ifstream file{options_.log};
    file.seekg(static_cast<std::streamoff>(log_start_));
    std::string said;
    for (std::string line; std::getline(file, line);) {
        // What our own asking makes it say.
        if (line.find("the database system is starting up") == std::string::npos) {
            said += line + '\n';
        }
    }
    return error_of("PostgreSQL didn't start", said, has_no_room(options_.data));
}

/// Takes leave of servers of this process that were killed. Until somebody does, their numbers are
/// taken, and PostgreSQL holds their lock files, in the data folder and beside the socket, for
/// those of a living server.
void PostgresServer::reap_dead() const {
    for (const fs::path& file :
         {options_.data / "postmaster.pid", options_.socket_dir / ".s.PGSQL.5432.lock"}) {
        std::ifstream lock{file};
        if (pid_t pid = 0; lock >> pid && pid > 1) {
            waitpid(pid, nullptr, WNOHANG);
        }
    }
}

base::Result<void> PostgresServer::spawn_server() {
    AB_TRY(account, Account::for_server());
    AB_CHECK(prepare_socket_dir());
    AB_CHECK(write_configuration(options_.data));
    const int log = open(options_.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0) {
        return std::unexpected(file_error("write", options_.log, errno));
    }
    log_start_ = fs::file_size(options_.log);
    child_ = spawn(
        {.arguments = {options_.bin_dir / "postgres", "-D", options_.data},
         .account = account,
         .output = log,
         .own_session = true,
         .dies_with_parent = options_.dies_with_starter}
    );
    close(log);
    return {};
}

base::Result<void> PostgresServer::start(
    std::chrono::seconds patience, const std::stop_token& called_off
) {
    const auto began = std::chrono::steady_clock::now();
    const auto deadline = began + patience;
    // A server that recovers for hours notes each question in its log.
    const auto pause = [began] {
        const auto waited = std::chrono::steady_clock::now() - began;
        return std::min<std::chrono::nanoseconds>(kPoll + waited / 20, kPollMax);
    };
    const auto is_late = [deadline] { return std::chrono::steady_clock::now() > deadline; };
    const std::string address = fmt::format(
        "host={} port=5432 dbname=postgres user={} connect_timeout=5",
        options_.socket_dir.string(),
        kSuperuser
    );
    if (child_ != 0) {
        has_exited();
    }
    // One that runs already may be about to end, which says nothing about the one started then.
    bool is_of_before = child_ != 0 || running_pid().has_value();
    if (!is_of_before) {
        reap_dead();
        AB_CHECK(spawn_server());
    }
    std::optional<base::Error> passing;
    while (PQping(address.c_str()) != PQPING_OK) {
        if (has_exited()) {
            if (!std::exchange(is_of_before, false)) {
                base::Error error = start_error();
                // After a crash the dead server's own processes may need a moment to end.
                const bool is_passing =
                    error.detail.find("still in use") != std::string::npos ||
                    (error.detail.find("already exists") != std::string::npos && !running_pid());
                if (!is_passing || is_late()) {
                    return std::unexpected(std::move(error));
                }
                passing = std::move(error);
                std::this_thread::sleep_for(10 * kPoll);
            }
            reap_dead();
            AB_CHECK(spawn_server());
        }
        if (is_late()) {
            // The attempt that has only just begun has nothing to say yet.
            return std::unexpected(passing.value_or(start_error()));
        }
        if (called_off.stop_requested()) {
            return refuse(
                ErrorKind::invalid,
                "cluster.start_failed",
                "PostgreSQL didn't start: the start was called off."
            );
        }
        std::this_thread::sleep_for(pause());
    }
    return {};
}

base::Result<void> PostgresServer::stop(Stop how, std::chrono::seconds patience) {
    // A child that is about to end has left its folder before its parent may take leave of it, and
    // one that has only begun isn't in its folder yet: neither is running, and both are waited for.
    const pid_t pid = running_pid().value_or(child_);
    if (pid == 0) {
        return {};
    }
    const auto deadline = std::chrono::steady_clock::now() + patience;
    kill(pid, how == Stop::immediate ? SIGQUIT : SIGINT);
    while (!has_exited()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return refuse(
                ErrorKind::invalid,
                "cluster.stop_failed",
                fmt::format("PostgreSQL (process {}) didn't stop in time.", pid)
            );
        }
        std::this_thread::sleep_for(kPoll);
    }
    // Empty now; anything else in it stays.
    std::error_code ignored;
    fs::remove(options_.socket_dir, ignored);
    return {};
}

}  // namespace accubooks::pg
