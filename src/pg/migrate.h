#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "pg/connection.h"

namespace accubooks::pg {

/// One file of db/migrations (`NNNN_what.sql`, forward only) or db/functions (re-created when its
/// text changes). They are compiled into the program (pg/schema.h), so that a binary always carries
/// its own schema.
struct SchemaFile {
    std::string_view name;
    std::string_view text;
};

struct MigrationReport {
    int from_version =
        0;  // the number of the last migration applied before; 0 for an empty database
    int to_version = 0;
    std::vector<std::string> applied;  // files, in order
};

/// Brings the database up to this program's schema, under an advisory lock, each migration in its
/// own transaction, then all changed functions in one. The connection's role owns what is made.
///
/// A line `-- expect-rows: N` in front of a statement that changes data fails the migration when
/// the statement touches another number of rows: under forced row security an update without a
/// tenant touches none and says nothing.
///
/// Errors: `migrate.newer_database` when the database has migrations this program doesn't know,
/// `migrate.changed_migration` when an applied file has changed or files don't follow on each
/// other, `migrate.wrong_row_count`, `migrate.not_permitted`, `migrate.busy` when another program
/// migrates until the deadline. A file with an SQL error throws Failure with the file's name and
/// line.
base::Task<base::Result<MigrationReport>> migrate(
    Connection& connection,
    const std::vector<SchemaFile>& migrations,
    const std::vector<SchemaFile>& functions,
    base::Deadline deadline
);

/// Whether the database is at this program's schema, without changing it. Errors as above, and
/// `migrate.older_database` when `accubooks migrate` is due.
base::Task<base::Result<void>> check_schema(
    Connection& connection,
    const std::vector<SchemaFile>& migrations,
    const std::vector<SchemaFile>& functions,
    base::Deadline deadline
);

}  // namespace accubooks::pg
