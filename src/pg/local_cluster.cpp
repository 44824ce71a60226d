#include "pg/local_cluster.h"

#include <cerrno>
#include <chrono>
#include <fstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/digest.h"
#include "pg/internal/files.h"
#include "pg/internal/folder_lock.h"
#include "pg/internal/process.h"
#include "pg/postgres_server.h"

namespace accubooks::pg {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::refuse;

namespace {

constexpr int kLayoutVersion = 1;
constexpr int kServerVersion = 15;
constexpr std::string_view kDatabase = "accubooks";

constexpr std::chrono::seconds kStopPatience{60};

/// A fresh cluster has about 40 MB, its log segments a few hundred soon.
constexpr std::uintmax_t kFreeBytesMin = 512ULL << 20;
constexpr std::uintmax_t kLogBytesMax = 16ULL << 20;
constexpr std::uintmax_t kSegmentBytes = 16ULL << 20;

/// Below the data folder: what `archive_by` set, which the server's configuration includes.
constexpr const char* kArchiveFile = "archive.conf";

/// What the books depend on is written out although it is the default. Tenants' data stays out of
/// the server's log: terse messages have no DETAIL, and failed statements aren't quoted.
const std::vector<std::pair<std::string, std::string>> kSettings{
    {"fsync", "on"},
    {"synchronous_commit", "on"},
    {"full_page_writes", "on"},
    {"max_connections", "800"},
    {"shared_buffers", "256MB"},
    {"huge_pages", "off"},
    {"wal_compression", "lz4"},
    {"max_wal_size", "4GB"},
    {"min_wal_size", "256MB"},
    {"checkpoint_timeout", "15min"},
    {"jit", "off"},
    {"timezone", "UTC"},
    {"log_timezone", "UTC"},
    {"lc_messages", "C"},
    {"cluster_name", "accubooks"},
    {"log_line_prefix", "%m [%p] %q%u "},
    {"log_error_verbosity", "terse"},
    {"log_min_error_statement", "panic"},
    {"log_checkpoints", "off"},
    // Nobody reads a cluster that is still being restored.
    {"hot_standby", "off"},
    // Who archives may change, that there may be one takes a restart.
    {"archive_mode", "on"},
};

std::vector<std::pair<std::string, std::string>> settings_of(const fs::path& data_dir) {
    auto settings = kSettings;
    settings.emplace_back("include", (data_dir / kArchiveFile).string());
    return settings;
}

/// Deterministic, so that a program that only knows the data folder finds the same place again.
fs::path socket_dir_for(const fs::path& data_dir) {
    const std::string name = fs::canonical(data_dir).string();
    const std::string hash = base::to_hex(base::sha256(name)).substr(0, 12);
    const bool has_run = geteuid() == 0 && access("/run", W_OK) == 0;
    return fmt::format("{}/accubooks-{}-{}", has_run ? "/run" : "/tmp", geteuid(), hash);
}

std::string conninfo_at(const fs::path& socket_dir, std::string_view role) {
    return fmt::format("host={} port=5432 dbname={} user={}", socket_dir.string(), kDatabase, role);
}

/// The number at the beginning of a file; none when there is no such file.
std::optional<int> number_in(const fs::path& path) {
    std::ifstream file{path};
    int number = 0;
    return file >> number ? std::optional{number} : std::nullopt;
}

base::Result<void> make_data_dir(const fs::path& data_dir, const Account& server) {
    std::error_code error;
    // As root the server's account must get through, but nobody may look around.
    const bool is_shared = geteuid() != server.uid;
    if (fs::create_directories(data_dir, error)) {
        fs::permissions(
            data_dir,
            is_shared ? fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec
                      : fs::perms::owner_all,
            error
        );
    }
    if (error) {
        return std::unexpected(file_error("make", data_dir, error.value()));
    }
    if (!can_enter(server, data_dir)) {
        return refuse(
            ErrorKind::invalid,
            "cluster.unreachable_folder",
            fmt::format(
                "The system user `{}`, as whom the database runs, can't enter {}; "
                "choose another folder with --data-dir, such as /var/lib/accubooks.",
                server.name,
                data_dir.string()
            )
        );
    }
    return {};
}

base::Result<void> check_versions(const fs::path& data_dir) {
    const auto refuse_version = [&data_dir](std::string_view code, const std::string& what) {
        return refuse(
            ErrorKind::conflict, code, fmt::format("The data in {} {}.", data_dir.string(), what)
        );
    };
    if (const auto layout = number_in(data_dir / "version"); layout > kLayoutVersion) {
        return refuse_version(
            "cluster.newer_version",
            fmt::format(
                "was written by a newer accubooks (layout {}, this one knows {}); use that version",
                *layout,
                kLayoutVersion
            )
        );
    }
    const auto server = number_in(data_dir / "postgres" / "PG_VERSION");
    if (server && *server != kServerVersion) {
        return refuse_version(
            *server > kServerVersion ? "cluster.newer_version" : "cluster.older_version",
            fmt::format(
                "belongs to PostgreSQL {}, and this program runs PostgreSQL {}; "
                "use the program that wrote it, or move the data with pg_upgrade",
                *server,
                kServerVersion
            )
        );
    }
    return {};
}

base::Result<void> check_free_space(const fs::path& data_dir) {
    struct statvfs found{};
    if (statvfs(data_dir.c_str(), &found) != 0) {
        return std::unexpected(file_error("read", data_dir, errno));
    }
    if (std::uintmax_t{found.f_bavail} * found.f_frsize < kFreeBytesMin) {
        return std::unexpected(file_error("make a database in", data_dir, ENOSPC));
    }
    return {};
}

/// Who may connect: this program's account as its three roles, the server's own account as the
/// superuser.
std::string hba() {
    return fmt::format(
        "local {} accubooks_app,accubooks_ops,accubooks_owner peer map=accubooks\n"
        "local all {} peer map=accubooks\n",
        kDatabase,
        PostgresServer::kSuperuser
    );
}

std::string ident(const Account& program, const Account& server) {
    std::string text;
    for (const std::string_view role : {"accubooks_app", "accubooks_ops", "accubooks_owner"}) {
        text += fmt::format("accubooks \"{}\" {}\n", program.name, role);
    }
    text += fmt::format("accubooks \"{}\" {}\n", server.name, PostgresServer::kSuperuser);
    return text;
}

void rotate_log(const fs::path& log) {
    std::error_code error;
    if (const auto size = fs::file_size(log, error); !error && size > kLogBytesMax) {
        fs::rename(log, log.string() + ".1", error);
    }
}

}  // namespace

struct LocalCluster::State {
    FolderLock lock;
    PostgresServer server;
    std::chrono::seconds patience;
    bool stays = false;

    State(FolderLock held, PostgresServer made, std::chrono::seconds start_patience)
        : lock{std::move(held)}, server{std::move(made)}, patience{start_patience} {}
};

LocalCluster::LocalCluster(std::unique_ptr<State> state) : state_{std::move(state)} {}

base::Result<std::unique_ptr<LocalCluster>> LocalCluster::hold(const Options& options) {
    AB_TRY(account, Account::for_server());
    const fs::path data_dir = fs::absolute(options.data_dir).lexically_normal();
    AB_CHECK(make_data_dir(data_dir, account));
    AB_TRY(
        lock,
        options.folder_lock < 0 ? FolderLock::take(data_dir)
                                : FolderLock::adopt(data_dir, options.folder_lock)
    );
    AB_CHECK(check_versions(data_dir));
    PostgresServer made{{
        .data = data_dir / "postgres",
        .socket_dir = socket_dir_for(data_dir),
        .log = data_dir / "postgres.log",
        .settings = settings_of(data_dir),
        .hba = hba(),
        .ident = ident(Account::own(), account),
        .bin_dir = options.bin_dir,
    }};
    auto state = std::make_unique<State>(std::move(lock), std::move(made), options.patience);
    const auto own = Account::own();
    const std::string socket_dir = state->server.options().socket_dir.string();
    AB_CHECK(write_file(data_dir / "socket_dir", socket_dir + "\n", own));
    AB_CHECK(write_file(data_dir / "version", fmt::format("{}\n", kLayoutVersion), own));
    if (!fs::exists(data_dir / kArchiveFile)) {
        AB_CHECK(archive_by(data_dir, std::nullopt));
    }
    return std::unique_ptr<LocalCluster>{new LocalCluster{std::move(state)}};
}

base::Result<std::unique_ptr<LocalCluster>> LocalCluster::start(const Options& options) {
    const auto say = [&options](const std::string& line) {
        if (options.say) {
            options.say(line);
        }
    };
    AB_TRY(held, hold(options));
    PostgresServer& server = held->state_->server;
    const fs::path data_dir = server.options().data.parent_path();
    if (fs::exists(restore_mark(data_dir))) {
        return refuse(
            ErrorKind::conflict,
            "cluster.unfinished_restore",
            fmt::format(
                "A restore of {} was cut off; run accubooks backup restore again, which first puts "
                "back what was there.",
                data_dir.string()
            )
        );
    }
    if (!fs::exists(server.options().data)) {
        AB_CHECK(check_free_space(data_dir));
        say(fmt::format("Making a PostgreSQL cluster in {}", server.options().data.string()));
        AB_CHECK(server.initialise(set_up_statements(kDatabase)));
    }
    if (const auto pid = server.running_pid()) {
        say(fmt::format("Taking over the PostgreSQL that runs already (process {})", *pid));
    } else {
        rotate_log(server.options().log);
        const bool was_stopped = !fs::exists(server.options().data / "postmaster.pid");
        say(was_stopped ? "Starting PostgreSQL" : "PostgreSQL wasn't stopped; it recovers");
    }
    AB_CHECK(server.start(options.patience));
    return std::move(held);
}

bool LocalCluster::is_served(const fs::path& data_dir) {
    return FolderLock::is_held(data_dir);
}

base::Result<fs::path> LocalCluster::socket_dir_of(const fs::path& data_dir) {
    std::ifstream file{data_dir / "socket_dir"};
    std::string socket_dir;
    if (!std::getline(file, socket_dir) || socket_dir.empty()) {
        return refuse(
            ErrorKind::not_found,
            "cluster.absent",
            fmt::format(
                "There is no database in {}; start it with `accubooks serve`.", data_dir.string()
            )
        );
    }
    return fs::path{socket_dir};
}

base::Result<std::string> LocalCluster::conninfo_of(
    const fs::path& data_dir, std::string_view role
) {
    AB_TRY(socket_dir, socket_dir_of(data_dir));
    return conninfo_at(socket_dir, role);
}

base::Result<void> LocalCluster::archive_by(
    const fs::path& data_dir, const std::optional<std::string>& command
) {
    AB_TRY(account, Account::for_server());
    const fs::path folder = fs::absolute(data_dir).lexically_normal();
    // A segment is finished by the minute, so that a quiet day's last entries aren't in the data
    // folder alone. With no command at all the server would keep every segment for a later one.
    const std::string text = command ? fmt::format(
                                           "archive_command = {}\narchive_timeout = '60s'\n",
                                           configuration_value(*command)
                                       )
                                     : std::string{"archive_command = '/bin/true'\n"};
    AB_CHECK(write_file(folder / kArchiveFile, text, account));
    PostgresServer{{.data = folder / "postgres", .socket_dir = {}, .log = {}}}.reload();
    return {};
}

std::optional<std::uintmax_t> LocalCluster::waiting_for_archive(const fs::path& data_dir) {
    std::error_code error;
    std::uintmax_t bytes = 0;
    const fs::path folder = data_dir / "postgres" / "pg_wal" / "archive_status";
    for (fs::directory_iterator file{folder, error}, end; !error && file != end;
         file.increment(error)) {
        bytes += file->path().extension() == ".ready" ? kSegmentBytes : 0;
    }
    return error ? std::nullopt : std::optional{bytes};
}

LocalCluster::~LocalCluster() {
    if (!state_->stays) {
        // Nobody is left to be told; a server that doesn't stop is taken over by the next start.
        [[maybe_unused]] const auto stopped = stop();
    }
}

std::string LocalCluster::conninfo(std::string_view role) const {
    return conninfo_at(state_->server.options().socket_dir, role);
}

const fs::path& LocalCluster::data() const {
    return state_->server.options().data;
}

bool LocalCluster::is_running() const {
    return state_->server.running_pid().has_value();
}

base::Result<void> LocalCluster::start_again(const std::stop_token& called_off) {
    return state_->server.start(state_->patience, called_off);
}

base::Result<void> LocalCluster::stop() {
    return state_->server.stop(PostgresServer::Stop::fast, kStopPatience);
}

int LocalCluster::folder_lock() const {
    return state_->lock.descriptor();
}

void LocalCluster::leave_running() {
    state_->stays = true;
}

}  // namespace accubooks::pg
