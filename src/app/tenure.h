#pragma once

#include <filesystem>
#include <optional>

#include "app/cluster_keeper.h"
#include "app/database.h"
#include "app/service.h"
#include "app/startup.h"
#include "app/stop_signals.h"
#include "net/server.h"
#include "ops/handover.h"

namespace accubooks::app {

/// The API's and the operators' listener of a service, which must outlive it.
struct Listeners {
    Listeners(Service& service, const net::HttpSettings& settings);

    /// On the sockets of a predecessor or of systemd, which it takes; without them on new ones.
    /// Errors: those of net::HttpServer::listen and adopt.
    base::Result<void> listen(const Startup& startup, ops::Legacy& legacy);

    net::HttpServer api;
    net::HttpServer operations;
};

/// A program that serves, from the moment it says so to its last answer. Its pid file names it
/// meanwhile, and a private cluster is kept. Everything it was made from must outlive it.
class Tenure {
public:
    Tenure(
        Database& database,
        const Startup& startup,
        StopSignals& signals,
        Service& service,
        Listeners& listeners
    );
    ~Tenure();
    Tenure(const Tenure&) = delete;
    Tenure& operator=(const Tenure&) = delete;

    /// Tells everybody who waits for it, a predecessor last and only if the database answers.
    /// Errors: `handover.failed`, `handover.pid_file`.
    base::Result<void> begin(std::optional<ops::Predecessor>& predecessor);

    /// Until it is asked to stop, or a successor serves. Errors: `cluster.lost`.
    base::Result<void> serve();

    /// Not ready first, then nothing new, then the rest in its time.
    void end();

private:
    base::Result<void> sign(const std::string& failure) const;
    StopSignals::Asked wait();
    bool database_answers() const;
    bool is_ready_in_time();
    base::Result<pid_t> hand_over();

    Database& database_;
    const Startup& startup_;
    StopSignals& signals_;
    Service& service_;
    Listeners& listeners_;
    const std::optional<std::filesystem::path> pid_file_;
    const ops::StartedAs started_ = ops::started_as();
    std::optional<ClusterKeeper> keeper_;
    bool has_begun_ = false;
    bool has_successor_ = false;
};

}  // namespace accubooks::app
