#include "testing/test_cluster.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/error.h"
#include "pg/postgres_server.h"
#include "pg/schema.h"
#include "testing/run.h"

namespace accubooks::testing {

namespace fs = std::filesystem;
using pg::PostgresServer;

namespace {

constexpr std::chrono::seconds kPatience{60};
constexpr std::string_view kEmpty = "accubooks_empty";
constexpr std::string_view kMigrated = "accubooks_migrated";
constexpr std::string_view kHba = "local all all trust\n";

template <class T>
T require(base::Result<T> result) {
    base::ensure(result.has_value(), result ? "" : result.error().detail);
    if constexpr (!std::is_void_v<T>) {
        return *std::move(result);
    }
}

std::string conninfo_at(
    const fs::path& socket_dir, std::string_view role, std::string_view database
) {
    return fmt::format("host={} port=5432 user={} dbname={}", socket_dir.string(), role, database);
}

std::vector<std::int64_t> run_sql(std::string conninfo, std::string sql) {
    const auto work = [](pg::Endpoint endpoint,
                         std::string text) -> base::Task<std::vector<std::int64_t>> {
        const auto deadline = base::deadline_in(kPatience);
        const auto connection = co_await pg::Connection::open(std::move(endpoint), deadline);
        co_return co_await connection->run_script(text, deadline);
    };
    return run(work({.conninfo = std::move(conninfo)}, std::move(sql)));
}

void migrate(std::string conninfo) {
    const auto work = [](pg::Endpoint endpoint) -> base::Task<base::Result<pg::MigrationReport>> {
        const auto deadline = base::deadline_in(kPatience);
        const auto connection = co_await pg::Connection::open(std::move(endpoint), deadline);
        co_return co_await pg::migrate(
            *connection, pg::schema_migrations(), pg::schema_functions(), deadline
        );
    };
    require(run(work({.conninfo = std::move(conninfo)})));
}

enum class Life : std::uint8_t { of_this_run, until_stopped };

PostgresServer server_in(const fs::path& folder, Life life, const TestServer::Settings& more = {}) {
    TestServer::Settings settings = {
        {"fsync", "off"},
        {"synchronous_commit", "off"},
        {"full_page_writes", "off"},
        {"max_connections", "300"},
        {"shared_buffers", "64MB"},
        {"jit", "off"},
        {"timezone", "UTC"},
        {"autovacuum", "off"},
    };
    settings.insert(settings.end(), more.begin(), more.end());  // the last of a name holds
    return PostgresServer{{
        .data = folder / "data",
        .socket_dir = folder / "socket",
        .log = folder / "log",
        .settings = std::move(settings),
        .hba = std::string{kHba},
        .is_throw_away = true,
        .dies_with_starter = life == Life::of_this_run,
    }};
}

/// A folder that the server's account can go through but nobody else can list.
void make_folder(const fs::path& folder) {
    fs::create_directory(folder);
    fs::permissions(folder, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
}

/// Names the prepared cluster: another schema, or another version of this file's format, has
/// another one.
std::string key_of_schema() {
    base::Sha256 hash;
    hash.update("accubooks/test-cluster/1");
    for (const std::string& statement : pg::set_up_statements(kEmpty)) {
        hash.update(statement);
    }
    for (const auto* files : {&pg::schema_migrations(), &pg::schema_functions()}) {
        for (const pg::SchemaFile& file : *files) {
            hash.update(file.name).update(file.text);
        }
    }
    return base::to_hex(hash.finish()).substr(0, 16);
}

/// Both template databases in a stopped cluster in `folder`.
void prepare(const fs::path& folder) {
    make_folder(folder);
    auto statements = pg::set_up_statements(kEmpty);
    for (const std::string& statement : pg::set_up_statements(kMigrated)) {
        if (statement.find(kMigrated) != std::string::npos) {
            statements.push_back(statement);
        }
    }
    PostgresServer server = server_in(folder, Life::of_this_run);
    require(server.initialise(statements));
    require(server.start(kPatience));
    migrate(conninfo_at(folder / "socket", "accubooks_owner", kMigrated));
    require(server.stop(PostgresServer::Stop::fast, kPatience));
}

/// Keeps the prepared clusters of the schemas used last, one per branch under work.
void remove_old(const fs::path& cache) {
    constexpr std::size_t kKept = 6;
    std::vector<std::pair<fs::file_time_type, fs::path>> found;
    for (const auto& entry : fs::directory_iterator{cache}) {
        found.emplace_back(entry.last_write_time(), entry.path());
    }
    std::ranges::sort(found, std::greater{});
    for (std::size_t at = kKept; at < found.size(); ++at) {
        std::error_code ignored;
        fs::remove_all(found[at].second, ignored);
    }
}

/// The folder of the prepared cluster; made when there is none for this schema.
fs::path prepared_folder() {
    const fs::path cache = fmt::format("/tmp/accubooks-test-cache-{}", geteuid());
    make_folder(cache);
    const fs::path ready = cache / key_of_schema();
    if (fs::exists(ready)) {
        fs::last_write_time(ready, fs::file_time_type::clock::now());
        return ready;
    }
    remove_old(cache);
    const fs::path mine = cache / fmt::format("making-{}", getpid());
    prepare(mine);
    std::error_code error;
    fs::rename(mine, ready, error);
    if (error) {  // another test program was faster
        fs::remove_all(mine);
    }
    return ready;
}

/// Folders of runs that were killed.
void remove_abandoned() {
    const std::string prefix = fmt::format("accubooks-test-run-{}-", geteuid());
    for (const auto& entry : fs::directory_iterator{"/tmp"}) {
        const std::string name = entry.path().filename();
        if (!name.starts_with(prefix)) {
            continue;
        }
        const pid_t pid = std::atoi(name.c_str() + prefix.size());
        const bool is_abandoned = pid > 1 && kill(pid, 0) != 0 && errno == ESRCH;
        if (is_abandoned && !server_in(entry.path(), Life::of_this_run).running_pid()) {
            std::error_code ignored;
            fs::remove_all(entry.path(), ignored);
        }
    }
}

/// Short, whatever the length of the key, for the socket's path.
fs::path shared_folder(std::string_view key) {
    const std::string hash = base::to_hex(base::sha256(key)).substr(0, 8);
    return fmt::format("/tmp/accubooks-test-shared-{}-{}", geteuid(), hash);
}

void copy_and_start(PostgresServer& server, const fs::path& folder) {
    const fs::path prepared = prepared_folder();
    make_folder(folder);
    require(server.copy_from(prepared / "data"));
    require(server.start(kPatience));
}

void stop_and_remove(PostgresServer& server, const fs::path& folder) {
    if (server.stop(PostgresServer::Stop::immediate, kPatience)) {
        std::error_code ignored;
        fs::remove_all(folder, ignored);
    }
}

}  // namespace

struct TestCluster::State {
    fs::path folder;
    std::optional<PostgresServer> own;  // none: the cluster is shared, and others may still use it
};

void TestCluster::start_shared(std::string_view key) {
    stop_shared(key);
    PostgresServer server = server_in(shared_folder(key), Life::until_stopped);
    copy_and_start(server, shared_folder(key));
}

void TestCluster::stop_shared(std::string_view key) {
    PostgresServer server = server_in(shared_folder(key), Life::until_stopped);
    stop_and_remove(server, shared_folder(key));
}

TestCluster::TestCluster() {
    const char* const key = std::getenv("ACCUBOOKS_TEST_CLUSTER");
    if (key != nullptr && server_in(shared_folder(key), Life::until_stopped).running_pid()) {
        state_ = std::make_unique<State>(State{.folder = shared_folder(key), .own = std::nullopt});
        return;
    }
    remove_abandoned();
    const fs::path folder = fmt::format("/tmp/accubooks-test-run-{}-{}", geteuid(), getpid());
    state_ =
        std::make_unique<State>(State{.folder = folder, .own = server_in(folder, Life::of_this_run)}
        );
    copy_and_start(*state_->own, folder);
}

TestCluster::~TestCluster() {
    if (state_->own) {
        stop_and_remove(*state_->own, state_->folder);
    }
}

const TestCluster& TestCluster::of_this_run() {
    static const TestCluster cluster;
    return cluster;
}

std::string TestCluster::conninfo(std::string_view role, std::string_view database) const {
    return conninfo_at(state_->folder / "socket", role, database);
}

struct TestServer::State {
    fs::path folder;
    PostgresServer server;
};

TestServer::TestServer(Settings settings) {
    static std::atomic<int> made = 0;
    // Under the name of a run's folder, so that a later run removes what a killed one left.
    const fs::path folder =
        fmt::format("/tmp/accubooks-test-run-{}-{}-{}", geteuid(), getpid(), ++made);
    state_ = std::make_unique<State>(
        State{.folder = folder, .server = server_in(folder, Life::of_this_run, settings)}
    );
    copy_and_start(state_->server, folder);
}

TestServer::~TestServer() {
    stop_and_remove(state_->server, state_->folder);
}

void TestServer::stop(Stop how) {
    require(state_->server.stop(
        how == Stop::fast ? PostgresServer::Stop::fast : PostgresServer::Stop::immediate, kPatience
    ));
}

void TestServer::start() {
    require(state_->server.start(kPatience));
}

std::string TestServer::conninfo(std::string_view role) const {
    return conninfo_at(state_->folder / "socket", role, kEmpty);
}

std::string TestServer::socket() const {
    return state_->folder / "socket" / ".s.PGSQL.5432";
}

std::string TestServer::log() const {
    std::ifstream file{state_->folder / "log"};
    return {std::istreambuf_iterator<char>{file}, {}};
}

void TestServer::run_script(std::string_view sql) const {
    run_sql(conninfo(PostgresServer::kSuperuser), std::string{sql});
}

TestDatabase::TestDatabase(Kind kind) {
    static std::atomic<int> made = 0;
    name_ = fmt::format("test_{}_{}", getpid(), ++made);
    const auto& cluster = TestCluster::of_this_run();
    const auto superuser = cluster.conninfo(PostgresServer::kSuperuser, "postgres");
    const std::string_view original = kind == Kind::migrated ? kMigrated : kEmpty;
    run_sql(
        superuser,
        fmt::format("create database {} template {} owner accubooks_owner", name_, original)
    );
    // Rights on a database aren't copied with it.
    for (const std::string& statement : pg::set_up_statements(name_)) {
        if (statement.find(" on database " + name_ + " ") != std::string::npos) {
            run_sql(superuser, statement);
        }
    }
}

// A database that can't be dropped means that a test broke the cluster: the program may end here.
// NOLINTNEXTLINE(bugprone-exception-escape)
TestDatabase::~TestDatabase() {
    const auto superuser =
        TestCluster::of_this_run().conninfo(PostgresServer::kSuperuser, "postgres");
    run_sql(superuser, fmt::format("drop database {} with (force)", name_));
}

std::string TestDatabase::conninfo(std::string_view role) const {
    return TestCluster::of_this_run().conninfo(role, name_);
}

pg::Endpoint TestDatabase::endpoint(std::string_view role) const {
    return {.conninfo = conninfo(role)};
}

void TestDatabase::run_script(std::string_view role, std::string_view sql) const {
    run_sql(conninfo(role), std::string{sql});
}

}  // namespace accubooks::testing
