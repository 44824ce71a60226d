#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/task.h"
#include "pg/connection.h"

namespace accubooks::ops {

/// What happened to the backups of a database; kept in it, insert-only.
struct BackupEvent {
    enum class Kind : std::uint8_t {
        backup,
        check,        // restored into a scratch folder, its books verified
        restore,      // the database as it is came out of a backup
        archive_gap,  // from here on the log was thrown away, until the next good backup
    };
    Kind kind = Kind::backup;
    bool is_good = false;
    std::optional<std::string> label{};  // of the backup
    base::Instant started_at{};
    base::Instant finished_at{};          // the database's own time; not the caller's to give
    std::optional<std::int64_t> bytes{};  // of the cluster
    std::string actor;
    std::string detail;  // what came of it, or why it failed; one sentence
};

std::string_view to_string(BackupEvent::Kind kind);

base::Task<void> record_backup_event(
    pg::Connection& connection, BackupEvent event, base::Deadline deadline
);

/// What is known about the backups of a database. What is missing is unknown, which is never good.
struct BackupState {
    std::optional<BackupEvent> last_backup{};  // the newest attempt
    std::optional<BackupEvent> last_good_backup{};
    std::optional<BackupEvent> last_check{};
    std::optional<BackupEvent> last_good_check{};
    std::optional<BackupEvent> last_restore{};
    /// Since when nothing after the last archived moment can be restored, if that is so.
    std::optional<BackupEvent> gap{};

    /// What a change asks for before it begins: the last backup was good, is younger than `age`,
    /// was itself restored and verified by the last check, and every moment since can be restored.
    bool is_ready_for_change(base::Instant now, std::chrono::microseconds age) const;
};

base::Task<BackupState> load_backup_state(pg::Connection& connection, base::Deadline deadline);

/// How PostgreSQL's archiver does, by its own account.
struct ArchiverState {
    std::optional<base::Instant> last_archived_at{};
    /// Since its last success it has failed; what it tries again and again.
    std::optional<std::string> failing_segment{};
};

base::Task<ArchiverState> archiver_state(pg::Connection& connection, base::Deadline deadline);

}  // namespace accubooks::ops
