#include "app/restore_command.h"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>

#include "app/audit_command.h"
#include "app/backup.h"
#include "app/progress.h"
#include "app/run.h"
#include "app/startup.h"
#include "ledger/epoch_store.h"
#include "ops/backup_store.h"
#include "pg/server_command.h"

namespace accubooks::app {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::refuse;
using base::Result;
using ledger::LedgerEnd;

namespace {

constexpr std::chrono::hours kRecoveryPatience{24};
constexpr std::size_t kTenantsToldMax = 20;

/// A transaction with a number and no content: its commit is in the log.
constexpr pg::Statement kCommitNothing{
    .name = "app.commit_nothing",
    .text = "select pg_catalog.pg_current_xact_id()::text",
};

base::Deadline soon() {
    return base::deadline_in(std::chrono::seconds{30});
}

/// Every program that uses the folder's cluster has a share in its use, and this one has all.
Result<ClusterUse> use_alone(const fs::path& data_dir) {
    AB_TRY(use, ClusterUse::join(data_dir));
    base::ensure(use.has_value(), "the folder is held, so it is there and writable");
    if (!use->is_last()) {
        return refuse(
            ErrorKind::conflict,
            "backup.in_use",
            fmt::format(
                "Another accubooks works on {}; a restore replaces its database, so wait for its "
                "end.",
                data_dir.string()
            )
        );
    }
    return std::move(*use);
}

base::Task<std::vector<LedgerEnd>> ends_of(Workbench& workbench) {
    const auto tenants = co_await workbench.directory().all_tenants(command_deadline());
    co_return co_await ledger::ledger_ends(workbench.app(), tenants, command_deadline());
}

base::Task<bool> commit_nothing(pg::Pool& pool) {
    pg::Lease lease = co_await pool.acquire(soon());
    co_await lease->execute(kCommitNothing, {}, soon());
    co_return true;
}

base::Task<std::vector<ledger::OpenedEpoch>> open_epochs(
    const Database& database, ledger::Restored restored
) {
    const auto owner = co_await pg::Connection::open(database.endpoint(Role::owner), soon());
    co_return co_await ledger::open_epochs(*owner, std::move(restored), command_deadline());
}

base::Task<bool> record(pg::Pool& pool, ops::BackupEvent event) {
    pg::Lease lease = co_await pool.acquire(soon());
    co_await ops::record_backup_event(*lease, std::move(event), soon());
    co_return true;
}

class Restore {
public:
    Restore(const BackupOptions& options, fs::path data_dir, pg::LocalCluster& cluster)
        : options_{options}, data_dir_{std::move(data_dir)}, cluster_{cluster} {}

    Result<void> run();

private:
    void put_back();
    void leave_present();
    Result<ops::BackupRepository::Target> target(const ops::BackupRepository& repository) const;
    Result<void> replace();
    Result<void> start();
    Result<void> accept(const std::string& label);
    void go_on_with_the_log() const;
    void tell(const std::string& label, const std::vector<ledger::OpenedEpoch>& epochs) const;

    fs::path mark() const { return pg::LocalCluster::restore_mark(data_dir_); }
    fs::path fresh() const { return data_dir_ / "postgres.restored"; }

    const BackupOptions& options_;
    fs::path data_dir_;
    pg::LocalCluster& cluster_;
    base::SystemClock clock_;
    std::vector<LedgerEnd> before_;
    fs::path aside_;  // the cluster as it was; empty where there was none
    std::optional<base::Instant> last_transaction_at_;
    VerifiedBooks books_;
};

/// What a restore that was cut off, or has failed, leaves: the cluster as it was.
void Restore::put_back() {
    if (!fs::exists(mark())) {
        return;
    }
    std::string aside;
    std::ifstream{mark()} >> aside;
    if (!aside.empty() && fs::exists(data_dir_ / aside)) {
        fs::remove_all(cluster_.data());
        fs::rename(data_dir_ / aside, cluster_.data());
    } else if (aside.empty()) {
        fs::remove_all(cluster_.data());
    }
    fs::remove(mark());
}

/// Has the present cluster archive all that it has, and remembers where its books end. A cluster
/// that is too damaged to start is what restores are for.
void Restore::leave_present() {
    if (!fs::exists(cluster_.data())) {
        return;
    }
    const auto look = [this]() -> Result<void> {
        AB_CHECK(cluster_.start_again());
        AB_TRY(workbench, Workbench::beside(data_dir_));
        before_ = app::run(workbench->io(), ends_of(*workbench));
        // So that the log goes beyond any moment that can be asked for.
        app::run(workbench->io(), commit_nothing(workbench->ops()));
        return {};
    };
    Result<void> looked;
    try {
        looked = look();
    } catch (const std::exception& failure) {
        looked = refuse(ErrorKind::invalid, "backup.failed", failure.what());
    }
    // A stop in order archives what is left of the log.
    const auto stopped = cluster_.stop();
    if (!looked) {
        before_.clear();
        say(fmt::format(
            "The database as it is can't be read, so what it hasn't archived is lost: {}",
            looked.error().detail
        ));
    }
    if (!stopped) {
        say(stopped.error().detail);
    }
}

Result<ops::BackupRepository::Target> Restore::target(const ops::BackupRepository& repository
) const {
    AB_TRY(sets, repository.list());
    AB_TRY(set, ops::backup_before(sets, options_.to));
    return ops::BackupRepository::Target{
        .label = set.label, .to = options_.to, .into = fresh(), .home = cluster_.data()
    };
}

Result<void> Restore::replace() {
    if (fs::exists(cluster_.data())) {
        std::string at = base::to_rfc3339(clock_.now()).substr(0, 19);
        std::erase_if(at, [](char letter) { return letter == '-' || letter == ':'; });
        aside_ = data_dir_ / fmt::format("postgres.before-{}Z", at);
    }
    AB_CHECK(pg::write_server_file(mark(), aside_.filename().string() + "\n"));
    if (!aside_.empty()) {
        fs::rename(cluster_.data(), aside_);
    }
    fs::rename(fresh(), cluster_.data());
    return {};
}

Result<void> Restore::start() {
    say("Replaying the log.");
    auto started = cluster_.start_again();
    if (!started && started.error().detail.find("before configured recovery target was reached") !=
                        std::string::npos) {
        return refuse(
            ErrorKind::invalid,
            "backup.too_late",
            fmt::format(
                "The archived log ends before {}; give an earlier time, or --to latest for all "
                "that there is.",
                base::to_rfc3339(options_.to.value_or(base::Instant{}))
            )
        );
    }
    return started;
}

/// Verifies the restored books and begins their new epoch.
Result<void> Restore::accept(const std::string& label) {
    AB_TRY(workbench, Workbench::beside(data_dir_));
    last_transaction_at_ = last_transaction_at(*workbench);
    const auto tenants =
        app::run(workbench->io(), workbench->directory().all_tenants(command_deadline()));
    books_ = verify_tenants(*workbench, tenants);
    if (books_.breaches != 0) {
        return refuse(
            ErrorKind::conflict,
            "backup.breaches",
            fmt::format(
                "The restored books don't verify, so nothing was changed: {}", to_string(books_)
            )
        );
    }
    const base::Instant now = clock_.now();
    const base::Instant to = options_.to.value_or(last_transaction_at_.value_or(now));
    const auto epochs = app::run(
        workbench->io(),
        open_epochs(
            workbench->database(),
            {.to = to, .at = now, .reason = options_.reason, .before = before_}
        )
    );
    app::run(
        workbench->io(),
        record(
            workbench->ops(),
            {.kind = ops::BackupEvent::Kind::restore,
             .is_good = true,
             .label = label,
             .started_at = now,
             .actor = command_line_actor(),
             .detail = fmt::format(
                 "Restored to {}: {} {}", base::to_rfc3339(to), options_.reason, to_string(books_)
             )}
        )
    );
    tell(label, epochs);
    return {};
}

/// The audit log signs nothing after an older state unless somebody means it, and who restores
/// does.
void Restore::go_on_with_the_log() const {
    const auto reopen = [this]() -> Result<std::string> {
        AB_TRY(workbench, Workbench::beside(data_dir_));
        const auto config = settings_file({.data_dir = data_dir_}, options_.config);
        return reopen_log(*workbench, config, fmt::format("restored: {}", options_.reason));
    };
    Result<std::string> opened;
    try {
        opened = reopen();
    } catch (const std::exception& failure) {  // the books are restored all the same
        opened = refuse(ErrorKind::unknown_outcome, "backup.failed", failure.what());
    }
    if (opened) {
        say(fmt::format(
            "The audit log goes on as {}; the next start writes the policy anew and has its "
            "fingerprint told.",
            *opened
        ));
    } else if (opened.error().code != "audit.nothing_to_reopen") {
        say(fmt::format(
            "The audit log doesn't go on by itself, use accubooks audit reopen: {}",
            opened.error().detail
        ));
    }
}

void Restore::tell(const std::string& label, const std::vector<ledger::OpenedEpoch>& epochs) const {
    fmt::print(
        "Restored from backup {}; the last transaction is of {}.\n",
        label,
        last_transaction_at_ ? base::to_rfc3339(*last_transaction_at_) : "before the backup's end"
    );
    for (const ledger::OpenedEpoch& epoch :
         std::span{epochs}.first(std::min(epochs.size(), kTenantsToldMax))) {
        fmt::print(
            "tenant {}: epoch {} continues after entry {}; {}.\n",
            epoch.tenant.value,
            epoch.epoch,
            epoch.after.value,
            epoch.replaced ? fmt::format("before, entry {} was the last", epoch.replaced->value)
                           : "which entry was the last before isn't known"
        );
    }
    if (epochs.size() > kTenantsToldMax) {
        fmt::print(
            "… and {} more tenants; accubooks verify shows each.\n", epochs.size() - kTenantsToldMax
        );
    }
    fmt::print("{}\n", to_string(books_));
}

Result<void> Restore::run() {
    AB_CHECK(cluster_.stop());  // one that a killed program left running
    put_back();
    AB_TRY(repository, open_backups(data_dir_, options_.config));
    AB_TRY(chosen, target(repository));  // before anything is touched
    leave_present();
    fs::remove_all(fresh());
    {
        Progress progress{"Restoring"};
        AB_CHECK(repository.restore(chosen, [&progress](double share) { progress.show(share); }));
    }
    // Else its log, archived, would lead every later restore there, also if it isn't accepted.
    AB_CHECK(repository.withhold_log());
    AB_CHECK(replace());
    auto accepted = [&]() -> Result<void> {
        AB_CHECK(start());
        return accept(chosen.label);
    }();
    if (!accepted) {
        const auto stopped = cluster_.stop();
        put_back();
        AB_CHECK(repository.archive());
        AB_CHECK(stopped);
        return accepted;
    }
    fs::remove(mark());
    AB_CHECK(repository.archive());
    go_on_with_the_log();
    AB_CHECK(cluster_.stop());
    if (!aside_.empty()) {
        say(fmt::format(
            "The database as it was is in {}; remove it when it isn't needed any more.",
            aside_.string()
        ));
    }
    say("Take a backup soon: accubooks backup run.");
    return {};
}

}  // namespace

int restore_books(const BackupOptions& options) {
    const auto restored = [&options]() -> Result<void> {
        if (options.to && *options.to > base::SystemClock{}.now()) {
            return refuse(
                ErrorKind::invalid,
                "backup.too_late",
                fmt::format("{} is in the future.", base::to_rfc3339(*options.to))
            );
        }
        const fs::path data_dir = fs::absolute(folder_of(options.database)).lexically_normal();
        AB_TRY(
            cluster, pg::LocalCluster::hold({.data_dir = data_dir, .patience = kRecoveryPatience})
        );
        AB_TRY(use, use_alone(data_dir));
        return Restore{options, data_dir, *cluster}.run();
    }();
    if (!restored) {
        complain(restored.error());
        return kExitRefused;
    }
    return kExitDone;
}

}  // namespace accubooks::app
