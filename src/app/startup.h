#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include "app/options.h"
#include "launch/notification_sender.h"
#include "launch/plan.h"
#include "ledger/posting.h"
#include "net/http_client.h"
#include "net/server.h"
#include "net/web_bundle.h"
#include "ops/sources.h"
#include "pg/pool.h"
#include "telemetry/log.h"

namespace accubooks::app {

/// What a server starts with, from flags, environment and file.
struct Startup {
    ListenAddress listen;
    ListenAddress ops_listen;
    unsigned lanes = 1;
    /// From "not ready" to the end of accepting, so that a balancer looks elsewhere first.
    std::chrono::milliseconds drain_delay{0};
    std::string audit_directory;     // as the setting says
    std::string identity_directory;  // likewise
    std::int64_t tenants_per_person = 0;
    telemetry::Level log_level = telemetry::Level::info;
    pg::PoolSettings ops_pool{};
    ledger::PosterLimits posting{};
    net::HttpSettings http{};                     // of the API's listener
    std::shared_ptr<const net::WebBundle> web{};  // none: it isn't built
    std::uintmax_t archive_queue_bytes = 0;
    launch::NotificationChannels channels{};
    launch::Plan plan;
    std::filesystem::path launch_folder;      // of what belongs to the launch outside the database
    std::optional<net::Origin> launch_url{};  // of the service, in front of all instances
    ops::Values seed{};                       // every live setting, for the first revision
    ops::Sources sources{};
    std::optional<std::filesystem::path> file{};      // the settings file, if there is one
    std::optional<std::filesystem::path> pid_file{};  // none: `restart` can't find the program
};

/// Reads flags, the environment, the file and the launch plan. Errors: those of ops/sources.h and
/// launch::read_plan, `plan.unusable`, `delivery.*`, `http.bad_certificate`,
/// `http.tls_required`, `http.bad_web_client`.
base::Result<Startup> read_startup(const ServeOptions& options);

/// The settings file that a command would read: `config`, else accubooks.toml in the data folder if
/// it is there. None for a server of the operator's own without `config`.
std::optional<std::filesystem::path> settings_file(
    const DatabaseOptions& database, const std::optional<std::filesystem::path>& config
);

/// A folder of ours outside the database: where its setting says, else under `name` in the data
/// folder; empty when there is neither.
std::filesystem::path own_folder(
    std::string_view setting, const std::filesystem::path& data_dir, std::string_view name
);

/// Environment and file, as commands read them. Errors: those of ops/sources.h.
base::Result<ops::Sources> read_sources(const std::optional<std::filesystem::path>& file);

}  // namespace accubooks::app
