#include "app/serve.h"

#include <csignal>
#include <cstdlib>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>

#include "app/database.h"
#include "app/demo.h"
#include "app/health_probe.h"
#include "app/run.h"
#include "app/service.h"
#include "app/startup.h"
#include "app/stop_signals.h"
#include "app/workbench.h"

namespace accubooks::app {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kDrain{20};

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

/// The program's end under its running requests, whose transactions the server rolls back.
[[noreturn]] void end_at_once(Database& database) {
    say("Stopping at once.");
    database.let_go();
    std::_Exit(kExitRefused);
}

/// Migrates and wires, listens and waits; the exit code.
int serve_on(
    Database& database, const Startup& startup, const ServeOptions& options, StopSignals& signals
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
    const bool is_loopback = startup.listen.host == "127.0.0.1" || startup.listen.host == "::1" ||
                             startup.listen.host == "localhost";
    Service service{{
        .lanes = startup.lanes,
        .app = database.endpoint(Role::app),
        .ops = database.endpoint(Role::ops),
        .app_pool = ops::pool_settings(startup.seed),
        .ops_pool = startup.ops_pool,
        .posting = startup.posting,
        .log_level = startup.log_level,
        .secure_cookie = !is_loopback,
    }};
    const net::HttpServer::Parts parts{
        service.lanes,
        service.api,
        service.clock,
        service.log,
        service.api_metrics,
        base::system_random(),
        error_of
    };
    const net::HttpServer::Parts operations_parts{
        service.lanes,
        service.operations,
        service.clock,
        service.log,
        service.operations_metrics,
        base::system_random(),
        error_of
    };
    HealthProbe probe{service.lanes.executor(0), service.ops, service.health};
    int code = kExitDone;
    std::optional<StopSignals::Impatience> impatience;
    {
        net::HttpServer server{startup.http, parts};
        net::HttpServer operations{net::HttpSettings{}, operations_parts};
        for (auto& [each, address] :
             {std::pair{&server, startup.listen}, std::pair{&operations, startup.ops_listen}}) {
            if (const auto listening = each->listen(ops::to_string(address)); !listening) {
                complain(listening.error());
                code = kExitCantStart;
            }
        }
        if (code == kExitDone) {
            probe.start();
            if (options.demo) {
                code = make_demo_books(service, database, signals);
            }
        }
        if (code == kExitDone && !signals.have_come()) {
            service.hasher.decoy();  // before anybody can sign in
            const ListenAddress at{startup.listen.host, server.port()};
            const ListenAddress operations_at{startup.ops_listen.host, operations.port()};
            announce(fmt::format("Operations: http://{}/api/health", ops::to_string(operations_at))
            );
            announce(fmt::format("AccuBooks is ready on http://{}", ops::to_string(at)));
            signals.wait();
            say("Stopping: running requests finish first; another signal cuts them off.");
        }
        impatience.emplace(signals, [&database] { end_at_once(database); });
        server.stop(base::deadline_in(kDrain));
        operations.stop(base::deadline_in(std::chrono::seconds{1}));
    }
    probe.stop();
    on_lane(service, close_pools(service, startup.posting.batch_timeout));
    return code;
}

}  // namespace

int serve(const ServeOptions& options) {
    // A client that goes away while it is written to is an error of that write, not the end of the
    // program.
    std::signal(SIGPIPE, SIG_IGN);
    StopSignals signals;
    const auto startup = read_startup(options);
    if (!startup) {
        complain(startup.error());
        return kExitCantStart;
    }
    auto database = Database::hold(options.database, say);
    if (!database) {
        complain(database.error());
        return kExitCantStart;
    }
    return signals.have_come() ? kExitDone : serve_on(*database, *startup, options, signals);
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
