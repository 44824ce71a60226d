#pragma once

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "audit/log.h"
#include "base/clock.h"
#include "base/task.h"
#include "launch/evidence.h"
#include "pg/pool.h"
#include "telemetry/log.h"

namespace accubooks::launch {

/// Sees to it that the evidence of what has ended is finished and sealed, also when the driver that
/// led died right at the end or its disk was full, and puts a later checkpoint beside the seal once
/// a witness has cosigned one. Every instance may run one: evidence is finished where its folder
/// lies, and anywhere, from the database's lines, when nobody has made its report for a while.
class EvidenceKeeper {
public:
    struct Parts {
        boost::asio::any_io_executor on;
        pg::Pool& ops;  // connections are accubooks_ops
        const base::Clock& clock;
        const telemetry::Log& log;
        audit::Log& audit_log;
        Evidence::Parts evidence;
        std::string producer;  // the program's version
    };
    explicit EvidenceKeeper(const Parts& parts);
    ~EvidenceKeeper();
    EvidenceKeeper(const EvidenceKeeper&) = delete;
    EvidenceKeeper& operator=(const EvidenceKeeper&) = delete;

    /// Looks every few seconds.
    void start();
    /// Returns when a look under way has ended; not from `on`.
    void stop();

    /// One look, for tests. What fails is logged and done by a later look. Throws pg::Failure.
    base::Task<void> look(base::Deadline deadline);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace accubooks::launch
