#pragma once

#include <functional>
#include <string_view>

#include <boost/asio/io_context.hpp>

#include "app/database.h"
#include "base/clock.h"
#include "base/ids.h"
#include "identity/directory.h"
#include "identity/password.h"
#include "pg/pool.h"

namespace accubooks::app {

/// What a command other than `serve` works with: the database and small pools on the calling
/// thread.
class Workbench {
public:
    /// Joins the database and brings its schema up to date. Errors: those of Database.
    static base::Result<std::unique_ptr<Workbench>> open(
        const DatabaseOptions& options, WhenAbsent when_absent
    );
    /// Works on a data folder's running cluster that the caller holds, migrated first.
    static base::Result<std::unique_ptr<Workbench>> beside(const std::filesystem::path& data_dir);
    ~Workbench();
    Workbench(const Workbench&) = delete;
    Workbench& operator=(const Workbench&) = delete;

    const Database& database() const { return database_; }
    boost::asio::io_context& io() { return io_; }
    /// Where the private cluster lives; empty for a server of the operator's own.
    const std::filesystem::path& data_dir() const { return database_.data_dir(); }
    pg::Pool& app() { return app_; }
    pg::Pool& ops() { return ops_; }
    const base::Clock& clock() const { return clock_; }
    identity::Directory& directory() { return directory_; }

private:
    explicit Workbench(Database database);
    static base::Result<std::unique_ptr<Workbench>> made_ready(Database database);

    Database database_;
    base::SystemClock clock_;
    boost::asio::io_context io_{1};
    pg::Pool app_;
    pg::Pool ops_;
    identity::PasswordHasher hasher_;
    identity::Directory directory_;
};

/// Sentences for the person at the terminal, to standard error; here and in `complain` as
/// base::printable shows them, since they may quote what others wrote.
void say(std::string_view sentence);

/// "accubooks: …" with the fields that were wrong.
void complain(const base::Error& error);

/// How long a command may work on the database.
base::Deadline command_deadline();

/// Who works at the command line: "cli:" and the system user's name.
std::string command_line_actor();

}  // namespace accubooks::app
