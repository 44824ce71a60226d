#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"

namespace accubooks::ops {

/// One full backup, as the repository knows it.
struct BackupSet {
    std::string label;  // pgBackRest's name of it: "20261127-150000F"
    base::Instant started_at{};
    base::Instant finished_at{};    // to the second; before that there is nothing to restore
    std::int64_t bytes = 0;         // of the cluster
    std::int64_t stored_bytes = 0;  // in the repository
    bool has_errors = false;        // pages whose checksum was wrong when it was taken
};

/// Reads what `pgbackrest info --output=json` prints about one stanza: its backups, the oldest
/// first. No stanza at all is no backup. Errors: `backup.bad_info`.
base::Result<std::vector<BackupSet>> parse_backup_info(std::string_view json);

/// The newest backup that was finished before `at`, so that the log of after it leads there;
/// without a time the newest. Errors: `backup.none`, `backup.too_early`.
base::Result<BackupSet> backup_before(
    const std::vector<BackupSet>& sets, std::optional<base::Instant> at
);

}  // namespace accubooks::ops
