#include "app/backup_watch.h"

#include <optional>
#include <string>

#include <fmt/format.h>

#include "net/periodic_task.h"
#include "ops/backup_repository.h"
#include "ops/backup_store.h"
#include "pg/local_cluster.h"

namespace accubooks::app {
namespace {

using ops::BackupEvent;
using ops::BackupState;
using telemetry::Level;

constexpr std::chrono::seconds kEvery{5};
constexpr std::chrono::seconds kPatience{5};

double seconds_of(base::Instant at) {
    return static_cast<double>(at.unix_micros()) / 1e6;
}

/// A series from its first value on.
class LateGauge {
public:
    LateGauge(telemetry::Metrics& metrics, std::string name, std::string help)
        : metrics_{metrics}, name_{std::move(name)}, help_{std::move(help)} {}

    void set(double value) {
        if (!gauge_) {
            gauge_ = metrics_.gauge(name_, help_);
        }
        gauge_->set(value);
    }

private:
    telemetry::Metrics& metrics_;
    std::string name_;
    std::string help_;
    std::optional<telemetry::Gauge> gauge_;
};

/// What /api/metrics tells about the backups.
struct Gauges {
    explicit Gauges(telemetry::Metrics& metrics)
        : last_good{metrics, "accubooks_backup_last_good_timestamp_seconds",
                    "When the last good backup was finished."},
          last_result{metrics, "accubooks_backup_last_result",
                      "Whether the last attempt at a backup was good."},
          size{metrics, "accubooks_backup_size_bytes",
               "What the last good backup holds of the database."},
          check_last_good{metrics, "accubooks_backup_check_last_good_timestamp_seconds",
                          "When a backup was last restored and its books verified."},
          check_last_result{metrics, "accubooks_backup_check_last_result",
                            "Whether the last check of a backup found it good."},
          point_in_time_broken{metrics, "accubooks_backup_point_in_time_broken",
                               "Whether log was thrown away since the last good backup."},
          archive_failing{metrics, "accubooks_backup_archive_failing",
                          "Whether the database's log can't be archived at the moment."},
          archive_waiting{metrics, "accubooks_backup_archive_waiting_bytes",
                          "Finished log of the database that isn't archived yet."} {}

    void show(const BackupState& state) {
        const auto result = [](const BackupEvent& event) { return event.is_good ? 1.0 : 0.0; };
        if (state.last_backup) {
            last_result.set(result(*state.last_backup));
        }
        if (state.last_good_backup) {
            last_good.set(seconds_of(state.last_good_backup->finished_at));
            size.set(static_cast<double>(state.last_good_backup->bytes.value_or(0)));
        }
        if (state.last_check) {
            check_last_result.set(result(*state.last_check));
        }
        if (state.last_good_check) {
            check_last_good.set(seconds_of(state.last_good_check->finished_at));
        }
        if (state.gap || state.last_good_backup) {
            point_in_time_broken.set(state.gap ? 1 : 0);
        }
    }

    LateGauge last_good;
    LateGauge last_result;
    LateGauge size;
    LateGauge check_last_good;
    LateGauge check_last_result;
    LateGauge point_in_time_broken;
    LateGauge archive_failing;
    LateGauge archive_waiting;
};

}  // namespace

struct BackupWatch::State {
    explicit State(Parts given)
        : parts{std::move(given)},
          gauges{parts.metrics},
          task{{
              .on = parts.on,
              .pause = kEvery,
              .work = [this] { return look(); },
              .failed = [this](const std::exception& failure) { tell(failure); },
          }} {}

    Parts parts;
    Gauges gauges;
    bool was_failing = false;
    net::PeriodicTask task;

    base::Task<void> look() {
        const base::Deadline deadline = base::deadline_in(kPatience);
        pg::Lease lease = co_await parts.operations.acquire(deadline);
        const BackupState state = co_await ops::load_backup_state(*lease, deadline);
        gauges.show(state);
        if (parts.data_dir.empty() || !state.last_good_backup || state.gap) {
            co_return;  // nobody archives
        }
        const auto archiver = co_await ops::archiver_state(*lease, deadline);
        tell(archiver.failing_segment);
        const auto waiting = pg::LocalCluster::waiting_for_archive(parts.data_dir);
        if (!waiting) {
            co_return;
        }
        gauges.archive_waiting.set(static_cast<double>(*waiting));
        if (archiver.failing_segment && *waiting > parts.queue_bytes_max) {
            co_await give_up(*lease, *waiting, deadline);
        }
    }

    /// A line when it begins and when it ends.
    void tell(const std::optional<std::string>& failing_segment) {
        gauges.archive_failing.set(failing_segment ? 1 : 0);
        if (failing_segment.has_value() == was_failing) {
            return;
        }
        was_failing = failing_segment.has_value();
        if (was_failing) {
            parts.log.write(
                Level::warning,
                "the database's log can't be archived and waits in the data folder; postgres.log "
                "says why",
                {telemetry::LogField{"segment", std::string_view{*failing_segment}}}
            );
        } else {
            parts.log.write(Level::info, "the database's log is archived again", {});
        }
    }

    base::Task<void> give_up(
        pg::Connection& connection, std::uintmax_t waiting, base::Deadline deadline
    ) {
        const std::string detail = fmt::format(
            "{} MiB of the database's log couldn't be archived and were thrown away; no moment "
            "from here on can be restored until the next accubooks backup run.",
            waiting >> 20
        );
        co_await ops::record_backup_event(
            connection,
            {.kind = BackupEvent::Kind::archive_gap,
             .is_good = false,
             .started_at = parts.clock.now(),
             .actor = "serve",
             .detail = detail},
            deadline
        );
        const auto stopped = ops::BackupRepository::stop_archiving(parts.data_dir);
        parts.log.write(Level::error, stopped ? detail : stopped.error().detail, {});
        gauges.point_in_time_broken.set(1);
    }

    /// The database's own check reports that it can't be asked; what is known stands.
    void tell(const std::exception& failure) const {
        parts.log.write(
            Level::debug,
            "the state of backups couldn't be looked at",
            {telemetry::LogField{"reason", std::string_view{failure.what()}}}
        );
    }
};

BackupWatch::BackupWatch(Parts parts) : state_{std::make_unique<State>(std::move(parts))} {}

BackupWatch::~BackupWatch() = default;

void BackupWatch::start() {
    state_->task.start();
}

void BackupWatch::stop() {
    state_->task.stop();
}

}  // namespace accubooks::app
