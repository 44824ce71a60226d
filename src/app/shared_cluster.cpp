#include "app/shared_cluster.h"

#include <chrono>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

namespace accubooks::app {
namespace {

/// A little longer than a cluster may take to stop.
constexpr std::chrono::seconds kPatience{70};
constexpr std::chrono::milliseconds kPause{20};

}  // namespace

base::Result<std::optional<ClusterUse>> ClusterUse::join(const std::filesystem::path& folder) {
    const auto path = folder / "users";
    ClusterUse use{open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (use.file_ < 0) {
        return std::nullopt;
    }
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (flock(use.file_, LOCK_SH | LOCK_NB) != 0) {
        if (std::chrono::steady_clock::now() > until) {
            return base::refuse(
                base::ErrorKind::conflict,
                "cluster.in_use",
                fmt::format(
                    "Another accubooks has been stopping the database in {} for a long time; try "
                    "again when it has ended.",
                    folder.string()
                )
            );
        }
        std::this_thread::sleep_for(kPause);
    }
    return use;
}

ClusterUse::~ClusterUse() {
    if (file_ >= 0) {
        close(file_);
    }
}

bool ClusterUse::is_last() {
    return flock(file_, LOCK_EX | LOCK_NB) == 0;
}

SharedCluster::SharedCluster(
    std::filesystem::path folder,
    std::optional<ClusterUse> use,
    std::unique_ptr<pg::LocalCluster> cluster
)
    : folder_{std::move(folder)}, use_{std::move(use)}, cluster_{std::move(cluster)} {}

base::Result<std::unique_ptr<SharedCluster>> SharedCluster::open(
    const std::filesystem::path& folder, Entry how, const Say& say
) {
    // Before the look at who serves: with a share of ours, nobody stops what we are about to join.
    AB_TRY(use, ClusterUse::join(folder));
    std::unique_ptr<pg::LocalCluster> cluster;
    if (!how.may_join || !pg::LocalCluster::is_served(folder)) {
        AB_TRY(
            started,
            pg::LocalCluster::start({.data_dir = folder, .folder_lock = how.folder_lock, .say = say}
            )
        );
        cluster = std::move(started);
        if (!use) {  // the start has made the folder
            AB_TRY(first_use, ClusterUse::join(folder));
            use = std::move(first_use);
        }
    }
    return std::unique_ptr<SharedCluster>{
        new SharedCluster{folder, std::move(use), std::move(cluster)}
    };
}

SharedCluster::~SharedCluster() {
    if (use_ && !use_->is_last()) {
        if (cluster_) {
            cluster_->leave_running();
        }
    } else if (!cluster_) {
        // Who started it has left it to us: taken over, it stops here. What refuses that is left to
        // the next start.
        [[maybe_unused]] const auto taken = pg::LocalCluster::start({.data_dir = folder_});
    }
}

}  // namespace accubooks::app
