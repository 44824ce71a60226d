#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "pg/local_cluster.h"

namespace accubooks::app {

/// A share in the use of a data folder's cluster: a kernel lock on the folder's file `users`, which
/// ends with the process however that ends.
class ClusterUse {
public:
    /// None when the folder isn't there yet, or isn't ours to write in. Waits for somebody who
    /// stops the cluster at this moment. Errors: `cluster.in_use` when that takes too long.
    static base::Result<std::optional<ClusterUse>> join(const std::filesystem::path& folder);

    ClusterUse(ClusterUse&& other) noexcept : file_{std::exchange(other.file_, -1)} {}
    ClusterUse& operator=(ClusterUse&& other) noexcept {
        std::swap(file_, other.file_);
        return *this;
    }
    ~ClusterUse();

    /// Whether nobody else has a share; if so, nobody gets one while this object lives.
    bool is_last();

private:
    explicit ClusterUse(int file) : file_{file} {}
    int file_;
};

/// The private cluster of a data folder, used by as many programs as there are: the first starts
/// it, and the last one out stops it, whoever of them started it.
class SharedCluster {
public:
    using Say = std::function<void(std::string_view)>;

    /// How the folder is entered.
    struct Entry {
        bool may_join = false;  // what another program serves
        int folder_lock = -1;   // a predecessor's hold of the folder, taken over from here on
    };
    /// Starts the cluster, or goes on with the one that `how` allows. Errors: as
    /// pg::LocalCluster::start, for one that is served `cluster.in_use`.
    static base::Result<std::unique_ptr<SharedCluster>> open(
        const std::filesystem::path& folder, Entry how, const Say& say
    );
    ~SharedCluster();
    /// The cluster that this object started or took over; null for who has joined.
    pg::LocalCluster* held() { return cluster_.get(); }
    /// The hold of the folder, for a successor; -1 for who has joined.
    int folder_lock() const { return cluster_ ? cluster_->folder_lock() : -1; }
    SharedCluster(const SharedCluster&) = delete;
    SharedCluster& operator=(const SharedCluster&) = delete;

private:
    SharedCluster(
        std::filesystem::path folder,
        std::optional<ClusterUse> use,
        std::unique_ptr<pg::LocalCluster> cluster
    );

    std::filesystem::path folder_;
    std::optional<ClusterUse> use_;  // given back after the cluster has stopped
    std::unique_ptr<pg::LocalCluster> cluster_;
};

}  // namespace accubooks::app
