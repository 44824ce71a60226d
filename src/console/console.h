#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.h"
#include "console/history.h"
#include "launch/plan.h"
#include "ledger/books.h"
#include "ledger/integrity_watch.h"
#include "ledger/posting.h"
#include "ops/follower.h"
#include "pg/pool.h"
#include "telemetry/health.h"
#include "telemetry/http_metrics.h"
#include "telemetry/log.h"
#include "telemetry/pool_metrics.h"

namespace accubooks::console {

/// Looks at this instance each second, and through the database at the others and at what is known
/// of incidents and backups; judges it all by the launch plan and keeps it for who watches. What
/// can't be looked at is no data, whatever it was before.
class Console {
public:
    struct Parts {
        boost::asio::any_io_executor on;  // a lane on which a look may take a few milliseconds
        pg::Pool& ops;
        const base::Clock& clock;
        const telemetry::Log& log;
        const launch::Plan& plan;
        const ops::Follower& settings;
        std::string version;
        const telemetry::Health& health;
        const telemetry::HttpMetrics& requests;
        const pg::Pool& pool;  // of the tenants
        const telemetry::PoolMetrics& pool_metrics;
        const ledger::Poster& poster;
        const ledger::BooksCache& books;
        const ledger::IntegrityWatch& integrity;
    };
    explicit Console(const Parts& parts);
    ~Console();
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

    void start();
    /// Returns when a look under way has ended; not from `on`.
    void stop();

    /// From any thread.
    const History& history() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace accubooks::console
