#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "ops/backup_set.h"
#include "ops/setting.h"

namespace accubooks::ops {

/// The backups of a data folder's private cluster, by pgBackRest: full ones, and every finished
/// segment of the server's log, so that any moment since the oldest backup can be restored.
///
/// pgBackRest runs as the server's own account, with a configuration of its own below the data
/// folder (`DIR/pgbackrest`), and nothing of /etc/pgbackrest. Blocking, for commands.
class BackupRepository {
public:
    struct Place {
        std::filesystem::path data_dir;
        std::filesystem::path directory;  // of the repository
        std::int64_t keep_full = 7;       // older ones, and the log of before them, are removed
    };
    /// What the settings `backup.directory` and `backup.keep_full` mean for a data folder.
    static Place place_of(const std::filesystem::path& data_dir, const Values& values);

    /// From 0 to 1; called now and then.
    using OnProgress = std::function<void(double)>;

    /// Writes pgBackRest's configuration. Errors: `backup.no_pgbackrest`, `cluster.absent`,
    /// `cluster.not_writable`, `cluster.disk_full`.
    static base::Result<BackupRepository> open(Place place);

    /// Takes a full backup of the cluster, which must be running. The first one makes the
    /// repository and has the server give its log to it from then on. Errors: `backup.busy`,
    /// `backup.archiving_off`, `backup.disk_full`, `backup.failed`.
    base::Result<BackupSet> take(const OnProgress& on_progress) const;

    /// The backups there are, the oldest first; none when there is no repository yet. Errors:
    /// `backup.failed`, `backup.bad_info`.
    base::Result<std::vector<BackupSet>> list() const;

    /// Which moment is restored.
    struct Target {
        std::string label;  // of the backup that it begins with
        /// All that was committed by then; none for all that there is.
        std::optional<base::Instant> to{};
        std::filesystem::path into;  // an absent folder, which becomes the cluster's
        std::filesystem::path home;  // where that will be when its server is started
    };
    /// Makes the folder what the cluster was; its server recovers when it is started. Every file is
    /// compared with its checksum. Errors: `backup.damaged`, `backup.busy`, `backup.disk_full`,
    /// `backup.failed`.
    base::Result<void> restore(const Target& target, const OnProgress& on_progress) const;

    /// Has the server give its log to the repository.
    base::Result<void> archive() const;
    /// Has the server keep its log until `archive` is called: while it isn't known whether a
    /// restored cluster stays, since its log would lead the next restore there.
    base::Result<void> withhold_log() const;

    /// Has the server throw its finished log away: no moment after the last segment that was taken
    /// can be restored until the next backup.
    static base::Result<void> stop_archiving(const std::filesystem::path& data_dir);

    const Place& place() const { return place_; }

private:
    explicit BackupRepository(Place place) : place_{std::move(place)} {}
    base::Result<void> write_configuration() const;
    base::Result<void> make_stanza() const;
    base::Result<std::string> run(
        std::vector<std::string> arguments, const OnProgress& on_progress = {}
    ) const;
    std::filesystem::path configuration() const;
    std::string shell_line(std::string_view options_and_command) const;

    Place place_;
};

}  // namespace accubooks::ops
