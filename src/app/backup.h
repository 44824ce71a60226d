#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "app/database.h"
#include "app/options.h"
#include "app/verify_command.h"
#include "app/workbench.h"
#include "base/error.h"
#include "ops/backup_repository.h"

namespace accubooks::app {

/// The backups of a data folder, as its settings (file and environment) place them. Errors: those
/// of ops/sources.h and BackupRepository::open.
base::Result<ops::BackupRepository> open_backups(
    const std::filesystem::path& data_dir, const std::optional<std::filesystem::path>& config
);

/// Takes a full backup with a bar on standard error, and records it, good or failed. Errors: those
/// of BackupRepository::take.
base::Result<ops::BackupSet> take_backup(
    Workbench& workbench, const ops::BackupRepository& repository
);

/// What was found in a backup.
struct BackupCheck {
    ops::BackupSet set;
    VerifiedBooks books;
    std::optional<base::Instant> last_transaction_at{};  // up to which the log led
};

/// Restores a backup, the newest if none is named, and all the log after it into a scratch folder,
/// verifies the books there, removes the folder, and records what came of it. Errors: those of
/// BackupRepository::restore, `backup.none`, `backup.unknown`, `backup.breaches`.
base::Result<BackupCheck> check_backup(
    Workbench& workbench,
    const ops::BackupRepository& repository,
    const std::optional<std::string>& label
);

/// Up to when the server that runs recovered from its log; none when it didn't since its start.
std::optional<base::Instant> last_transaction_at(Workbench& workbench);

/// For `serve --first-backup`, beside the serving: takes and checks a backup where there is no
/// checked one yet, and no more of it once `is_stopping`. A failure is a sentence on standard error
/// and in the records.
void make_first_backup(
    const std::filesystem::path& data_dir,
    const std::optional<std::filesystem::path>& config,
    const std::function<bool()>& is_stopping
);

}  // namespace accubooks::app
