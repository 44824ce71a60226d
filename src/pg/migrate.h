#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "pg/connection.h"

namespace accubooks::pg {

/// One file of db/migrations (`NNNN_what.sql`, forward only) or db/functions (re-created when its text changes).
/// They are compiled into the program, so that a binary always carries its own schema.
struct SchemaFile {
    std::string_view name;
    std::string_view text;
};

struct MigrationReport {
    int from_version = 0;
    int to_version = 0;
    std::vector<std::string> applied;  // files, in order
};

/// Brings the database up to this program's schema, under an advisory lock, each migration in its own transaction.
/// A migration may state `-- expect-rows: N` after a data statement's comment; another count fails it.
/// Errors: `migrate.newer_database` when the database has migrations this program doesn't know,
/// `migrate.changed_migration` when an applied file's checksum differs, `migrate.not_permitted`.
base::Task<base::Result<MigrationReport>> migrate(
    Connection& connection,
    const std::vector<SchemaFile>& migrations,
    const std::vector<SchemaFile>& functions,
    base::Deadline deadline
);

/// Whether the database is at this program's schema, without changing it. Errors as above, and
/// `migrate.older_database` when `accubooks migrate` is due.
base::Task<base::Result<void>> check_schema(
    Connection& connection, const std::vector<SchemaFile>& migrations, base::Deadline deadline
);

}  // namespace accubooks::pg
