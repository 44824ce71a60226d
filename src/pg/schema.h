#pragma once

#include <vector>

#include "pg/migrate.h"

namespace accubooks::pg {

/// db/migrations/*.sql as they were when the program was built, in order.
const std::vector<SchemaFile>& schema_migrations();

/// db/functions/*.sql likewise.
const std::vector<SchemaFile>& schema_functions();

}  // namespace accubooks::pg
