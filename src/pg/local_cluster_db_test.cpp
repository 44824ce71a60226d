#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pg/connection.h"
#include "pg/local_cluster.h"
#include "testing/run.h"

namespace accubooks::pg {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// A folder under /tmp that the server's account can go through; gone with the test.
class LocalClusterTest : public ::testing::Test {
protected:
    LocalClusterTest() {
        std::string pattern = "/tmp/accubooks-cluster-test-XXXXXX";
        folder_ = mkdtemp(pattern.data());
        chmod(folder_.c_str(), 0711);
    }
    ~LocalClusterTest() override { fs::remove_all(folder_); }

    /// Longer than a socket's path may be.
    fs::path data_dir() const { return folder_ / std::string(120, 'v'); }

    base::Result<std::unique_ptr<LocalCluster>> start() {
        return LocalCluster::start({
            .data_dir = data_dir(),
            .say = [this](std::string_view line) { said_ += std::string{line} + "\n"; },
        });
    }

    fs::path socket_dir() const {
        std::string path;
        std::getline(std::ifstream{data_dir() / "socket_dir"}, path);
        return path;
    }

    std::string code_of_start() {
        const auto cluster = start();
        return cluster ? "started" : std::string{cluster.error().code};
    }

    void write(const fs::path& path, std::string_view text) {
        fs::create_directories(path.parent_path());
        std::ofstream{path} << text;
    }

    fs::path folder_;
    std::string said_;
};

base::Task<std::string> query(std::string conninfo, std::string sql) {
    const auto deadline = base::deadline_in(20s);
    const auto connection = co_await Connection::open({.conninfo = std::move(conninfo)}, deadline);
    const Statement statement{.name = "test.query", .text = sql};
    const Rows rows = co_await connection->execute(statement, {}, deadline);
    co_return rows.empty() ? "" : rows[0].get<std::string>(0);
}

std::string ask(const LocalCluster& cluster, std::string_view role, std::string sql) {
    try {
        return testing::run(query(cluster.conninfo(role), std::move(sql)));
    } catch (const Failure& failure) {
        return fmt::format("failed {}", failure.sqlstate());
    }
}

pid_t postmaster_of(const fs::path& data_dir) {
    std::ifstream file{data_dir / "postgres" / "postmaster.pid"};
    pid_t pid = 0;
    file >> pid;
    return pid;
}

TEST_F(LocalClusterTest, MakesAClusterThatKeepsItsPromises) {
    const auto cluster = start();
    ASSERT_TRUE(cluster.has_value()) << cluster.error().detail;
    const auto setting = [&cluster](const std::string& name) {
        return ask(**cluster, "accubooks_app", fmt::format("select current_setting('{}')", name));
    };
    EXPECT_EQ(setting("data_checksums"), "on");
    EXPECT_EQ(setting("fsync"), "on");
    EXPECT_EQ(setting("synchronous_commit"), "on");
    EXPECT_EQ(setting("full_page_writes"), "on");
    EXPECT_EQ(setting("listen_addresses"), "");
    EXPECT_EQ(setting("max_connections"), "800");
    EXPECT_EQ(setting("server_encoding"), "UTF8");

    // It lets the program in as its roles and no further.
    for (const char* role : {"accubooks_app", "accubooks_ops", "accubooks_owner"}) {
        SCOPED_TRACE(role);
        EXPECT_EQ(ask(**cluster, role, "select current_user::text"), role);
        EXPECT_EQ(
            ask(**cluster,
                role,
                "select (rolsuper or rolcreatedb or rolcreaterole or rolbypassrls or "
                "rolreplication)::text from pg_roles where rolname = current_user"),
            "false"
        );
    }
    for (const char* role : {"accubooks_app", "accubooks_ops"}) {
        SCOPED_TRACE(role);
        EXPECT_EQ(ask(**cluster, role, "create temporary table t (n int)"), "failed 42501");
        EXPECT_EQ(ask(**cluster, role, "create table public.t (n int)"), "failed 42501");
        EXPECT_EQ(ask(**cluster, role, "create schema s"), "failed 42501");
        EXPECT_EQ(ask(**cluster, role, "set role accubooks_owner"), "failed 42501");
    }
    EXPECT_EQ(ask(**cluster, "accubooks_owner", "create schema s"), "");
    if (geteuid() == 0) {
        EXPECT_EQ(ask(**cluster, "postgres", "select '1'"), "failed 28000");
    }
}

TEST_F(LocalClusterTest, HoldsItsFolderAlone) {
    {
        const auto cluster = start();
        ASSERT_TRUE(cluster.has_value()) << cluster.error().detail;
        EXPECT_TRUE(LocalCluster::is_served(data_dir()));
        const auto second = start();
        ASSERT_FALSE(second.has_value());
        EXPECT_EQ(second.error().code, "cluster.in_use");
        EXPECT_NE(second.error().detail.find(std::to_string(getpid())), std::string::npos);
        const auto conninfo = LocalCluster::conninfo_of(data_dir(), "accubooks_ops");
        ASSERT_TRUE(conninfo.has_value());
        EXPECT_EQ(*conninfo, (*cluster)->conninfo("accubooks_ops"));
    }
    EXPECT_FALSE(LocalCluster::is_served(data_dir()));
    EXPECT_FALSE(fs::exists(data_dir() / "postgres" / "postmaster.pid"));
    EXPECT_FALSE(fs::exists(socket_dir()));
    EXPECT_EQ(code_of_start(), "started");
}

TEST_F(LocalClusterTest, TakesOverAServerThatStillRuns) {
    pid_t pid = 0;
    {
        const auto cluster = start();
        ASSERT_TRUE(cluster.has_value()) << cluster.error().detail;
        pid = postmaster_of(data_dir());
        (*cluster)->leave_running();
    }
    ASSERT_EQ(kill(pid, 0), 0);
    {
        const auto cluster = start();
        ASSERT_TRUE(cluster.has_value()) << cluster.error().detail;
        EXPECT_EQ(postmaster_of(data_dir()), pid);
        EXPECT_NE(said_.find("Taking over"), std::string::npos);
    }
    EXPECT_FALSE(fs::exists(data_dir() / "postgres" / "postmaster.pid"));
}

TEST_F(LocalClusterTest, RecoversWhatWasCommittedAfterTheServerWasKilled) {
    {
        const auto cluster = start();
        ASSERT_TRUE(cluster.has_value()) << cluster.error().detail;
        ask(**cluster, "accubooks_owner", "create table public.kept as select 'kept'::text as text"
        );
        kill(postmaster_of(data_dir()), SIGKILL);
    }
    // The number in its file may be another process's by then, as after a reboot.
    write(data_dir() / "postgres" / "postmaster.pid", fmt::format("{}\n", getppid()));
    const auto cluster = start();
    ASSERT_TRUE(cluster.has_value()) << cluster.error().detail;
    EXPECT_NE(said_.find("recovers"), std::string::npos);
    EXPECT_EQ(ask(**cluster, "accubooks_owner", "select text from public.kept"), "kept");
}

/// The state letter of a process, 'Z' for one that has ended and that nobody took leave of.
char state_of(pid_t pid) {
    std::ifstream file{fmt::format("/proc/{}/stat", pid)};
    std::string number;
    std::string name;
    char state = '-';
    file >> number >> name >> state;
    return state;
}

TEST_F(LocalClusterTest, StartsAgainWhereItsKilledServerIsStillInTheProcessTable) {
    pid_t pid = 0;
    {
        const auto cluster = start();
        ASSERT_TRUE(cluster.has_value()) << cluster.error().detail;
        pid = postmaster_of(data_dir());
        kill(pid, SIGKILL);
        (*cluster)->leave_running();
    }
    const auto until = std::chrono::steady_clock::now() + 60s;
    while (state_of(pid) != 'Z' && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(1ms);
    }
    ASSERT_EQ(state_of(pid), 'Z');
    const auto cluster = start();
    ASSERT_TRUE(cluster.has_value()) << cluster.error().detail;
    EXPECT_NE(postmaster_of(data_dir()), pid);
}

TEST_F(LocalClusterTest, NoticesThatItsServerDiedAndStartsItAgain) {
    const auto cluster = start();
    ASSERT_TRUE(cluster.has_value()) << cluster.error().detail;
    EXPECT_TRUE((*cluster)->is_running());
    ask(**cluster, "accubooks_owner", "create table public.kept as select 'kept'::text as text");
    kill(postmaster_of(data_dir()), SIGKILL);
    const auto until = std::chrono::steady_clock::now() + 60s;
    while ((*cluster)->is_running() && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(1ms);
    }
    EXPECT_FALSE((*cluster)->is_running());
    const auto again = (*cluster)->start_again({});
    ASSERT_TRUE(again.has_value()) << again.error().detail;
    EXPECT_TRUE((*cluster)->is_running());
    EXPECT_EQ(ask(**cluster, "accubooks_owner", "select text from public.kept"), "kept");
}

TEST_F(LocalClusterTest, StartsAgainAServerThatIsAboutToEnd) {
    const auto cluster = start();
    ASSERT_TRUE(cluster.has_value()) << cluster.error().detail;
    const pid_t killed = postmaster_of(data_dir());
    kill(killed, SIGKILL);
    // At once: it has left its folder or not, and nobody may take leave of it yet.
    const auto again = (*cluster)->start_again({});
    ASSERT_TRUE(again.has_value()) << again.error().detail;
    EXPECT_NE(postmaster_of(data_dir()), killed);
    EXPECT_EQ(ask(**cluster, "accubooks_app", "select 'up'::text"), "up");
}

TEST_F(LocalClusterTest, RefusesDataOfANewerVersion) {
    write(data_dir() / "version", "2\n");
    chmod(data_dir().c_str(), 0711);
    EXPECT_EQ(code_of_start(), "cluster.newer_version");
    write(data_dir() / "version", "1\n");
    write(data_dir() / "postgres" / "PG_VERSION", "16\n");
    EXPECT_EQ(code_of_start(), "cluster.newer_version");
    write(data_dir() / "postgres" / "PG_VERSION", "14\n");
    EXPECT_EQ(code_of_start(), "cluster.older_version");
}

TEST_F(LocalClusterTest, SaysWhatIsWrongWithAFolder) {
    write(data_dir(), "a file where the folder should be");
    EXPECT_EQ(code_of_start(), "cluster.not_writable");
}

TEST_F(LocalClusterTest, SaysThatTheServersAccountCannotEnterTheFolder) {
    if (geteuid() != 0) {
        GTEST_SKIP() << "only root runs the server as somebody else";
    }
    chmod(folder_.c_str(), 0700);
    EXPECT_EQ(code_of_start(), "cluster.unreachable_folder");
}

TEST_F(LocalClusterTest, SaysThatPostgresIsNotInstalled) {
    const auto cluster = LocalCluster::start({.data_dir = data_dir(), .bin_dir = "/nowhere"});
    ASSERT_FALSE(cluster.has_value());
    EXPECT_EQ(cluster.error().code, "cluster.no_postgres");
}

TEST_F(LocalClusterTest, TellsAFullDiskFromOtherTrouble) {
    struct Case {
        const char* says;
        const char* code;
    };
    const Case cases[] = {
        {"initdb: error: could not write: No space left on device", "cluster.disk_full"},
        {"initdb: error: something else", "cluster.start_failed"},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.says);
        const fs::path initdb = folder_ / "initdb";
        write(initdb, fmt::format("#!/bin/sh\necho '{}'\nexit 1\n", c.says));
        chmod(initdb.c_str(), 0755);
        const auto cluster = LocalCluster::start({.data_dir = data_dir(), .bin_dir = folder_});
        ASSERT_FALSE(cluster.has_value());
        EXPECT_EQ(cluster.error().code, c.code);
        EXPECT_FALSE(fs::exists(data_dir() / "postgres"));
    }
}

TEST_F(LocalClusterTest, SaysThatThereIsNoDatabase) {
    const auto conninfo = LocalCluster::conninfo_of(data_dir(), "accubooks_app");
    ASSERT_FALSE(conninfo.has_value());
    EXPECT_EQ(conninfo.error().code, "cluster.absent");
    EXPECT_FALSE(LocalCluster::is_served(data_dir()));
}

}  // namespace
}  // namespace accubooks::pg
