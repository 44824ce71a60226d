#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.h"
#include "pg/pool.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace accubooks::app {

/// Every five seconds: what is known about the backups, as metrics (a series is absent until there
/// is something to tell), and whether the private cluster's log is archived.
///
/// A log that can't be archived stays in the data folder. When more waits than the setting
/// `backup.archive_queue_mb` allows, it is thrown away before it fills the disk under the books;
/// that is recorded first, since no moment from then on can be restored until the next backup.
class BackupWatch {
public:
    struct Parts {
        boost::asio::any_io_executor on;
        pg::Pool& operations;
        telemetry::Metrics& metrics;
        const telemetry::Log& log;
        const base::Clock& clock;
        std::filesystem::path data_dir;  // of the private cluster; empty where there is none
        std::uintmax_t queue_bytes_max = 0;
    };
    explicit BackupWatch(Parts parts);
    /// Stops it.
    ~BackupWatch();
    BackupWatch(const BackupWatch&) = delete;
    BackupWatch& operator=(const BackupWatch&) = delete;

    void start();
    void stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace accubooks::app
