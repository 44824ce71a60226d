#include "app/startup.h"

#include <algorithm>
#include <array>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "app/database.h"
#include "launch/plan_lint.h"
#include "ops/handover.h"

namespace accubooks::app {
namespace {

constexpr const char* kFileName = "accubooks.toml";

std::vector<std::pair<std::string, std::string>> variables() {
    std::vector<std::pair<std::string, std::string>> found;
    for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
        const std::string_view text{*each};
        const auto equals = text.find('=');
        if (equals != std::string_view::npos) {
            found.emplace_back(text.substr(0, equals), text.substr(equals + 1));
        }
    }
    return found;
}

unsigned lanes_of(const ops::Values& values) {
    const auto wanted = static_cast<unsigned>(ops::number_of(values, "server.lanes"));
    return wanted != 0 ? wanted : std::max(2U, std::thread::hardware_concurrency()) - 1;
}

pg::PoolSettings ops_pool_of(const ops::Values& values) {
    pg::PoolSettings settings;
    settings.min = static_cast<std::uint32_t>(ops::number_of(values, "database.ops_pool.min"));
    settings.max = static_cast<std::uint32_t>(ops::number_of(values, "database.ops_pool.max"));
    return settings;
}

ledger::PosterLimits posting_of(const ops::Values& values) {
    const auto count = [&values](std::string_view key) {
        return static_cast<std::size_t>(ops::number_of(values, key));
    };
    return {
        .batch_entries = count("posting.batch_entries"),
        .batch_lines = count("posting.batch_lines"),
        .queue_entries_all = count("posting.queue_entries_all"),
        .queue_entries = count("posting.queue_entries"),
        .combined_tenants = count("posting.combined_tenants"),
        .combined_batches = count("posting.combined_batches"),
        .batch_timeout =
            std::chrono::milliseconds{ops::number_of(values, "posting.batch_timeout_ms")},
    };
}

/// Of the two files that belong together; none when neither is named.
base::Result<std::shared_ptr<net::TlsIdentity>> tls_of(const ops::Values& values) {
    const std::string& certificate = ops::text_of(values, "server.tls_cert");
    const std::string& key = ops::text_of(values, "server.tls_key");
    if ((certificate == "none") != (key == "none")) {
        return base::refuse(
            base::ErrorKind::invalid,
            "http.bad_certificate",
            "server.tls_cert and server.tls_key go together; name both files or neither."
        );
    }
    if (certificate == "none") {
        return nullptr;
    }
    return net::TlsIdentity::read({.certificate = certificate, .key = key});
}

base::Result<net::HttpSettings> http_of(const ops::Values& values) {
    net::HttpSettings settings;
    settings.connections_per_peer_max =
        static_cast<std::uint32_t>(ops::number_of(values, "server.client_connections"));
    settings.trusted_proxies = ops::networks_of(ops::text_of(values, "server.trusted_proxies"));
    AB_TRY(tls, tls_of(values));
    settings.tls = std::move(tls);
    return settings;
}

std::filesystem::path launch_folder_of(const ops::Values& values) {
    return ops::text_of(values, "launch.directory");
}

/// The plan of the setting, or the program's own, fit to be used.
base::Result<launch::Plan> plan_of(const ops::Values& values) {
    const std::string file = ops::text_of(values, "launch.plan");
    if (file == "none") {
        return launch::default_plan();
    }
    AB_TRY(plan, launch::read_plan(file));
    if (const auto wrong = launch::complaints(plan); !wrong.empty()) {
        return base::refuse(
            base::ErrorKind::invalid,
            "plan.unusable",
            fmt::format(
                "{} can't be used, {} (accubooks launch lint {} tells all).",
                file,
                wrong.front(),
                file
            )
        );
    }
    return plan;
}

base::Result<launch::NotificationChannels> channels_of(const ops::Values& values) {
    return launch::NotificationChannels::read({
        .smtp_url = ops::text_of(values, "notify.smtp_url"),
        .smtp_login_file = ops::text_of(values, "notify.smtp_login_file"),
        .from = ops::text_of(values, "notify.from"),
        .webhook_url = ops::text_of(values, "notify.webhook_url"),
        .webhook_hosts = ops::text_of(values, "notify.webhook_hosts"),
        .webhook_private = ops::number_of(values, "notify.webhook_private") != 0,
        .outbox = launch_folder_of(values) / "outbox",
    });
}

base::Result<std::optional<net::Origin>> launch_url_of(const ops::Values& values) {
    const std::string& url = ops::text_of(values, "launch.url");
    if (url == "none") {
        return std::nullopt;
    }
    AB_TRY(origin, net::Origin::parse(url));
    return std::optional{std::move(origin)};
}

/// Where the web client is when nobody says: installed with the program, or built in its clone.
std::optional<std::filesystem::path> built_web_client() {
    const std::filesystem::path here = ops::started_as().program.parent_path();
    const std::array folders{
        here / "web", here / "../share/accubooks/web", here / "../../web/dist"
    };
    const auto* const found = std::ranges::find_if(folders, [](const auto& folder) {
        std::error_code unreadable;
        return std::filesystem::exists(folder / "index.html", unreadable);
    });
    return found != folders.end() ? std::optional{found->lexically_normal()} : std::nullopt;
}

base::Result<std::shared_ptr<const net::WebBundle>> web_client_of(const ops::Values& values) {
    const std::string& named = ops::text_of(values, "web.directory");
    const auto folder = named != "none" ? std::filesystem::path{named} : built_web_client();
    if (!folder) {
        return nullptr;
    }
    AB_TRY(bundle, net::WebBundle::read(*folder));
    return std::make_shared<const net::WebBundle>(std::move(bundle));
}

}  // namespace

std::optional<std::filesystem::path> settings_file(
    const DatabaseOptions& database, const std::optional<std::filesystem::path>& config
) {
    if (config) {
        return config;
    }
    if (database.url) {
        return std::nullopt;
    }
    for (const std::filesystem::path& folder : possible_folders(database)) {
        std::error_code unreadable;  // then there is a file, and reading it says what is wrong
        if (std::filesystem::exists(folder / kFileName, unreadable) || unreadable) {
            return folder / kFileName;
        }
    }
    return std::nullopt;
}

std::filesystem::path own_folder(
    std::string_view setting, const std::filesystem::path& data_dir, std::string_view name
) {
    if (setting != "none") {
        return setting;
    }
    return data_dir.empty() ? std::filesystem::path{} : data_dir / name;
}

base::Result<ops::Sources> read_sources(const std::optional<std::filesystem::path>& file) {
    ops::Sources sources;
    if (file) {
        AB_TRY(given, ops::read_settings_file(*file));
        sources.file = std::move(given);
    }
    AB_TRY(environment, ops::read_environment(variables()));
    sources.environment = std::move(environment);
    return sources;
}

base::Result<Startup> read_startup(const ServeOptions& options) {
    Startup startup;
    startup.file = settings_file(options.database, options.config);
    startup.pid_file = options.pid_file;
    AB_TRY(sources, read_sources(startup.file));
    AB_TRY(flags, ops::read_flags(options.flags));
    sources.flags = std::move(flags);
    AB_TRY(values, ops::starting_values(sources));
    AB_TRY(seed, ops::seed_values(sources));
    startup.listen = *ops::parse_listen_address(ops::text_of(values, "server.listen"));
    startup.ops_listen = *ops::parse_listen_address(ops::text_of(values, "server.ops_listen"));
    startup.lanes = lanes_of(values);
    startup.drain_delay =
        std::chrono::milliseconds{ops::number_of(values, "server.drain_delay_ms")};
    startup.audit_directory = ops::text_of(values, "audit.directory");
    startup.identity_directory = ops::text_of(values, "identity.directory");
    startup.tenants_per_person = ops::number_of(values, "identity.tenants_per_person");
    startup.log_level = *telemetry::level_from(ops::text_of(values, "log.level"));
    startup.ops_pool = ops_pool_of(values);
    startup.posting = posting_of(values);
    AB_TRY(http, http_of(values));
    startup.http = std::move(http);
    const std::string& host = startup.listen.host;
    AB_CHECK(net::check_reach(startup.http, host == "localhost" ? "127.0.0.1" : host));
    AB_TRY(web, web_client_of(values));
    startup.web = std::move(web);
    AB_TRY(channels, channels_of(values));
    startup.channels = std::move(channels);
    AB_TRY(launch_url, launch_url_of(values));
    startup.launch_url = std::move(launch_url);
    AB_TRY(plan, plan_of(values));
    startup.plan = std::move(plan);
    startup.launch_folder = launch_folder_of(values);
    startup.archive_queue_bytes =
        static_cast<std::uintmax_t>(ops::number_of(values, "backup.archive_queue_mb")) << 20;
    startup.seed = std::move(seed);
    startup.sources = std::move(sources);
    return startup;
}

}  // namespace accubooks::app
