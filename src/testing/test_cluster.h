#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pg/connection.h"

namespace accubooks::testing {

/// A real PostgreSQL for the tests of one program run: made at the first use, gone at exit, or
/// shared (below). It syncs nothing to disk and lets every role in without a password; otherwise it
/// is set up as a LocalCluster is.
///
/// What is costly (initdb, migrations) is done once per schema and kept in a folder under /tmp that
/// later runs copy.
class TestCluster {
public:
    /// For a run of many test programs (CTest starts one per case): a cluster that they all use,
    /// under a key that they find in the environment as ACCUBOOKS_TEST_CLUSTER. `start` replaces
    /// one that a run before left behind.
    static void start_shared(std::string_view key);
    static void stop_shared(std::string_view key);

    /// The run's cluster. Stops the test program with the reason when there can't be one.
    static const TestCluster& of_this_run();
    ~TestCluster();
    TestCluster(const TestCluster&) = delete;
    TestCluster& operator=(const TestCluster&) = delete;

    /// The connection string for a role (accubooks_owner, _app, _ops, or postgres, the superuser)
    /// and a database.
    std::string conninfo(std::string_view role, std::string_view database) const;

private:
    TestCluster();
    struct State;
    std::unique_ptr<State> state_;
};

/// A PostgreSQL of one test's own, to be stopped, crashed and configured. It has the roles and an
/// empty database. It ends with the thread that made it, so `start` belongs to that one too.
class TestServer {
public:
    using Settings = std::vector<std::pair<std::string, std::string>>;

    /// `settings` go over those that TestCluster has.
    explicit TestServer(Settings settings = {});
    ~TestServer();
    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;

    enum class Stop : std::uint8_t { fast, immediate };
    void stop(Stop how);
    void start();

    std::string conninfo(std::string_view role) const;
    std::string socket() const;  // its path
    std::string log() const;     // all of it until now
    /// Runs SQL as the superuser.
    void run_script(std::string_view sql) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// A database of the test's own. Destroyed with the object.
class TestDatabase {
public:
    /// `migrated` has the program's schema, all migrations and functions applied by
    /// accubooks_owner; `empty` has the roles and nothing else.
    enum class Kind : std::uint8_t { migrated, empty };

    explicit TestDatabase(Kind kind = Kind::migrated);
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    const std::string& name() const { return name_; }
    std::string conninfo(std::string_view role) const;
    /// Where `role` connects, e.g. for a Pool.
    pg::Endpoint endpoint(std::string_view role) const;
    /// Runs SQL as `role` on a connection of its own, for what a test arranges. Throws pg::Failure.
    void run_script(std::string_view role, std::string_view sql) const;

private:
    std::string name_;
};

}  // namespace accubooks::testing
