#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "interchange/csv_mapping.h"
#include "pg/tenant_transaction.h"

namespace accubooks::interchange {

/// A mapping that a tenant keeps under a name.
struct SavedMapping {
    std::string name;
    CsvMapping mapping;
    std::string saved_by{};
    base::Instant saved_at{};
};

/// How many mappings a tenant keeps at most.
inline constexpr std::int64_t kMappingsMax = 100;

/// What a mapping may be called: 1 to 100 characters of plain text. Errors:
/// `import.bad_mapping`.
base::Result<void> check_mapping_name(std::string_view name);

/// Saves it over what was there under this name. Errors: `import.too_many_mappings` (409).
base::Task<base::Result<void>> save_mapping(
    pg::TenantTransaction& transaction, SavedMapping mapping
);

/// Errors: `import.no_mapping`, `import.bad_mapping` for what can't be a name.
base::Task<base::Result<void>> remove_mapping(pg::TenantTransaction& transaction, std::string name);

/// Errors: `import.no_mapping`, `import.bad_mapping` for what can't be a name.
base::Task<base::Result<SavedMapping>> load_mapping(
    pg::TenantTransaction& transaction, std::string name
);

/// By name, up to `limit`, those after `after`.
base::Task<std::vector<SavedMapping>> list_mappings(
    pg::TenantTransaction& transaction, std::optional<std::string> after, std::int64_t limit
);

}  // namespace accubooks::interchange
