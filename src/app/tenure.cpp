#include "app/tenure.h"

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "app/workbench.h"
#include "ops/pid_file.h"

namespace accubooks::app {
namespace {

constexpr std::chrono::seconds kDrain{20};
/// For a successor to come up: a start after an upgrade may migrate.
constexpr std::chrono::minutes kSuccessorPatience{10};
/// Clients between two requests keep their connection so long when a successor serves already.
constexpr std::chrono::seconds kIdleGrace{2};
constexpr std::chrono::seconds kReadyPatience{60};
constexpr std::string_view kServing = "serving";

/// A sentence on standard output that a person or a script waits for.
void announce(std::string_view sentence) {
    fmt::print("{}\n", sentence);
    std::fflush(stdout);
}

net::HttpServer::Parts parts_of(
    Service& service, const net::Router& router, const telemetry::HttpMetrics& metrics
) {
    return {
        service.lanes, router, service.clock, service.log, metrics, base::system_random(), error_of
    };
}

base::Result<void> listen_on(
    net::HttpServer& server, std::span<const int> sockets, const ListenAddress& address
) {
    return sockets.empty() ? server.listen(ops::to_string(address)) : server.adopt(sockets);
}

}  // namespace

Listeners::Listeners(Service& service, const net::HttpSettings& settings)
    : api{settings, parts_of(service, service.api, service.api_metrics)},
      operations{
          net::HttpSettings{.trusts_its_network = true},
          parts_of(service, service.operations, service.operations_metrics)
      } {}

base::Result<void> Listeners::listen(const Startup& startup, ops::Legacy& legacy) {
    AB_CHECK(listen_on(api, std::exchange(legacy.api, {}), startup.listen));
    return listen_on(operations, std::exchange(legacy.operations, {}), startup.ops_listen);
}

Tenure::Tenure(
    Database& database,
    const Startup& startup,
    StopSignals& signals,
    Service& service,
    Listeners& listeners
)
    : database_{database},
      startup_{startup},
      signals_{signals},
      service_{service},
      listeners_{listeners},
      pid_file_{
          startup.pid_file || database.data_dir().empty()
              ? startup.pid_file
              : pid_file_of({.data_dir = database.data_dir()})
      } {
    if (pg::LocalCluster* const cluster = database.cluster()) {
        keeper_.emplace(
            ClusterKeeper::Server{
                .is_running = [cluster] { return cluster->is_running(); },
                .start_again = [cluster](const std::stop_token& called_off
                               ) { return cluster->start_again(called_off); },
            },
            ClusterKeeper::Pace{},
            service.log,
            [&signals] { signals.ask_to_stop(); }
        );
    }
    service_.health.expect(kServing, std::chrono::hours{24 * 36500});  // told, not asked
}

Tenure::~Tenure() {
    if (pid_file_) {
        ops::PidFile::remove(*pid_file_, getpid());
    }
}

base::Result<void> Tenure::begin(std::optional<ops::Predecessor>& predecessor) {
    if (predecessor && !is_ready_in_time()) {
        return base::refuse(
            base::ErrorKind::conflict,
            "handover.failed",
            "The database doesn't answer this process; the predecessor serves on."
        );
    }
    AB_CHECK(sign(""));
    service_.health.report(kServing, telemetry::HealthState::ok);
    const ListenAddress at{startup_.listen.host, listeners_.api.port()};
    const ListenAddress operations_at{startup_.ops_listen.host, listeners_.operations.port()};
    announce(fmt::format("Operations: http://{}/api/health", ops::to_string(operations_at)));
    announce(fmt::format(
        "AccuBooks is ready on {}://{}", startup_.http.tls ? "https" : "http", ops::to_string(at)
    ));
    ops::tell_systemd(fmt::format("READY=1\nMAINPID={}", getpid()));
    has_begun_ = true;
    if (predecessor) {
        predecessor->relieve();
    }
    return {};
}

base::Result<void> Tenure::serve() {
    while (wait() == StopSignals::Asked::restart) {
        const auto successor = hand_over();
        if (successor) {
            ops::tell_systemd(fmt::format("MAINPID={}", *successor));
            has_successor_ = true;
            return {};
        }
        complain(successor.error());
        // Who asked reads it there; this line is what it stands for when the file can't be written.
        if (const auto written = sign(successor.error().detail); !written) {
            complain(written.error());
        }
    }
    if (keeper_ && keeper_->gave_up()) {
        return std::unexpected(*keeper_->gave_up());
    }
    return {};
}

/// The cluster is kept while this program serves alone: not while a successor takes it over, and
/// not while it is stopped.
StopSignals::Asked Tenure::wait() {
    if (!keeper_) {
        return signals_.wait();
    }
    keeper_->start();
    const auto asked = signals_.wait();
    keeper_->stop();
    return asked;
}

void Tenure::end() {
    if (has_begun_) {
        say(has_successor_
                ? "The successor serves; running requests finish here."
                : "Stopping: running requests finish first; another signal cuts them off.");
    }
    service_.health.report(kServing, telemetry::HealthState::failing, "The program stops.");
    listeners_.api.drain();
    listeners_.operations.drain();
    if (has_successor_) {
        // Its answers would be taken for the successor's.
        listeners_.operations.stop(base::deadline_in(std::chrono::seconds{1}));
    } else {
        ops::tell_systemd("STOPPING=1");
        std::this_thread::sleep_for(startup_.drain_delay);
    }
    const auto grace = has_successor_ ? kIdleGrace : std::chrono::seconds{0};
    listeners_.api.stop({
        .deadline = base::deadline_in(kDrain),
        .idle = base::deadline_in(grace),
    });
    listeners_.operations.stop(base::deadline_in(std::chrono::seconds{1}));
}

base::Result<void> Tenure::sign(const std::string& failure) const {
    return pid_file_ ? ops::PidFile{.pid = getpid(), .failure = failure}.write(*pid_file_)
                     : base::Result<void>{};
}

bool Tenure::database_answers() const {
    return std::ranges::all_of(service_.health.checks(), [](const auto& check) {
        return check.name == kServing || check.state == telemetry::HealthState::ok;
    });
}

bool Tenure::is_ready_in_time() {
    const base::Deadline deadline = base::deadline_in(kReadyPatience);
    while (!database_answers()) {
        if (signals_.have_come() || base::Deadline::clock::now() > deadline) {
            return false;
        }
        signals_.wait_for(std::chrono::milliseconds{20});
    }
    return true;
}

base::Result<pid_t> Tenure::hand_over() {
    say("Starting a successor.");
    return ops::Successor::start(
        {
            .program = started_.program,
            .arguments = started_.arguments,
            .deadline = base::deadline_in(kSuccessorPatience),
            .gave_up = [this] { return signals_.have_come(); },
        },
        {
            .api = listeners_.api.sockets(),
            .operations = listeners_.operations.sockets(),
            .folder_lock = database_.folder_lock(),
        }
    );
}

}  // namespace accubooks::app
