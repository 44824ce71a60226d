#include "app/serve.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "app/backup.h"
#include "app/backup_watch.h"
#include "app/certificate_watch.h"
#include "app/database.h"
#include "app/demo.h"
#include "app/demo_launch.h"
#include "app/health_probe.h"
#include "app/launch_driving.h"
#include "app/reload.h"
#include "app/run.h"
#include "app/service.h"
#include "app/startup.h"
#include "app/stop_signals.h"
#include "app/tenure.h"
#include "app/workbench.h"
#include "launch/plan.h"
#include "net/server.h"
#include "ops/change.h"
#include "ops/governance.h"
#include "ops/handover.h"

namespace accubooks::app {
namespace {

namespace asio = boost::asio;

std::string host_name() {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? std::string{name.data()} : "localhost";
}

/// A sentence on standard output that a person or a script waits for.
void announce(std::string_view sentence) {
    fmt::print("{}\n", sentence);
    std::fflush(stdout);
}

/// Runs a coroutine on the service's first lane and waits for it.
template <class T>
T on_lane(Service& service, base::Task<T> task) {
    return asio::co_spawn(service.lanes.executor(0), std::move(task), asio::use_future).get();
}

base::Task<bool> close_pools(Service& service, std::chrono::milliseconds batch_timeout) {
    // A batch ends by itself within twice its own deadline; the pool it works on must still be
    // there.
    co_await service.poster.close(base::deadline_in(2 * batch_timeout + std::chrono::seconds{5}));
    const base::Deadline deadline = base::deadline_in(std::chrono::seconds{5});
    co_await service.app.close(deadline);
    co_await service.ops.close(deadline);
    co_return true;
}

/// In the data folder only: a server of the operator's own has no folder that is ours, and the
/// working one may be anybody's.
std::optional<std::filesystem::path> sign_in_file(const Database& database) {
    return database.data_dir().empty() ? std::nullopt
                                       : std::optional{database.data_dir() / "demo-sign-in"};
}

int make_demo_books(Service& service, const Database& database, StopSignals& signals) {
    const auto sign_in = on_lane(
        service,
        make_demo(
            {service.app,
             service.directory,
             service.journal,
             service.clock,
             [&signals] { return signals.have_come(); }},
            sign_in_file(database)
        )
    );
    if (!sign_in) {
        complain(sign_in.error());
        return kExitRefused;
    }
    if (*sign_in) {
        announce(fmt::format(
            "Sign in as {} with the password {}", (*sign_in)->email, (*sign_in)->password
        ));
    }
    return kExitDone;
}

/// The launch's people and their request, in a data folder only. Books without them are still a
/// demo: what is in the way is told, and a later start tries again.
void make_demo_people(Service& service, const Database& database) {
    if (database.data_dir().empty()) {
        return;
    }
    identity::PersonalTokens tokens{service.ops, service.clock, base::system_random()};
    const std::filesystem::path folder = database.data_dir() / "launch-people";
    const auto made = on_lane(
        service,
        make_demo_launch(
            {service.directory,
             tokens,
             service.second_factor,
             service.personal_keys,
             service.launch_roles,
             service.changes,
             service.synthetic_load,
             service.clock},
            folder
        )
    );
    if (!made) {
        say(fmt::format("The demo's launch isn't complete: {}", made.error().detail));
        return;
    }
    announce(
        fmt::format("Five people of the launch, with tokens and keys, are in {}", folder.string())
    );
}

/// The program's end under its running requests, whose transactions the server rolls back.
[[noreturn]] void end_at_once(Database& database) {
    say("Stopping at once.");
    database.let_go();
    std::_Exit(kExitRefused);
}

ops::Identity identity_of(const Startup& startup, const ServeOptions& options) {
    const base::SystemClock clock;
    return {
        .instance =
            options.instance.value_or(fmt::format("{}:{}", host_name(), startup.listen.port)),
        .boot_id = base::uuid_v7(clock.now(), base::system_random()),
        .version = ACCUBOOKS_VERSION,
        .other_connections = std::int64_t{startup.ops_pool.max} + 1,
    };
}

/// The revisions as this start finds them, or makes the first of them.
base::Task<base::Result<ops::Sight>> open_settings(
    pg::Endpoint endpoint, ops::Values seed, std::string author
) {
    const base::Deadline deadline = base::deadline_in(std::chrono::seconds{30});
    const auto connection = co_await pg::Connection::open(std::move(endpoint), deadline);
    co_return co_await ops::open_settings(
        *connection, std::move(seed), std::move(author), deadline
    );
}

/// The settings that the launch plan names.
std::vector<ops::GovernedSetting> governed_by(const launch::Plan& plan) {
    std::vector<ops::GovernedSetting> governed;
    governed.reserve(plan.phase1.change.size());
    for (const launch::SettingChange& change : plan.phase1.change) {
        governed.push_back({
            .key = change.setting,
            .change = std::string{to_string(launch::PhaseName::phase1)},
        });
    }
    return governed;
}

/// Takes the plan's settings under governance, or sets all of them free.
base::Task<base::Result<void>> set_governance(
    pg::Endpoint endpoint, std::vector<ops::GovernedSetting> governed, bool ungoverned
) {
    const base::Deadline deadline = base::deadline_in(std::chrono::seconds{30});
    const auto connection = co_await pg::Connection::open(std::move(endpoint), deadline);
    if (ungoverned) {
        co_return co_await ops::lift_governance(*connection, deadline);
    }
    co_await ops::govern(*connection, std::move(governed), deadline);
    co_return base::Result<void>{};
}

/// Who looks at health or log must see that nobody's approval is asked for.
void tell_ungoverned(Service& service) {
    constexpr std::string_view kSentence =
        "settings are ungoverned: what the launch plan names changes without approval; for tests "
        "and benches only";
    constexpr std::chrono::years kForGood{100};
    service.log.write(telemetry::Level::warning, kSentence);
    service.health.expect("governance", kForGood);
    service.health.report("governance", telemetry::HealthState::ok, std::string{kSentence});
}

/// The file and the environment made the first revision and nothing since; where they say something
/// else by now, a person may well think that it is in force.
void tell_differences(
    const Startup& startup,
    const ops::Sight& settings,
    const std::vector<ops::GovernedSetting>& governed
) {
    const ops::Values in_force = *ops::values_of(settings.newest);
    for (const auto* given : {&startup.sources.file, &startup.sources.environment}) {
        const auto wanted = ops::with_live(in_force, *given);
        const auto found =
            wanted ? ops::differences(in_force, *wanted) : std::vector<ops::Difference>{};
        if (!found.empty()) {
            const auto refusal = ops::check_governed(governed, found);
            say(fmt::format(
                "Revision {} is in force; the {} would have it otherwise, which isn't applied: {} "
                "({}).",
                settings.newest.number,
                given == &startup.sources.file ? "settings file" : "environment",
                ops::to_string(found),
                refusal ? "accubooks config set or reload changes it" : refusal.error().detail
            ));
        }
    }
}

/// No data folder is made for a program that can't listen. One that is there may have a holder,
/// whose ports are the ones taken: then its hold is the better sentence.
base::Result<void> check_addresses(
    const Startup& startup, const DatabaseOptions& database, const ops::Legacy& legacy
) {
    std::vector<std::string> addresses;
    if (legacy.api.empty()) {
        addresses.push_back(ops::to_string(startup.listen));
    }
    if (legacy.operations.empty()) {
        addresses.push_back(ops::to_string(startup.ops_listen));
    }
    return Database::is_made(database) ? base::Result<void>{} : net::can_listen(addresses);
}

/// Migrates and wires, listens and serves; the exit code.
int serve_on(
    Database& database,
    const Startup& startup,
    const ServeOptions& options,
    StopSignals& signals,
    std::optional<ops::Predecessor>& predecessor,
    ops::Legacy& legacy
) {
    {
        asio::io_context io{1};
        const auto migrated =
            run(io, database.migrate(base::deadline_in(std::chrono::minutes{10})));
        if (!migrated) {
            complain(migrated.error());
            return kExitCantStart;
        }
    }
    if (signals.have_come()) {
        return kExitDone;
    }
    const ops::Identity identity = identity_of(startup, options);
    asio::io_context io{1};
    const auto by_plan = governed_by(startup.plan);
    const auto governed =
        run(io, set_governance(database.endpoint(Role::ops), by_plan, options.ungoverned));
    if (!governed) {
        complain(governed.error());
        return kExitCantStart;
    }
    const auto settings = run(
        io,
        open_settings(database.endpoint(Role::ops), startup.seed, "instance " + identity.instance)
    );
    if (!settings) {
        complain(settings.error());
        return kExitCantStart;
    }
    tell_differences(
        startup, *settings, options.ungoverned ? std::vector<ops::GovernedSetting>{} : by_plan
    );
    Service service{{
        .lanes = startup.lanes,
        .app = database.endpoint(Role::app),
        .ops = database.endpoint(Role::ops),
        .app_pool = ops::pool_settings(*ops::values_of(settings->newest)),
        .ops_pool = startup.ops_pool,
        .posting = startup.posting,
        .log_level = startup.log_level,
        .identity = identity,
        .settings = *settings,
        .identity_folder = own_folder(startup.identity_directory, database.data_dir(), "identity"),
        .tenants_per_person = startup.tenants_per_person,
        .audit_folder = own_folder(startup.audit_directory, database.data_dir(), "audit"),
        .plan = startup.plan,
        .launch_folder = startup.launch_folder,
        .mail = startup.channels.mail(),
        .web = startup.web,
    }};
    if (options.ungoverned) {
        tell_ungoverned(service);
    }
    HealthProbe probe{service.lanes.executor(0), service.ops, service.health};
    CertificateWatch certificate_watch{{
        .on = service.lanes.executor(0),
        .tls = startup.http.tls,
        .log = service.log,
        .metrics = service.metrics,
    }};
    Reload reload{{
        .on = service.lanes.executor(0),
        .endpoint = database.endpoint(Role::ops),
        .log = service.log,
        .file = startup.file,
        .author = "instance " + identity.instance,
        .certificate = [&certificate_watch] { certificate_watch.look(); },
    }};
    BackupWatch backup_watch{{
        .on = service.lanes.executor(0),
        .operations = service.ops,
        .metrics = service.metrics,
        .log = service.log,
        .clock = service.clock,
        .data_dir = database.data_dir(),
        .queue_bytes_max = startup.archive_queue_bytes,
    }};
    launch::NotificationSender notifications{{
        .on = service.lanes.executor(0),
        .ops = service.ops,
        .clock = service.clock,
        .log = service.log,
        .instance = identity.instance,
        .channels = startup.channels,
    }};
    LaunchDriving driving{service, startup, identity};
    int code = kExitDone;
    std::optional<StopSignals::Impatience> impatience;
    std::jthread first_backup;  // nobody waits for it but the program's end
    {
        Listeners listeners{service, startup.http};
        Tenure tenure{database, startup, signals, service, listeners};
        if (const auto listening = listeners.listen(startup, legacy); !listening) {
            complain(listening.error());
            code = kExitCantStart;
        }
        if (code == kExitDone) {
            probe.start();
            backup_watch.start();
            notifications.start();
            certificate_watch.start();
            reload.start();
            service.settings.start(
                ops::to_string({startup.listen.host, listeners.api.port()}),
                ops::to_string({startup.ops_listen.host, listeners.operations.port()})
            );
            service.audit_log.start();
            service.head_anchor.start();
            service.integrity_watch.start();
            service.policy_keeper.start();
            service.drift_watch.start();
            service.password_resets.start();
            service.console.start();
            driving.start();
            if (options.demo) {
                code = make_demo_books(service, database, signals);
                if (code == kExitDone && !signals.have_come()) {
                    make_demo_people(service, database);
                }
            }
        }
        if (code == kExitDone && !signals.have_come()) {
            service.hasher.decoy();  // before anybody can sign in
            auto served = tenure.begin(predecessor);
            if (served && options.first_backup && !database.data_dir().empty()) {
                first_backup = std::jthread{[&] {
                    make_first_backup(database.data_dir(), startup.file, [&signals] {
                        return signals.have_come();
                    });
                }};
            }
            if (served) {
                served = tenure.serve();
            }
            if (!served) {
                complain(served.error());
                code = kExitCantStart;
            }
        }
        service.settings.drain();
        impatience.emplace(signals, [&database] { end_at_once(database); });
        tenure.end();
        if (first_backup.joinable()) {
            first_backup.join();
        }
    }
    driving.stop();
    probe.stop();
    backup_watch.stop();
    notifications.stop();
    reload.stop();
    certificate_watch.stop();
    service.settings.stop();
    service.console.stop();
    service.password_resets.stop();
    service.drift_watch.stop();
    service.policy_keeper.stop();
    service.integrity_watch.stop();
    service.head_anchor.stop();
    service.audit_log.stop();
    on_lane(service, close_pools(service, startup.posting.batch_timeout));
    return code;
}

}  // namespace

int serve(const ServeOptions& options) {
    // A client that goes away while it is written to is an error of that write, not the end of the
    // program.
    std::signal(SIGPIPE, SIG_IGN);
    // Until the settings can be read again; a terminal that goes away is no reason to end either.
    std::signal(SIGHUP, SIG_IGN);
    StopSignals signals;
    const auto startup = read_startup(options);
    if (!startup) {
        complain(startup.error());
        return kExitCantStart;
    }
    auto predecessor = ops::Predecessor::find();
    if (!predecessor) {
        complain(predecessor.error());
        return kExitCantStart;
    }
    auto legacy = *predecessor
                      ? base::Result<ops::Legacy>{std::exchange((*predecessor)->legacy(), {})}
                      : ops::sockets_of_systemd();
    if (!legacy) {
        complain(legacy.error());
        return kExitCantStart;
    }
    if (const auto free = check_addresses(*startup, options.database, *legacy); !free) {
        complain(free.error());
        return kExitCantStart;
    }
    auto database = Database::hold(options.database, say, std::exchange(legacy->folder_lock, -1));
    if (!database) {
        complain(database.error());
        return kExitCantStart;
    }
    return signals.have_come()
               ? kExitDone
               : serve_on(*database, *startup, options, signals, *predecessor, *legacy);
}

int print_routes() {
    // Nothing is connected: the routes are what the wiring says they are.
    pg::PoolSettings cold;
    cold.min = 0;
    Service service{{.app_pool = cold, .ops_pool = cold}};
    for (const net::Router* router : {&service.api, &service.operations}) {
        for (const net::Router::Route& route : router->routes()) {
            fmt::print("{} {}\n", to_string(route.method), route.route);
        }
    }
    on_lane(service, close_pools(service, std::chrono::milliseconds{0}));
    return kExitDone;
}

}  // namespace accubooks::app
