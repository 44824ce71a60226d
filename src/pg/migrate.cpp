#include "pg/migrate.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "base/digest.h"
#include "pg/internal/migration_text.h"

namespace accubooks::pg {

namespace asio = boost::asio;
using base::ErrorKind;
using base::refuse;

namespace {

constexpr std::chrono::milliseconds kLockPoll{50};
constexpr std::chrono::seconds kLockAnswer{2};

constexpr Statement kTryLock{
    .name = "migrate.try_lock",
    .text = "select pg_try_advisory_lock(hashtext('accubooks.migrate'))",
};
constexpr Statement kUnlock{
    .name = "migrate.unlock",
    .text = "select pg_advisory_unlock(hashtext('accubooks.migrate'))",
};

/// The program's own bookkeeping; the roles are granted to where they exist.
constexpr std::string_view kBookkeeping = R"sql(
begin;
create schema if not exists platform;
create table if not exists platform.schema_migration (
    name text primary key,
    checksum bytea not null,
    applied_at timestamptz not null default clock_timestamp()
);
create table if not exists platform.schema_function (
    name text primary key,
    checksum bytea not null,
    applied_at timestamptz not null default clock_timestamp()
);
do $$
declare
    reader name;
begin
    for reader in select rolname from pg_roles where rolname in ('accubooks_app', 'accubooks_ops') loop
        execute format('grant usage on schema platform to %I', reader);
        execute format('grant select on platform.schema_migration, platform.schema_function to %I', reader);
    end loop;
end
$$;
commit;
)sql";

constexpr Statement kHasBookkeeping{
    .name = "migrate.has_bookkeeping",
    .text =
        "select to_regclass('platform.schema_migration') is not null "
        "and to_regclass('platform.schema_function') is not null",
};
constexpr Statement kAppliedMigrations{
    .name = "migrate.applied_migrations",
    .text = "select name, checksum from platform.schema_migration order by name",
};
constexpr Statement kAppliedFunctions{
    .name = "migrate.applied_functions",
    .text = "select name, checksum from platform.schema_function order by name",
};
constexpr Statement kRecordMigration{
    .name = "migrate.record_migration",
    .text = "insert into platform.schema_migration (name, checksum) values ($1, $2)",
};
constexpr Statement kRecordFunction{
    .name = "migrate.record_function",
    .text =
        "insert into platform.schema_function (name, checksum) values ($1, $2) "
        "on conflict (name) do update set checksum = excluded.checksum, "
        "applied_at = excluded.applied_at",
};
constexpr Statement kBegin{.name = "migrate.begin", .text = "begin"};
constexpr Statement kRollback{.name = "migrate.rollback", .text = "rollback"};
/// Functions may call each other whatever the order of their files.
constexpr Statement kDontCheckBodies{
    .name = "migrate.dont_check_bodies",
    .text = "set local check_function_bodies = off",
};

using Applied = std::map<std::string, base::Digest, std::less<>>;

/// Both halves of the plan: what must be done to a database in this state.
struct Plan {
    int from_version = 0;
    std::vector<SchemaFile> migrations;
    std::vector<SchemaFile> functions;
};

int version_of(std::string_view name) {
    int version = 0;
    std::from_chars(name.data(), name.data() + name.size(), version);
    return version;
}

base::Task<Applied> read_applied(
    Connection& connection, const Statement& statement, base::Deadline deadline
) {
    const Rows rows = co_await connection.execute(statement, {}, deadline);
    Applied applied;
    for (int row = 0; row < rows.size(); ++row) {
        applied.emplace(rows[row].get<std::string>(0), rows[row].get<base::Digest>(1));
    }
    co_return applied;
}

base::Result<Plan> plan_of(
    const std::vector<SchemaFile>& migrations,
    const std::vector<SchemaFile>& functions,
    const Applied& applied_migrations,
    const Applied& applied_functions
) {
    Plan plan;
    for (const auto& [name, checksum] : applied_migrations) {
        if (std::ranges::find(migrations, name, &SchemaFile::name) == migrations.end()) {
            return refuse(
                ErrorKind::conflict,
                "migrate.newer_database",
                fmt::format(
                    "The database has the migration {}, which this program doesn't know; "
                    "use the newer program.",
                    name
                )
            );
        }
        plan.from_version = std::max(plan.from_version, version_of(name));
    }
    for (const SchemaFile& file : migrations) {
        const auto found = applied_migrations.find(file.name);
        const bool is_applied = found != applied_migrations.end();
        const bool is_intact = is_applied && found->second == base::sha256(file.text);
        if (is_applied ? !is_intact : version_of(file.name) <= plan.from_version) {
            return refuse(
                ErrorKind::conflict,
                "migrate.changed_migration",
                fmt::format(
                    "The migration {} {}; migrations only go forward: undo that and add a new one.",
                    file.name,
                    is_applied ? "was changed after it was applied"
                               : "comes before others that were applied already"
                )
            );
        }
        if (!is_applied) {
            plan.migrations.push_back(file);
        }
    }
    for (const SchemaFile& file : functions) {
        const auto found = applied_functions.find(file.name);
        if (found == applied_functions.end() || found->second != base::sha256(file.text)) {
            plan.functions.push_back(file);
        }
    }
    return plan;
}

base::Task<base::Result<Plan>> read_plan(
    Connection& connection,
    const std::vector<SchemaFile>& migrations,
    const std::vector<SchemaFile>& functions,
    base::Deadline deadline
) {
    const Applied applied_migrations =
        co_await read_applied(connection, kAppliedMigrations, deadline);
    const Applied applied_functions =
        co_await read_applied(connection, kAppliedFunctions, deadline);
    co_return plan_of(migrations, functions, applied_migrations, applied_functions);
}

base::Task<base::Result<void>> run_file(
    Connection& connection, SchemaFile file, base::Deadline deadline
) {
    for (const MigrationChunk& chunk : chunks_of(file.text)) {
        std::vector<std::int64_t> counts;
        try {
            counts = co_await connection.run_script(chunk.text, deadline);
        } catch (const Failure& failure) {
            throw failure.within(file.name);
        }
        if (chunk.rows_expected && (counts.empty() || counts.front() != *chunk.rows_expected)) {
            co_return refuse(
                ErrorKind::conflict,
                "migrate.wrong_row_count",
                fmt::format(
                    "{}: a statement touched {} rows where {} were expected; nothing of the file "
                    "was kept.",
                    file.name,
                    counts.empty() ? 0 : counts.front(),
                    *chunk.rows_expected
                )
            );
        }
    }
    co_return base::Result<void>{};
}

base::Task<base::Result<void>> apply_migration(
    Connection& connection, SchemaFile file, base::Deadline deadline
) {
    co_await connection.execute(kBegin, {}, deadline);
    AB_CO_CHECK(co_await run_file(connection, file, deadline));
    auto record = Params::of(file.name, base::sha256(file.text));
    co_await connection.execute(kRecordMigration, std::move(record), deadline);
    co_await connection.commit(deadline);
    co_return base::Result<void>{};
}

base::Task<base::Result<void>> apply_functions(
    Connection& connection, std::vector<SchemaFile> files, base::Deadline deadline
) {
    if (files.empty()) {
        co_return base::Result<void>{};
    }
    co_await connection.execute(kBegin, {}, deadline);
    co_await connection.execute(kDontCheckBodies, {}, deadline);
    for (const SchemaFile& file : files) {
        AB_CO_CHECK(co_await run_file(connection, file, deadline));
        auto record = Params::of(file.name, base::sha256(file.text));
        co_await connection.execute(kRecordFunction, std::move(record), deadline);
    }
    co_await connection.commit(deadline);
    co_return base::Result<void>{};
}

base::Task<base::Result<MigrationReport>> migrate_locked(
    Connection& connection,
    const std::vector<SchemaFile>& migrations,
    const std::vector<SchemaFile>& functions,
    base::Deadline deadline
) {
    const Rows state = co_await connection.execute(kHasBookkeeping, {}, deadline);
    if (!state[0].get<bool>(0)) {
        co_await connection.run_script(kBookkeeping, deadline);
    }
    AB_CO_TRY(plan, co_await read_plan(connection, migrations, functions, deadline));
    MigrationReport report{
        .from_version = plan.from_version, .to_version = plan.from_version, .applied = {}
    };
    for (const SchemaFile& file : plan.migrations) {
        AB_CO_CHECK(co_await apply_migration(connection, file, deadline));
        report.to_version = version_of(file.name);
        report.applied.emplace_back(file.name);
    }
    AB_CO_CHECK(co_await apply_functions(connection, plan.functions, deadline));
    for (const SchemaFile& file : plan.functions) {
        report.applied.emplace_back(file.name);
    }
    co_return report;
}

base::Task<bool> lock(Connection& connection, base::Deadline deadline) {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    while (std::chrono::steady_clock::now() < deadline) {
        // One answer may take longer than what is left; the next turn gives up.
        const auto patience = std::max(deadline, base::deadline_in(kLockAnswer));
        const Rows rows = co_await connection.execute(kTryLock, {}, patience);
        if (rows[0].get<bool>(0)) {
            co_return true;
        }
        timer.expires_after(kLockPoll);
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_return false;
}

/// Leaves the connection as it was found: without a transaction and without the lock.
base::Task<void> unlock(Connection& connection, base::Deadline deadline) {
    if (connection.is_usable() && connection.in_transaction()) {
        co_await connection.execute(kRollback, {}, deadline);
    }
    if (connection.is_usable()) {
        co_await connection.execute(kUnlock, {}, deadline);
    }
}

}  // namespace

base::Task<base::Result<MigrationReport>> migrate(
    Connection& connection,
    const std::vector<SchemaFile>& migrations,
    const std::vector<SchemaFile>& functions,
    base::Deadline deadline
) {
    if (!co_await lock(connection, deadline)) {
        co_return refuse(
            ErrorKind::conflict,
            "migrate.busy",
            "Another program is migrating this database; try again when it is done."
        );
    }
    std::optional<Failure> failure;
    base::Result<MigrationReport> report{};
    try {
        report = co_await migrate_locked(connection, migrations, functions, deadline);
    } catch (const Failure& thrown) {
        failure = thrown;
    }
    co_await unlock(connection, deadline);
    if (failure && failure->sqlstate() == "42501") {
        co_return refuse(
            ErrorKind::forbidden,
            "migrate.not_permitted",
            fmt::format("{}; migrate as the owner of the database.", failure->what())
        );
    }
    if (failure) {
        throw *failure;
    }
    co_return report;
}

base::Task<base::Result<void>> check_schema(
    Connection& connection,
    const std::vector<SchemaFile>& migrations,
    const std::vector<SchemaFile>& functions,
    base::Deadline deadline
) {
    const Rows state = co_await connection.execute(kHasBookkeeping, {}, deadline);
    Plan plan{.from_version = 0, .migrations = migrations, .functions = functions};
    if (state[0].get<bool>(0)) {
        AB_CO_TRY(due, co_await read_plan(connection, migrations, functions, deadline));
        plan = std::move(due);
    }
    if (!plan.migrations.empty() || !plan.functions.empty()) {
        co_return refuse(
            ErrorKind::conflict,
            "migrate.older_database",
            fmt::format(
                "The database is behind this program by {} file(s); run `accubooks migrate`.",
                plan.migrations.size() + plan.functions.size()
            )
        );
    }
    co_return base::Result<void>{};
}

}  // namespace accubooks::pg
