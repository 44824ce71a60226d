#include "app/backup.h"

#include <algorithm>
#include <charconv>
#include <csignal>

#include <fmt/format.h>
#include <unistd.h>

#include "app/progress.h"
#include "app/run.h"
#include "app/startup.h"
#include "ops/backup_store.h"

namespace accubooks::app {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::refuse;
using base::Result;
using ops::BackupEvent;
using ops::BackupRepository;
using ops::BackupSet;

namespace {

constexpr std::string_view kScratch = "backup-check-";

/// A restore replays all the log since the backup.
constexpr std::chrono::hours kRecoveryPatience{24};

constexpr pg::Statement kReplayed{
    .name = "app.last_replayed",
    .text = "select pg_catalog.pg_last_xact_replay_timestamp()",
};

base::Deadline soon() {
    return base::deadline_in(std::chrono::seconds{30});
}

base::Task<bool> record(pg::Pool& pool, BackupEvent event) {
    pg::Lease lease = co_await pool.acquire(soon());
    co_await ops::record_backup_event(*lease, std::move(event), soon());
    co_return true;
}

base::Task<std::optional<base::Instant>> replayed(pg::Pool& pool) {
    pg::Lease lease = co_await pool.acquire(soon());
    const pg::Rows rows = co_await lease->execute(kReplayed, {}, soon());
    co_return rows[0].get<std::optional<base::Instant>>(0);
}

base::Task<ops::BackupState> state_of(pg::Pool& pool) {
    pg::Lease lease = co_await pool.acquire(soon());
    co_return co_await ops::load_backup_state(*lease, soon());
}

Result<BackupSet> choose(
    const BackupRepository& repository, const std::optional<std::string>& label
) {
    AB_TRY(sets, repository.list());
    if (!label) {
        return ops::backup_before(sets, std::nullopt);
    }
    const auto found = std::ranges::find(sets, *label, &BackupSet::label);
    if (found == sets.end()) {
        return refuse(
            ErrorKind::not_found,
            "backup.unknown",
            fmt::format("There is no backup {}; accubooks backup list names them.", *label)
        );
    }
    return *found;
}

/// A folder for one check, gone with the object.
class Scratch {
public:
    explicit Scratch(const fs::path& data_dir)
        : folder_{data_dir / fmt::format("{}{}", kScratch, getpid())} {
        sweep(data_dir);
    }
    ~Scratch() { remove(folder_); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    const fs::path& folder() const { return folder_; }

private:
    /// What checks left behind whose program was killed, their servers included.
    static void sweep(const fs::path& data_dir) {
        std::error_code unreadable;
        for (fs::directory_iterator each{data_dir, unreadable}, end; !unreadable && each != end;
             each.increment(unreadable)) {
            const std::string name = each->path().filename().string();
            if (!name.starts_with(kScratch)) {
                continue;
            }
            pid_t pid = 0;
            const char* const digits = name.data() + kScratch.size();
            std::from_chars(digits, name.data() + name.size(), pid);
            if (pid <= 0 || pid == getpid() || kill(pid, 0) != 0) {
                // Taking hold of it finds a server that still runs; letting go stops it.
                if (auto held = pg::LocalCluster::hold({.data_dir = each->path()})) {
                    [[maybe_unused]] const auto stopped = (*held)->stop();
                }
                remove(each->path());
            }
        }
    }

    static void remove(const fs::path& folder) {
        std::error_code error;
        fs::remove_all(folder, error);
        if (error) {
            say(fmt::format("{} can't be removed: {}.", folder.string(), error.message()));
        }
    }

    fs::path folder_;
};

Result<BackupCheck> check_in(
    const fs::path& folder, const BackupRepository& repository, const BackupSet& set
) {
    AB_TRY(cluster, pg::LocalCluster::hold({.data_dir = folder, .patience = kRecoveryPatience}));
    {
        Progress progress{"Restoring"};
        const ops::BackupRepository::Target target{
            .label = set.label, .into = cluster->data(), .home = cluster->data()
        };
        AB_CHECK(repository.restore(target, [&progress](double share) { progress.show(share); }));
    }
    AB_CHECK(cluster->start_again());
    AB_TRY(scratch, Workbench::beside(folder));
    BackupCheck check{.set = set, .books = {}};
    check.last_transaction_at = last_transaction_at(*scratch);
    check.books = verify_tenants(
        *scratch, run(scratch->io(), scratch->directory().all_tenants(command_deadline()))
    );
    if (check.books.breaches != 0) {
        return refuse(
            ErrorKind::conflict,
            "backup.breaches",
            fmt::format(
                "The books in backup {} don't verify: {}", set.label, to_string(check.books)
            )
        );
    }
    return check;
}

}  // namespace

std::optional<base::Instant> last_transaction_at(Workbench& workbench) {
    return run(workbench.io(), replayed(workbench.ops()));
}

Result<BackupRepository> open_backups(
    const fs::path& data_dir, const std::optional<fs::path>& config
) {
    AB_TRY(sources, read_sources(settings_file({.data_dir = data_dir}, config)));
    AB_TRY(values, ops::starting_values(sources));
    return BackupRepository::open(BackupRepository::place_of(data_dir, values));
}

Result<BackupSet> take_backup(Workbench& workbench, const BackupRepository& repository) {
    BackupEvent event{
        .kind = BackupEvent::Kind::backup,
        .started_at = workbench.clock().now(),
        .actor = command_line_actor(),
        .detail = "",
    };
    Result<BackupSet> taken = [&repository] {
        Progress progress{"Backing up"};
        return repository.take([&progress](double share) { progress.show(share); });
    }();
    if (taken && taken->has_errors) {
        taken = refuse(
            ErrorKind::conflict,
            "backup.damaged",
            fmt::format(
                "Backup {} holds pages whose checksums are wrong, so the database's own files are "
                "damaged; restore an earlier backup, and look at the disk.",
                taken->label
            )
        );
    }
    event.is_good = taken.has_value();
    if (taken) {
        event.label = taken->label;
        event.bytes = taken->bytes;
    } else {
        event.detail = taken.error().detail;
    }
    run(workbench.io(), record(workbench.ops(), std::move(event)));
    return taken;
}

Result<BackupCheck> check_backup(
    Workbench& workbench,
    const BackupRepository& repository,
    const std::optional<std::string>& label
) {
    AB_TRY(set, choose(repository, label));
    BackupEvent event{
        .kind = BackupEvent::Kind::check,
        .label = set.label,
        .started_at = workbench.clock().now(),
        .bytes = set.bytes,
        .actor = command_line_actor(),
        .detail = "",
    };
    const Scratch scratch{repository.place().data_dir};
    auto checked = check_in(scratch.folder(), repository, set);
    event.is_good = checked.has_value();
    event.detail = checked ? to_string(checked->books) : checked.error().detail;
    run(workbench.io(), record(workbench.ops(), std::move(event)));
    return checked;
}

void make_first_backup(
    const fs::path& data_dir,
    const std::optional<fs::path>& config,
    const std::function<bool()>& is_stopping
) {
    const auto make = [&]() -> Result<void> {
        AB_TRY(workbench, Workbench::beside(data_dir));
        const auto state = run(workbench->io(), state_of(workbench->ops()));
        if (state.last_good_check) {
            return {};
        }
        AB_TRY(repository, open_backups(data_dir, config));
        say("Taking a first backup and checking it.");
        AB_TRY(taken, take_backup(*workbench, repository));
        if (is_stopping()) {
            return {};
        }
        AB_TRY(checked, check_backup(*workbench, repository, std::nullopt));
        say(fmt::format("Backup {} is good.", checked.set.label));
        return {};
    };
    try {
        if (const auto made = make(); !made) {
            complain(made.error());
        }
    } catch (const std::exception& failure) {
        say(fmt::format("accubooks: the first backup ended early: {}", failure.what()));
    }
}

}  // namespace accubooks::app
